import type { Clock } from '../../kernel/clock.ts';
import { errorMessage, FenceLost, OrreryError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import { bulkStep, type BulkPorts, type StepResult } from './bulk-step.ts';
import { exportStep } from './export-step.ts';
import { LANES, type Lane, type RunnableJob } from './job-store.ts';

/**
 * Runs the console's jobs.
 *
 * Owns: when a step of which job is made, and the rests between them.
 * Does not own: what a step does (bulk-step.ts, export-step.ts), who may write (the store's lanes).
 *
 * I1. A lane is worked on by one process at a time; the others look every second whether it has become free.
 * I2. After every step of work it rests, so that a job takes at most a part of one core; while intake is overloaded it
 *     makes no step at all.
 * I3. What the world refuses for now is tried again; any other failure ends the job and is told there.
 */
export interface RunnerOptions extends Omit<BulkPorts, 'clock'> {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Unique per process start. */
  readonly owner: string;
  readonly overloaded: () => boolean;
}

/** After a step that worked: 20 orders asked, or 500 rows written. */
const REST_MS: Readonly<Record<Lane, number>> = { bulk: 80, export: 60 };
/** While the orders that were asked are at work. */
const WAIT_MS = 200;
/** With nothing to do, with another process at it, while overloaded, or after a failure. */
const IDLE_MS = 1_000;

export interface JobRunner {
  /** A job has just been made or changed here: no need to wait. */
  wake(): void;
  /** Resolves once no step is under way. */
  stop(): Promise<void>;
}

export function startJobRunner(options: RunnerOptions): JobRunner {
  const lanes = LANES.map((lane) => runLane(options, lane));
  return {
    wake: () => {
      for (const lane of lanes) lane.wake();
    },
    stop: async () => {
      await Promise.all(lanes.map((lane) => lane.stop()));
      await options.store.release(options.owner).catch(() => undefined);
    },
  };
}

function runLane(options: RunnerOptions, lane: Lane): JobRunner {
  const pace = new Rest(options.clock);
  const idle = new Rest(options.clock);
  const run = async (): Promise<void> => {
    while (!idle.over) await idle.take(await round(options, lane, pace));
  };
  const running = run();
  return {
    wake: () => {
      idle.cutShort();
    },
    stop: async () => {
      pace.end();
      idle.end();
      await running;
    },
  };
}

/** Rests of one loop, one at a time. */
class Rest {
  over = false;
  readonly #clock: Clock;
  #wake: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(ms: number): Promise<void> {
    if (this.over) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  cutShort(): void {
    this.#wake();
  }

  /** For good: no later rest takes any time. */
  end(): void {
    this.over = true;
    this.#wake();
  }
}

/** A step of each job that has something to do; resolves with how long to rest before the next round. */
async function round(options: RunnerOptions, lane: Lane, pace: Rest): Promise<number> {
  if (options.overloaded()) return IDLE_MS;
  try {
    const jobs = await options.store.claim(lane, options.owner);
    if (jobs.length === 0) return IDLE_MS;
    let worked = false;
    for (const job of jobs) {
      if (pace.over) return 0;
      if ((await step(options, job)) !== 'worked') continue;
      worked = true;
      await pace.take(REST_MS[lane]);
    }
    return worked ? 0 : WAIT_MS;
  } catch (error) {
    options.logger.warn({ lane, error: errorMessage(error) }, 'a job can not go on now; it is tried again');
    return IDLE_MS;
  }
}

async function step(options: RunnerOptions, job: RunnableJob): Promise<StepResult> {
  try {
    return job.kind === 'bulk'
      ? await bulkStep(options, options.owner, job)
      : await exportStep(options, options.owner, job);
  } catch (error) {
    if (error instanceof FenceLost || (error instanceof OrreryError && error.retryable)) throw error;
    options.logger.error({ jobId: job.id, error: errorMessage(error) }, 'a job has failed');
    await options.store.finish(options.owner, job, { state: 'failed', problem: errorMessage(error) });
    return 'over';
  }
}
