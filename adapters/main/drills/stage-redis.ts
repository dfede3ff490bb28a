import { Redis } from 'ioredis';
import type { Database } from '../../postgres/database.ts';
import { DrillImpossible } from './run.ts';

/** Resolves when Redis answers. */
export async function requireRedis(url: string): Promise<void> {
  const { host, pathname } = new URL(url);
  const redis = connectOnce(url);
  try {
    await redis.connect();
    await redis.ping();
  } catch {
    throw new DrillImpossible(`Redis does not answer at redis://${host}${pathname}`);
  } finally {
    redis.disconnect();
  }
}

/** Removes what the platform kept about people and orders of `database`; everything else in that Redis stays. */
export async function forgetShortLived(url: string, database: Database): Promise<void> {
  const [tables] = await database.query<{ there: boolean }>(
    `select to_regclass('accounts.users') is not null and to_regclass('orders.orders') is not null as there`,
  );
  if (tables?.there !== true) return;
  const owned = new Set(
    (
      await database.query<{ id: string }>(
        'select id from accounts.users union all select id from orders.orders',
      )
    ).map(({ id }) => id),
  );
  const redis = connectOnce(url);
  try {
    await redis.connect();
    for await (const keys of redis.scanStream({ match: 'orrery:*', count: 1_000 }) as AsyncIterable<
      string[]
    >) {
      const ours = keys.filter((key) => key.split(':').some((part) => owned.has(part)));
      if (ours.length > 0) await redis.del(...ours);
    }
  } finally {
    redis.disconnect();
  }
}

function connectOnce(url: string): Redis {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2_000 });
  return redis.on('error', () => undefined);
}
