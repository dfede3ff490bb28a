import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../../core/kernel/assert.ts';
import { errorMessage } from '../../../core/kernel/errors.ts';
import type { LatelyFound } from '../../../core/services/intelligence/lately.ts';
import type {
  InputProfile,
  ModelGrade,
  ModelName,
  TrainedModel,
} from '../../../core/services/intelligence/ports.ts';
import { stabilityIndex } from '../../../core/services/intelligence/stability.ts';
import type { TrainingContext } from '../../../core/services/intelligence/trainer.ts';
import { TRAINERS } from '../../../core/services/intelligence/trainers/all.ts';

/*
 * Trains one model and ends. Rows come in slices, so that nobody has to copy them all at once; the thread gives way to
 * those that serve.
 */

export interface TrainingWork {
  readonly name: ModelName;
  readonly context: TrainingContext;
  /** How the inputs were spread when what serves was trained. */
  readonly liveInputs: InputProfile | undefined;
  readonly liveGrades: readonly ModelGrade[];
  /** What the last measurement of how it does left for this one. */
  readonly carried: unknown;
}

/** Undefined ends the rows. */
export type RowsMessage = { readonly rows: readonly unknown[] } | { readonly rows: undefined };

/** What is found out about the version that serves, whatever becomes of the training. */
interface AboutLive {
  /** Stability index of what came since; undefined where too little did. */
  readonly drift: number | undefined;
  /** Undefined: nothing serves, or nothing tells. */
  readonly lately: LatelyFound | undefined;
}

export type TrainingOutcome = AboutLive &
  ({ readonly trained: TrainedModel; readonly tookMs: number } | { readonly problem: string });

/** Fewer values than this say nothing of a spread over ten bins. */
const DRIFT_VALUES_MIN = 100;

const port = parentPort;
assert(port !== null, 'this program is a thread');
// Linux has priorities by thread; elsewhere this would slow the whole process down.
if (process.platform === 'linux') setPriority(10);

const { name, context, liveInputs, liveGrades, carried } = workerData as TrainingWork;
const rows: unknown[] = [];

port.on('message', ({ rows: slice }: RowsMessage) => {
  if (slice === undefined) port.postMessage(outcome());
  else for (const row of slice) rows.push(row);
});

function outcome(): TrainingOutcome {
  const trainer = TRAINERS.find((each) => each.name === name);
  let drift: number | undefined;
  let lately: LatelyFound | undefined;
  try {
    assert(trainer !== undefined, `${name} has a trainer`);
    const known = rows as never[];
    if (context.live !== undefined && liveInputs !== undefined) {
      const inputs = trainer.inputs(known, context.live.trainedAtMs);
      if (Object.values(inputs).every(({ length }) => length >= DRIFT_VALUES_MIN)) {
        drift = stabilityIndex(liveInputs, inputs);
      }
    }
    if (context.live !== undefined) {
      const live = { ...context.live, grades: liveGrades };
      lately = trainer.lately?.(known, { ...context, live, carried });
    }
    const begun = performance.now();
    const trained = trainer.train(known, context);
    return { trained, drift, lately, tookMs: performance.now() - begun };
  } catch (error) {
    return { problem: errorMessage(error), drift, lately };
  }
}
