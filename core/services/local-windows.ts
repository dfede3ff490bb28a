import type { Limiter, Turn } from './transient.ts';

/** Keys kept at most; the ones unused for longest go first, and their limit starts anew. */
const KEYS_MAX = 50_000;

interface TakenTurn {
  readonly at: number;
  readonly ticket: string;
}

/**
 * Sliding windows in this process: the embedded limiter, and the fallback while Redis is gone.
 *
 * Owns: which turns were taken when. Does not own: the clock, which is given.
 * I1: at most `limit` turns of a key lie within any window. I2: at most KEYS_MAX keys are kept.
 */
export class LocalWindows implements Limiter {
  /** In the order of last use. */
  readonly #turns = new Map<string, readonly TakenTurn[]>();
  readonly #now: () => number;
  #tickets = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  takeTurn(key: string, limit: number, windowMs: number): Promise<Turn> {
    const now = this.#now();
    const recent = (this.#turns.get(key) ?? []).filter((turn) => turn.at > now - windowMs);
    // The turn whose end lets the count fall below the limit: the oldest, unless the limit was lowered meanwhile.
    const blocking = recent[recent.length - limit];
    if (blocking !== undefined) {
      this.#keep(key, recent);
      return Promise.resolve({ allowed: false, retryAfterMs: Math.max(1, blocking.at + windowMs - now) });
    }
    this.#tickets += 1;
    const ticket = String(this.#tickets);
    this.#keep(key, [...recent, { at: now, ticket }]);
    return Promise.resolve({ allowed: true, ticket });
  }

  giveBack(key: string, ticket: string): Promise<void> {
    const turns = this.#turns.get(key);
    if (turns !== undefined) {
      const rest = turns.filter((turn) => turn.ticket !== ticket);
      if (rest.length === 0) this.#turns.delete(key);
      else this.#turns.set(key, rest);
    }
    return Promise.resolve();
  }

  #keep(key: string, turns: readonly TakenTurn[]): void {
    this.#turns.delete(key);
    this.#turns.set(key, turns);
    if (this.#turns.size <= KEYS_MAX) return;
    const oldest = this.#turns.keys().next();
    if (oldest.done !== true) this.#turns.delete(oldest.value);
  }
}
