import type { Logger } from '../../../core/kernel/logger.ts';
import { fraudScorerOf, isFraudModel } from '../../../core/models/fraud/model.ts';
import type { FraudScorer, ScoredRows } from '../../../core/services/intelligence/fraud/scoring.ts';
import type { ModelRegistry } from '../../../core/services/intelligence/ports.ts';
import { ServedModels } from '../../../core/services/intelligence/served-models.ts';

/** How often somebody looks which version serves. */
const LOOK_MS = 2_000;

/**
 * The version of the fraud model that serves, in memory: scoring asks nobody. Without one, and while it is switched off, no
 * order has a score. `close` ends looking for newer ones.
 */
export function openFraudScorer(
  registry: Pick<ModelRegistry, 'serving' | 'live'>,
  logger: Logger,
): FraudScorer & { close(): void } {
  const models = new ServedModels(registry, { fraud: openModel }, logger);
  let looking = false;
  const look = (): void => {
    if (looking) return;
    looking = true;
    void models.refresh().finally(() => {
      looking = false;
    });
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return {
    score: (rows): Promise<ScoredRows | undefined> => {
      const served = models.get('fraud');
      if (served === undefined) return Promise.resolve(undefined);
      return Promise.resolve({ modelVersion: served.version, verdicts: rows.map(served.opened) });
    },
    close: () => {
      clearInterval(timer);
    },
  };
}

function openModel(content: unknown): ReturnType<typeof fraudScorerOf> {
  if (!isFraudModel(content)) throw new Error('it asks for other signals than this build knows');
  return fraudScorerOf(content);
}
