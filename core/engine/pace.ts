import type { Clock } from '../kernel/clock.ts';

/**
 * How fast something may be done again: a few times at once, then at even intervals.
 *
 * Source: the generic cell rate algorithm (a leaky bucket as a meter), ITU-T I.371.
 */
export class Pace {
  private readonly clock: Clock;
  private readonly intervalMs: number;
  private readonly aheadMsMax: number;
  /** When the next one would be due if all had come at even intervals. */
  private dueAt = -Infinity;

  /** One each `intervalMs` in the long run; after a rest `burst` of them need not wait. */
  constructor(clock: Clock, { intervalMs, burst }: { readonly intervalMs: number; readonly burst: number }) {
    this.clock = clock;
    this.intervalMs = intervalMs;
    this.aheadMsMax = (burst - 1) * intervalMs;
  }

  /** How long the next one is to wait; 0: not at all. Never longer than an interval, should the clock be set back. */
  waitMs(): number {
    const waitMs = this.dueAt - this.aheadMsMax - this.clock.now();
    return Math.min(Math.max(0, waitMs), this.intervalMs);
  }

  /** One begins now. */
  begin(): void {
    this.dueAt = Math.max(this.dueAt, this.clock.now()) + this.intervalMs;
  }
}
