import type { User } from './ports.ts';

/** How old a positive answer may be: with the time of a slow query on top it stays below the 5 s promised. */
export const SESSION_FRESH_MS = 4_000;
/** Sessions remembered; the ones cached longest ago go first. */
const SESSIONS_MAX = 50_000;

/**
 * Remembers for a moment who a session belongs to.
 *
 * I1: no positive answer is older than SESSION_FRESH_MS, counted from before the question was asked.
 * I2: a session that has ended never comes back, even when an answer from before arrives late.
 */
export class SessionCache {
  readonly #entries = new Map<string, { readonly user: User | undefined; readonly askedAt: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `ended`: known to have ended; undefined: ask the store. */
  get(sessionId: string): User | 'ended' | undefined {
    const entry = this.#entries.get(sessionId);
    if (entry === undefined) return undefined;
    if (entry.user === undefined) return 'ended';
    return this.#now() - entry.askedAt < SESSION_FRESH_MS ? entry.user : undefined;
  }

  /** What the store said; resolves a race in favour of the end. */
  put(sessionId: string, user: User | undefined, askedAt: number): void {
    const before = this.#entries.get(sessionId);
    if (before !== undefined && before.user === undefined) return;
    this.#entries.delete(sessionId);
    this.#entries.set(sessionId, { user, askedAt });
    if (this.#entries.size <= SESSIONS_MAX) return;
    const oldest = this.#entries.keys().next();
    if (oldest.done !== true) this.#entries.delete(oldest.value);
  }

  end(sessionId: string): void {
    this.put(sessionId, undefined, this.#now());
  }

  /** After a change of the user, what is remembered about them is wrong. */
  forgetUser(userId: string): void {
    for (const [sessionId, entry] of this.#entries) {
      if (entry.user?.id === userId) this.#entries.delete(sessionId);
    }
  }
}
