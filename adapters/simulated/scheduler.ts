import { assert } from '../../core/kernel/assert.ts';

/**
 * Owns: virtual time. Everything that happens in a simulated world is an event on this one line; between two events
 * no time passes, and whatever an event set going in promises has come to rest before the next one.
 *
 * I1. Events run in the order of their time, those of one time in the order in which they were planned: the same
 *     plan gives the same run.
 * I2. Nothing runs beside it: no timer, no turn of the event loop takes part in what a run does.
 */
export interface Timeline {
  /** Milliseconds since the epoch, virtual. */
  now(): number;
  /** Runs once after `delayMs`; the returned function takes it back and may be called at any time. */
  after(delayMs: number, run: () => void): () => void;
}

interface Planned {
  readonly at: number;
  readonly order: number;
  /** Null once it ran or was taken back. */
  run: (() => void) | null;
}

export class Scheduler implements Timeline {
  private time: number;
  private planned = 0;
  /** A binary heap, earliest first. */
  private readonly heap: Planned[] = [];
  private failure: { readonly error: unknown } | undefined;
  events = 0;

  constructor(startMs: number) {
    this.time = startMs;
  }

  /** Whole, as clocks tell it; events lie between. */
  now(): number {
    return Math.floor(this.time);
  }

  after(delayMs: number, run: () => void): () => void {
    assert(delayMs >= 0, 'nothing is planned for the past');
    this.planned += 1;
    const planned: Planned = { at: this.time + delayMs, order: this.planned, run };
    this.push(planned);
    return () => {
      planned.run = null;
    };
  }

  /** Ends the run with an error, as soon as what runs now has come to rest. */
  fail(error: unknown): void {
    this.failure ??= { error };
  }

  /** Resolves once `done` holds after an event, or nothing is planned any more; rejects with what `fail` was told. */
  run(done: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const settled = Promise.resolve();
      const afterwards = (): void => {
        process.nextTick(turn);
      };
      const turn = (): void => {
        try {
          if (this.failure !== undefined) throw this.failure.error;
          if (done() || !this.step()) {
            resolve();
            return;
          }
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        // Node runs a tick that was asked for by a microtask only after the last microtask (I2).
        void settled.then(afterwards);
      };
      turn();
    });
  }

  /** Runs the next event; false when there is none. */
  private step(): boolean {
    for (;;) {
      const next = this.pop();
      if (next === undefined) return false;
      const { run } = next;
      if (run === null) continue;
      next.run = null;
      this.time = next.at;
      this.events += 1;
      run();
      return true;
    }
  }

  private push(planned: Planned): void {
    const { heap } = this;
    let index = heap.length;
    heap.push(planned);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const other = heap[above] as Planned;
      if (!isBefore(planned, other)) break;
      heap[index] = other;
      index = above;
    }
    heap[index] = planned;
  }

  private pop(): Planned | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= heap.length) break;
      const right = below + 1;
      if (right < heap.length && isBefore(heap[right] as Planned, heap[below] as Planned)) below = right;
      const other = heap[below] as Planned;
      if (!isBefore(other, last)) break;
      heap[index] = other;
      index = below;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(one: Planned, other: Planned): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
