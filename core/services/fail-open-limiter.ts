import { errorMessage } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Limiter, Turn } from './transient.ts';

/** Marks tickets of the fallback, which mean nothing to the shared limiter. */
const LOCAL_PREFIX = 'local:';
/** The loss of the shared limiter is told at most this often. */
const WARN_EVERY_MS = 10_000;

/**
 * A limiter that never rejects: while the shared one is gone, windows in this process take its place. A limit is
 * then kept per process instead of over all of them; refusing everybody because a cache is down would be worse.
 */
export class FailOpenLimiter implements Limiter {
  readonly #shared: Limiter;
  readonly #local: Limiter;
  readonly #now: () => number;
  readonly #logger: Logger;
  #warnedAt = -Infinity;

  constructor(shared: Limiter, local: Limiter, now: () => number, logger: Logger) {
    this.#shared = shared;
    this.#local = local;
    this.#now = now;
    this.#logger = logger;
  }

  async takeTurn(key: string, limit: number, windowMs: number): Promise<Turn> {
    try {
      return await this.#shared.takeTurn(key, limit, windowMs);
    } catch (error) {
      this.#warn(error);
      const turn = await this.#local.takeTurn(key, limit, windowMs);
      return turn.allowed ? { allowed: true, ticket: LOCAL_PREFIX + turn.ticket } : turn;
    }
  }

  async giveBack(key: string, ticket: string): Promise<void> {
    if (ticket.startsWith(LOCAL_PREFIX)) {
      await this.#local.giveBack(key, ticket.slice(LOCAL_PREFIX.length));
      return;
    }
    try {
      await this.#shared.giveBack(key, ticket);
    } catch (error) {
      // The turn stays taken until its window has passed.
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    const now = this.#now();
    if (now - this.#warnedAt < WARN_EVERY_MS) return;
    this.#warnedAt = now;
    this.#logger.warn(
      { error: errorMessage(error) },
      'shared limits are out of reach, counting in this process',
    );
  }
}
