import { connect } from 'amqplib';
import { requireRedis } from '../../adapters/main/drills/stage-redis.ts';
import { openPostgres } from '../../adapters/postgres/open.ts';
import type { Stack } from './bench.ts';

/** Which real services answer, with their versions; the ones of the environment, else the usual local ones. */
export async function findServices(): Promise<{
  readonly all: boolean;
  readonly versions: Readonly<Record<string, string>>;
}> {
  const { DATABASE_URL, AMQP_URL, REDIS_URL } = process.env;
  const [postgres, rabbitmq, redis] = await Promise.all([
    askPostgres(DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres').catch(() => undefined),
    askRabbit(AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672').catch(() => undefined),
    requireRedis(REDIS_URL ?? 'redis://127.0.0.1:6379').then(
      () => true,
      () => false,
    ),
  ]);
  return {
    all: postgres !== undefined && rabbitmq !== undefined && redis,
    versions: {
      ...(postgres === undefined ? {} : { postgres }),
      ...(rabbitmq === undefined ? {} : { rabbitmq }),
    },
  };
}

export function versionsOf(stack: Stack, found: Readonly<Record<string, string>>): Record<string, string> {
  return { node: process.version, ...(stack === 'services' ? found : {}) };
}

async function askPostgres(url: string): Promise<string> {
  const database = await openPostgres(url, { poolMax: 1, applicationName: 'orrery-bench' });
  try {
    const [row] = await database.query<{ server_version: string }>('show server_version');
    return row?.server_version.split(' ')[0] ?? 'unknown';
  } finally {
    await database.close();
  }
}

async function askRabbit(url: string): Promise<string> {
  const connection = await connect(url, { timeout: 3_000, noDelay: true });
  const { serverProperties } = connection.connection as { serverProperties: { version?: string } };
  await connection.close();
  return serverProperties.version ?? 'unknown';
}
