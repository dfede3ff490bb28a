import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { OrreryError, errorMessage } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { AmountChange, AmountLimits, TransientState, Turn } from '../../core/services/transient.ts';
import { type Scripts, withScripts } from './scripts.ts';

/** No call waits longer for Redis: a shopper rather hears "try again" than nothing. */
const ANSWER_MS_MAX = 1_000;
const RECONNECT_MS_MAX = 2_000;

export interface RedisTransientOptions {
  readonly url: string;
  /** Put before every key. */
  readonly prefix?: string;
  readonly logger: Logger;
}

/**
 * Short-lived state in Redis. Waits a moment for the connection and resolves with or without it: it is made again
 * in the background for as long as it takes, and until then every call rejects with `transient_unavailable`.
 */
export async function openRedisTransientState(options: RedisTransientOptions): Promise<TransientState> {
  const redis = new Redis(options.url, {
    keyPrefix: options.prefix ?? 'orrery:',
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: ANSWER_MS_MAX,
    commandTimeout: ANSWER_MS_MAX,
    retryStrategy: (attempt) => Math.min(attempt * 100, RECONNECT_MS_MAX),
  });
  let lost = false;
  redis.on('error', (error: unknown) => {
    if (!lost)
      options.logger.warn({ error: errorMessage(error) }, 'redis is out of reach: no carts until it is back');
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) options.logger.info({}, 'redis is back');
    lost = false;
  });
  await redis.connect().catch(() => undefined);
  return new RedisTransientState(withScripts(redis));
}

class RedisTransientState implements TransientState {
  readonly #redis: Redis & Scripts;

  constructor(redis: Redis & Scripts) {
    this.#redis = redis;
  }

  async readAmounts(key: string): Promise<ReadonlyMap<string, number>> {
    const fields = await answered(this.#redis.hgetall(key));
    return new Map(Object.entries(fields).map(([field, amount]) => [field, Number(amount)]));
  }

  async addAmount(key: string, field: string, by: number, limits: AmountLimits): Promise<AmountChange> {
    const { amountMax, fieldsMax, ttlMs } = limits;
    const amount = await answered(this.#redis.addAmount(key, field, by, amountMax, fieldsMax, ttlMs));
    if (amount === -1) return { outcome: 'too_large' };
    if (amount === -2) return { outcome: 'too_many_fields' };
    return { outcome: 'changed', amount };
  }

  async replaceAmount(key: string, field: string, amount: number, ttlMs: number): Promise<boolean> {
    return (await answered(this.#redis.replaceAmount(key, field, amount, ttlMs))) === 1;
  }

  async removeAmount(key: string, field: string): Promise<boolean> {
    return (await answered(this.#redis.hdel(key, field))) === 1;
  }

  async subtractAmounts(
    key: string,
    amounts: ReadonlyMap<string, number>,
    onceKey: string,
    onceMs: number,
  ): Promise<boolean> {
    return (await answered(this.#redis.subtractAmounts(key, onceKey, onceMs, ...[...amounts].flat()))) === 1;
  }

  async mergeAmounts(from: string, to: string, limits: AmountLimits): Promise<void> {
    await answered(this.#redis.mergeAmounts(from, to, limits.amountMax, limits.fieldsMax, limits.ttlMs));
  }

  async takeTurn(key: string, limit: number, windowMs: number): Promise<Turn> {
    const ticket = randomUUID();
    const retryAfterMs = await answered(this.#redis.takeTurn(key, ticket, limit, windowMs));
    return retryAfterMs === 0 ? { allowed: true, ticket } : { allowed: false, retryAfterMs };
  }

  async giveBack(key: string, ticket: string): Promise<void> {
    await answered(this.#redis.zrem(key, ticket));
  }

  increment(key: string, by: number, ttlMs: number): Promise<number> {
    return answered(this.#redis.increment(key, by, ttlMs));
  }

  async ping(): Promise<void> {
    await answered(this.#redis.ping());
  }

  async close(): Promise<void> {
    // QUIT answers only when there is a connection; without one there is nothing to be polite to.
    await this.#redis.quit().catch(() => undefined);
    this.#redis.disconnect();
  }
}

/** Whatever goes wrong with Redis means the same to its callers. */
async function answered<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw new OrreryError('transient_unavailable', `redis does not answer: ${errorMessage(error)}`, {
      retryable: true,
      cause: error,
    });
  }
}
