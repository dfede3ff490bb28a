import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import t from 'tap';
import { platformContract } from '../contracts/platform.ts';
import type { RunningPlatform } from '../contracts/platform-stage.ts';
import type { Database } from '../postgres/database.ts';
import { type TapTest, withTestDatabase } from '../postgres/testing.ts';
import { withTestVhost } from '../rabbitmq/testing.ts';
import { startVisibly } from './platform-testing.ts';
import { platformTopology } from './topology.ts';

t.setTimeout(300_000);

const GATEWAY = 'gateway,accounts,catalog,carts';
const OWN_IDS = 'select id from accounts.users union all select id from orders.orders';
const WORKER = 'orders,inventory,payments,shipping,notifications,analytics,intelligence';

t.test('the product on Postgres, RabbitMQ and Redis, as one gateway and two workers', (t) =>
  platformContract(t, (t, run) =>
    withTestDatabase(t, (db, databaseUrl) =>
      withTestVhost(
        t,
        (amqpUrl) =>
          withRedis(t, db, (redisUrl) =>
            run({
              start: (settings) =>
                startAll({
                  ...settings,
                  DATABASE_URL: databaseUrl,
                  AMQP_URL: amqpUrl,
                  REDIS_URL: redisUrl,
                }),
              putText: (queue, text) => putText(amqpUrl, queue, text),
            }),
          ),
        platformTopology(16),
      ),
    ),
  ),
);

async function startAll(environment: Readonly<Record<string, string>>): Promise<RunningPlatform> {
  // One after the other: what is half up can then be stopped.
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(stops.map((each) => each()));
  };
  try {
    for (let workers = 0; workers < 2; workers += 1) {
      const { platform } = await startVisibly({ ...environment, SERVICES: WORKER });
      stops.push(() => platform.stop());
    }
    const gateway = await startVisibly({ ...environment, SERVICES: GATEWAY });
    stops.push(() => gateway.platform.stop());
    const { broker, database } = gateway.resources;
    return { url: gateway.platform.url ?? '', broker, database, holdBack: gateway.holdBack, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function putText(amqpUrl: string, queue: string, text: string): Promise<void> {
  const model = await connect(amqpUrl);
  try {
    const channel = await model.createConfirmChannel();
    channel.sendToQueue(queue, Buffer.from(text));
    await channel.waitForConfirms();
  } finally {
    await model.close();
  }
}

/** Removes what the platform kept about users and orders of `database`; everything else in that Redis stays. */
async function withRedis(t: TapTest, database: Database, run: (url: string) => Promise<void>): Promise<void> {
  const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1_000 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    if (process.env['REQUIRE_SERVICES'] === '1') throw error;
    t.skip('no Redis', () => undefined);
    return;
  }
  try {
    await run(url);
  } finally {
    for (const { id } of await database.query<{ id: string }>(OWN_IDS)) {
      const keys = await redis.keys(`orrery:*${id}*`);
      if (keys.length > 0) await redis.del(...keys);
    }
    await redis.quit();
  }
}
