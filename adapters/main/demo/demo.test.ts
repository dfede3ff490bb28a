import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { DemoData, DemoRemoval, DemoRun } from '../../../core/services/demo/ports.ts';
import { type TapTest, withTestDatabase } from '../../postgres/testing.ts';
import { withTestVhost } from '../../rabbitmq/testing.ts';
import { startVisibly } from '../platform-testing.ts';
import { platformTopology } from '../topology.ts';
import { until } from '../../../core/kernel/testing-until.ts';

const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };
const SETTINGS = {
  PORT: '0',
  LOG_LEVEL: 'silent',
  PARTITIONS: '2',
  PAYMENT_LATENCY_MS: '5',
  SHIPPING_TIME_SCALE: '1000000',
  CHECKOUT_LIMIT_PER_MINUTE: '3',
  RATE_LIMIT_PER_MINUTE: '0',
  OVERLOAD_DELAY_MS: '0',
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
};
/** What the demo promises. */
const STOP_MS_MAX = 10_000;

interface Status {
  readonly running: DemoRun | null;
  readonly data: DemoData;
}

t.setTimeout(300_000);

t.test('the demo, embedded', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'orrery-demo-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await demoContract(t, { DATA_DIR: folder });
});

t.test('the demo, on Postgres and RabbitMQ', (t) =>
  withTestDatabase(t, (_database, databaseUrl) =>
    withTestVhost(
      t,
      (amqpUrl) => demoContract(t, { DATABASE_URL: databaseUrl, AMQP_URL: amqpUrl }),
      platformTopology(2),
    ),
  ),
);

async function demoContract(t: TapTest, environment: Readonly<Record<string, string>>): Promise<void> {
  const { platform, resources } = await startVisibly({ ...SETTINGS, ...environment });
  const { database } = resources;
  try {
    const call = await admin(platform.url ?? '');
    const status = async (): Promise<Status> => (await call('GET', '/api/admin/demo')).body as Status;
    const stock = () =>
      database.query('select sku, warehouse_id, on_hand, reserved from inventory.stock order by 1, 2');
    const before = await stock();
    t.same(await status(), { running: null, data: { accounts: 0, orders: 0, sales: 0 } }, 'off by default');
    t.equal((await call('DELETE', '/api/admin/demo')).status, 409);
    const wrong = await call('POST', '/api/admin/demo', {
      ordersPerMinute: 601,
    });
    t.match(wrong, { status: 400, body: { errors: [{ path: 'ordersPerMinute' }] } });

    const begun = await call('POST', '/api/admin/demo', { ordersPerMinute: 200, sales: true });
    t.equal(begun.status, 200);
    const faster = await call('POST', '/api/admin/demo', { ordersPerMinute: 600, sales: false });
    t.match(
      faster.body,
      { ordersPerMinute: 600, sales: false, startedAt: (begun.body as DemoRun).startedAt },
      'one demo',
    );
    const { running } = await until('ten orders', status, (now) => (now.running?.placed ?? 0) >= 10);
    t.match(running, { ordersPerMinute: 600, stopping: false });
    t.equal((await call('POST', '/api/admin/demo/removal')).status, 409, 'not while it runs');

    const looks = async () => {
      const [row] = await database.query<{ viewed: number; added: number; ordered: number }>(
        'select sum(viewed) as viewed, sum(added) as added, sum(ordered) as ordered from analytics.product_day',
      );
      return row ?? { viewed: 0, added: 0, ordered: 0 };
    };
    await until(
      'looks, carts and orders',
      looks,
      ({ viewed, added, ordered }) => Math.min(viewed, added, ordered) > 0,
    );

    const askedMs = performance.now();
    t.equal((await call('DELETE', '/api/admin/demo')).status, 202);
    const { data } = await until('the end', status, (now) => now.running === null);
    t.ok(performance.now() - askedMs < STOP_MS_MAX, 'it stops soon');
    t.ok(data.orders >= 10);
    t.notSame(await stock(), before);

    await until(
      'the removal',
      async () => (await call('POST', '/api/admin/demo/removal')).body as DemoRemoval,
      ({ done }) => done,
    );
    t.same(await status(), { running: null, data: { accounts: 0, orders: 0, sales: 0 } });
    t.same(await stock(), before, 'the stock is what it was');
    for (const table of [
      'orders.orders',
      'orders.actor',
      'orders.actor_log',
      'payments.charge',
      'shipping.shipment',
    ]) {
      const [row] = await database.query<{ count: number }>(`select count(*) as count from ${table}`);
      t.equal(row?.count, 0, table);
    }
    const checked = await call('POST', '/api/admin/inventory/reconciliations', {});
    t.match(checked.body, { differences: 0, problem: null }, 'counters, ledger and actors agree');
  } finally {
    await platform.stop();
  }
}

type Answer = { readonly status: number; readonly body: unknown };

/** Calls the API as the admin. */
async function admin(url: string): Promise<(method: string, path: string, body?: object) => Promise<Answer>> {
  const call = async (method: string, path: string, body?: object, token?: string): Promise<Answer> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const { token } = (await call('POST', '/api/auth/login', ADMIN)).body as { readonly token: string };
  return (method, path, body) => call(method, path, body, token);
}
