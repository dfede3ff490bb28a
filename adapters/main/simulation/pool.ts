import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Fault, FaultName } from '../../simulated/faults.ts';
import type { Violation } from '../../simulated/invariants/invariants.ts';

/** Seeds that are given out together: enough to make handing them over cheap, few enough for a smooth progress. */
const SHARE = 20;

/** What all runs of a pool have in common, as it can be sent to a thread. */
export interface PoolWork {
  readonly names?: readonly FaultName[] | undefined;
  /** Name of a switch. */
  readonly off?: string | undefined;
}

/** One share of the seeds. */
export interface Share {
  readonly from: number;
  readonly count: number;
}

export interface ShareDone extends Share {
  readonly failures: readonly {
    readonly seed: number;
    readonly faults: readonly Fault[];
    readonly violations: readonly Violation[];
  }[];
  readonly accepted: number;
  readonly events: number;
  readonly virtualMs: number;
}

export interface PoolOptions extends PoolWork {
  readonly from: number;
  readonly count: number;
  readonly threads?: number;
  /** After each share; returns whether to go on. */
  readonly onDone: (done: ShareDone) => boolean;
}

/** Runs seeds `from` to `from + count − 1` on all processors; the order in which shares come back varies. */
export async function runSeeds({ from, count, names, off, threads, onDone }: PoolOptions): Promise<void> {
  let next = from;
  const end = from + count;
  let goOn = true;
  const take = (): Share | undefined => {
    if (!goOn || next >= end) return undefined;
    const share = { from: next, count: Math.min(SHARE, end - next) };
    next += share.count;
    return share;
  };
  const work: PoolWork = { names, off };
  const size = Math.min(threads ?? availableParallelism(), Math.ceil(count / SHARE));
  await Promise.all(
    Array.from({ length: size }, () =>
      runThread(work, take, (done) => {
        goOn = onDone(done) && goOn;
      }),
    ),
  );
}

function runThread(
  work: PoolWork,
  take: () => Share | undefined,
  onDone: (done: ShareDone) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./pool-thread.js', import.meta.url), {
      workerData: work,
      // Runs are short and leave nothing behind: a large nursery spares most of the collecting.
      resourceLimits: { maxYoungGenerationSizeMb: 128 },
    });
    const give = (): void => {
      const share = take();
      if (share === undefined)
        void thread.terminate().then(() => {
          resolve();
        });
      else thread.postMessage(share);
    };
    thread.on('message', (done: ShareDone) => {
      onDone(done);
      give();
    });
    thread.on('error', reject);
    give();
  });
}
