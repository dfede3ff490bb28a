import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RowsMessage, TrainingOutcome, TrainingWork } from './training-thread.ts';

/** A thread that needs more is ended, and its process goes on. */
const HEAP_MB_MAX = 2_048;

/** Where the thread's program is; tests have one that hangs. */
const PROGRAM = new URL('./training-thread.js', import.meta.url);

/** Trains in a thread of its own. Rejects when `signal` aborts, or with the thread's error. */
export async function trainInThread(
  work: TrainingWork,
  slices: AsyncIterable<readonly unknown[]>,
  signal: AbortSignal,
  program: URL = PROGRAM,
): Promise<TrainingOutcome> {
  const thread = new Worker(program, {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
  });
  try {
    // Rejects with the thread's error, where there is one, and when it is called off.
    const outcome = Promise.race([
      once(thread, 'message', { signal }) as Promise<[TrainingOutcome]>,
      once(thread, 'exit', { signal }).then(() => {
        throw new Error('its thread ended before it was done');
      }),
    ]);
    outcome.catch(() => undefined);
    for await (const rows of slices) {
      signal.throwIfAborted();
      thread.postMessage({ rows } satisfies RowsMessage);
    }
    thread.postMessage({ rows: undefined } satisfies RowsMessage);
    return (await outcome)[0];
  } finally {
    await thread.terminate();
  }
}
