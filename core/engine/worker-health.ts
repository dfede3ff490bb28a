import { type Clock, type Random, sleep } from '../kernel/clock.ts';
import { pauseMs } from './backoff.ts';
import type { Notify } from './notices.ts';
import { PauseTracker } from './pause.ts';

/**
 * Owns: which parts of the world (the store, sending, a queue) a worker finds out of reach, and how long it waits before
 * it tries again.
 * Does not own: what is tried, and what a pause means for time-outs (pause.ts).
 *
 * I1. Each part is told of once when it goes and once when it comes back.
 */
export class WorkerHealth {
  readonly pauses = new PauseTracker();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #onNotice: Notify | undefined;
  #failures = 0;

  constructor(options: {
    readonly clock: Clock;
    readonly random: Random;
    readonly onNotice?: Notify | undefined;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#onNotice = options.onNotice;
  }

  up(part: string): void {
    const pausedMs = this.pauses.up(this.#clock.now(), part);
    if (pausedMs !== undefined) this.#onNotice?.({ type: 'resumed', part, pausedMs });
  }

  down(part: string): void {
    if (this.pauses.down(this.#clock.now(), part)) this.#onNotice?.({ type: 'paused', part });
  }

  /** A commit has landed: the next failure is the first. */
  worked(): void {
    this.up('store');
    this.#failures = 0;
  }

  /** Waits after a failure, longer after each. */
  async rest(): Promise<void> {
    await sleep(this.#clock, pauseMs(this.#failures, this.#random));
    this.#failures += 1;
  }

  /** Does it after such a wait, and waits for nothing itself. */
  later(action: () => void): void {
    this.#clock.after(pauseMs(this.#failures, this.#random), action);
    this.#failures += 1;
  }
}
