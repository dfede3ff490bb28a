import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceUrls, withDeferred, withStage } from '../../adapters/main/drills/stage.ts';

export type Stack = 'services' | 'embedded';

/** An empty place for one run: a database and a broker that nobody else uses, gone afterwards. */
export interface Place {
  readonly stack: Stack;
  /** Settings that lead the platform here, and those the caller asked for. */
  readonly settings: Partial<ServiceUrls> & Readonly<Record<string, string>>;
  /** Runs when the run is over, the last deferred first. */
  defer(work: () => Promise<unknown>): void;
}

/** Throws DrillImpossible, with the URL, when a service does not answer. */
export function withPlace<Result>(
  stack: Stack,
  work: (place: Place) => Promise<Result>,
  settings: Readonly<Record<string, string>> = {},
): Promise<Result> {
  if (stack === 'embedded') return withFolder(work, settings);
  return withStage((stage) =>
    work({
      stack,
      settings: { ...settings, ...stage.urls },
      defer: (last) => {
        stage.defer(last);
      },
    }),
  );
}

function withFolder<Result>(
  work: (place: Place) => Promise<Result>,
  settings: Readonly<Record<string, string>>,
): Promise<Result> {
  return withDeferred(async (deferred) => {
    const folder = await mkdtemp(join(tmpdir(), 'orrery-bench-'));
    deferred.push(() => rm(folder, { recursive: true, force: true }));
    return work({
      stack: 'embedded',
      settings: { ...settings, DATA_DIR: folder },
      defer: (last) => void deferred.push(last),
    });
  });
}
