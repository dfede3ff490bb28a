import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Logger } from '../../../core/kernel/logger.ts';
import type { ModelName, ModelRegistry, TrainingQueue } from '../../../core/services/intelligence/ports.ts';
import type { RowSource } from './sources.ts';
import { trainInThread } from './train-in-thread.ts';

/** How often somebody looks whether a training is wanted. */
const LOOK_MS = 2_000;
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
/** A training that takes longer hangs. */
const TRAINING_MS_MAX = 30 * 60_000;
/** Of all chance in trainings: the same rows give the same model. */
const SEED = 1;

export interface TrainingOptions {
  readonly registry: ModelRegistry;
  readonly queue: TrainingQueue;
  readonly sources: ReadonlyMap<ModelName, RowSource>;
  /** Unique per process start. */
  readonly owner: string;
  readonly logger: Logger;
  readonly trainingMsMax?: number;
  /** The thread's program; default: the one that trains. */
  readonly program?: URL;
}

/**
 * Owns: that models which wait to be trained are, one after the other and in one process of all, in a thread beside what
 * serves. Whatever goes wrong with one is told of it and touches nothing else. The returned function stops it.
 */
export function startTraining(options: TrainingOptions): () => Promise<void> {
  const { queue, owner, logger } = options;
  const stopping = new AbortController();
  let working: Promise<void> | undefined;

  const workOff = async (): Promise<void> => {
    if (!(await queue.waiting()) || !(await queue.lease(owner, LEASE_MS))) return;
    const lost = new AbortController();
    const renewing = setInterval(() => {
      queue.lease(owner, LEASE_MS).then(
        (held) => {
          if (!held) lost.abort(new Error('another process trains now'));
        },
        (error: unknown) => {
          lost.abort(error);
        },
      );
    }, RENEW_MS);
    try {
      const signal = AbortSignal.any([stopping.signal, lost.signal]);
      for (let name = await queue.begin(owner); name !== undefined; name = await queue.begin(owner)) {
        await trainOne(options, name, signal);
        signal.throwIfAborted();
      }
    } finally {
      clearInterval(renewing);
      await queue.release(owner);
    }
  };

  const timer = setInterval(() => {
    working ??= workOff()
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) {
          logger.warn({ error: errorMessage(error) }, 'trainings could not be looked after; they wait');
        }
      })
      .finally(() => {
        working = undefined;
      });
  }, LOOK_MS);
  timer.unref();

  return async () => {
    clearInterval(timer);
    stopping.abort(new Error('the process stops'));
    await working;
  };
}

/** What was called off stays begun: whoever has the lease next begins it again. */
async function trainOne(
  { registry, queue, sources, logger, trainingMsMax = TRAINING_MS_MAX, program }: TrainingOptions,
  name: ModelName,
  signal: AbortSignal,
): Promise<void> {
  const limit = AbortSignal.timeout(trainingMsMax);
  try {
    const slices = sources.get(name);
    if (slices === undefined) throw new Error('this build has no rows for this model');
    const nowMs = Date.now();
    const live = await registry.live(name);
    const outcome = await trainInThread(
      {
        name,
        context: {
          live:
            live === undefined
              ? undefined
              : { content: live.content, trainedAtMs: Date.parse(live.trainedAt) },
          nowMs,
          seed: SEED,
        },
        liveInputs: live?.inputs,
        liveGrades: live?.grades ?? [],
        carried: await registry.carried(name),
      },
      slices(nowMs),
      AbortSignal.any([signal, limit]),
      program,
    );
    if (outcome.drift !== undefined) {
      await registry.recordDrift(name, { measure: 'stability index', value: outcome.drift });
    }
    if (live !== undefined && outcome.lately !== undefined) {
      const { lately, carried } = outcome.lately;
      await registry.recordLately(name, { version: live.version, ...lately }, carried);
    }
    if ('problem' in outcome) {
      logger.info({ model: name, problem: outcome.problem }, 'a model could not be trained');
      await queue.end(name, outcome.problem);
      return;
    }
    const { version, state, reason } = await registry.add(name, outcome.trained, outcome.tookMs);
    logger.info({ model: name, version, state, reason }, 'a model was trained');
    await queue.end(name, null);
  } catch (error) {
    if (signal.aborted) throw error;
    const problem = limit.aborted
      ? `it took longer than ${String(Math.round(trainingMsMax / 60_000))} minutes`
      : errorMessage(error);
    logger.warn({ model: name, error: problem }, 'the training of a model failed');
    await queue.end(name, problem);
  }
}
