import { PAUSE_GRACE_MS_MAX } from '../kernel/limits.ts';

/**
 * Owns: how far the time of time-outs and repeated requests lags behind the clock while the world was away (P20).
 *
 * I1. A time-out that fell due during a pause fires only after as much time as the pause took (a minute at most) has
 *     passed since its end: the answers it waits for were held up by the same pause.
 */
export class PauseTracker {
  /** The parts that are out of reach, with the time since when. */
  private readonly away = new Map<string, number>();
  private downSince: number | null = null;
  private heldAt = 0;
  private heldUntil = 0;

  /** A part of the world (the store, sending, a queue) is out of reach. Returns whether that is news. */
  down(now: number, part: string): boolean {
    const news = !this.away.has(part);
    if (news) this.away.set(part, now);
    this.downSince ??= now;
    return news;
  }

  /**
   * A part is back, or no longer of interest; the pause ends with the last of them. Returns how long it was away,
   * milliseconds; undefined when it was not.
   */
  up(now: number, part: string): number | undefined {
    const since = this.away.get(part);
    if (since === undefined) return undefined;
    this.away.delete(part);
    this.endPause(now);
    return now - since;
  }

  /** The parts that are out of reach, with the time since when. */
  parts(): ReadonlyMap<string, number> {
    return this.away;
  }

  private endPause(now: number): void {
    if (this.away.size > 0 || this.downSince === null) return;
    const pausedMs = now - this.downSince;
    if (pausedMs >= PAUSE_MS_MIN) this.makeUp(this.downSince, now);
    this.downSince = null;
  }

  /** Something was at rest from then till now: what waited with it comes before the time-outs that wait for it. */
  makeUp(since: number, now: number): void {
    const until = now + Math.min(now - since, PAUSE_GRACE_MS_MAX);
    // A pause within the making-up of another one goes back to where the first began.
    this.heldAt = now < this.heldUntil ? Math.min(this.heldAt, since) : since;
    this.heldUntil = Math.max(this.heldUntil, until);
  }

  /** Holds every time-out for a moment, as when partitions of another process were taken over. */
  holdAll(now: number, graceMs: number): void {
    this.heldAt = 0;
    this.heldUntil = Math.max(this.heldUntil, now + graceMs);
  }

  /** Time-outs due at or before this time may fire. */
  timersUntil(now: number): number {
    if (this.downSince !== null) return Math.min(this.downSince, now < this.heldUntil ? this.heldAt : now);
    return now < this.heldUntil ? this.heldAt : now;
  }

  /** When what is held back now may fire; undefined while that is not known, or nothing is held. */
  heldBackUntil(now: number): number | undefined {
    return this.downSince === null && now < this.heldUntil ? this.heldUntil : undefined;
  }
}

/** Shorter hiccups hold nothing up. */
const PAUSE_MS_MIN = 500;
