import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { drawnAttempts } from '../../../core/models/payments/testing-attempts.ts';
import type { PaymentOutlook } from '../../../core/services/intelligence/payments/outlook.ts';
import { ADMIN, PLATFORM_SETTINGS } from '../../contracts/platform-stage.ts';
import { createPaymentAttempts } from '../../postgres/intelligence/payment-attempts.ts';
import { createModelRegistry } from '../../postgres/intelligence/registry.ts';
import { Caller } from '../observation-testing.ts';
import { startVisibly } from '../platform-testing.ts';
import { eventually } from '../../../core/kernel/testing-until.ts';

t.setTimeout(300_000);

/** One platform for both models that learn from written history alone: its start costs more than they do. */
const folder = await mkdtemp(join(tmpdir(), 'orrery-foretold-'));
const { platform, resources } = await startVisibly({ ...PLATFORM_SETTINGS, DATA_DIR: folder });
t.teardown(async () => {
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});
const url = platform.url ?? '';
const admin = await Caller.signIn(url, ADMIN);
const shopper = await Caller.register(url);

await t.test('customers by what they are expected to do', async (t) => {
  const path = '/api/analytics/customers';
  t.match(await admin.get(path), { degraded: true, model: 'none', segments: [], atRisk: [] });
  t.equal((await shopper.fetch(path)).status, 403);
  t.equal((await fetch(url + path)).status, 401);
  const wrong = await admin.fetch(`${path}?limit=0`);
  t.equal(wrong.status, 400);
  t.match(await wrong.text(), /limit/);

  // 300 customers with rhythms of their own over a year; every third has stopped half-way.
  await resources.database.query(
    `insert into orders.orders (id, user_id, customer_name, email, status, saga_state, total_cents, currency,
       shipping_address, payment, created_at, updated_at, version)
     select 'c-' || customer || '-' || n, 'cu' || customer, 'Customer ' || customer, '', 'delivered', 'delivered',
       1000 + (customer * 37 + n * 101) % 4000, 'USD', '{}', '{}', at, at, 1
     from generate_series(1, 300) as customer cross join generate_series(0, 59) as n
     cross join lateral (select now() - interval '365 days' + (customer % 60) * interval '1 day'
       + n * (5 + customer % 40) * interval '1 day' + (abs(hashtext(customer || '/' || n)) % 72) * interval '1 hour' as at) as drawn
     where at < now() - case when customer % 3 = 0 then interval '150 days' else interval '0' end`,
  );
  await resources.database.query(
    `insert into orders.known_customer (user_id, customer_name, email)
     select 'cu' || customer, 'Customer ' || customer, 'c' || customer || '@example.com' from generate_series(1, 300) as customer`,
  );
  t.equal((await admin.post('/api/admin/models/churn/trainings', {})).status, 202);
  interface Told {
    readonly degraded: boolean;
    readonly customers: number;
    readonly segments: readonly { readonly segment: string; readonly customers: number }[];
    readonly atRisk: readonly {
      readonly userId: string;
      readonly name: string;
      readonly expectedPurchases: number;
    }[];
  }
  await eventually(async () => !(await admin.get<Told>(path)).degraded);
  const told = await admin.get<Told>(`${path}?limit=5`);
  t.equal(told.customers, 300);
  t.equal(
    told.segments.reduce((sum, { customers }) => sum + customers, 0),
    300,
  );
  t.ok(told.atRisk.length > 0 && told.atRisk.length <= 5);
  t.match(told.atRisk[0], { name: /^Customer \d+$/ });
  await resources.database.query('delete from orders.known_customer where user_id = $1', [
    told.atRisk[0]?.userId,
  ]);
  const without = await admin.get<Told>(`${path}?limit=5`);
  t.notOk(
    without.atRisk.some(({ userId }) => userId === told.atRisk[0]?.userId),
    'who is forgotten is not shown',
  );
});

await t.test('payments are foretold from the own attempts, and orders go on without', async (t) => {
  const pathOf = (order: string) => `/api/admin/orders/${encodeURIComponent(order)}/payment-outlook`;
  t.strictSame(await admin.get(pathOf('order 1')), {
    degraded: true,
    modelVersion: null,
    trainedAt: null,
    attempts: [],
  });
  t.equal((await shopper.fetch(pathOf('order 1'))).status, 403);

  const attempts = drawnAttempts(1_500);
  const column = (of: (one: (typeof attempts)[number]) => string | number) => attempts.map(of);
  const orders = [
    column(({ orderId }) => orderId),
    column(({ userId }) => userId),
    column(({ amountCents }) => amountCents),
    column(({ atMs }) => new Date(atMs).toISOString()),
  ];
  await resources.database.query(
    `insert into orders.orders (id, user_id, customer_name, email, status, saga_state, total_cents, currency,
       shipping_address, payment, created_at, updated_at, version)
     select id, user_id, 'Payer', '', 'delivered', 'delivered', cents, 'USD', '{}', '{}', at, at, 1
     from unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[]) as made(id, user_id, cents, at)`,
    orders,
  );
  await resources.database.query(
    `insert into payments.charge (charge_key, order_id, amount_cents, currency, method, status, transaction_id, voided,
       refund, created_at, updated_at)
     select key, id, cents, 'USD', method, status, 'tx ' || key, false, 'none', at, at
     from unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[])
       as made(id, user_id, cents, at, key, status)
     cross join lateral (select (array['credit_card', 'paypal'])[1 + length(key) % 2] as method) as drawn`,
    [
      ...orders,
      column(({ chargeKey }) => chargeKey),
      column(({ succeeded }) => (succeeded === true ? 'processed' : 'failed')),
    ],
  );
  t.equal((await admin.post('/api/admin/models/payments/trainings', {})).status, 202);
  const asked = attempts.at(-1);
  const path = pathOf(asked?.orderId ?? '');
  await eventually(async () => !(await admin.get<PaymentOutlook>(path)).degraded);
  const told = await admin.get<PaymentOutlook>(path);
  t.match(told, {
    modelVersion: 1,
    attempts: [{ chargeKey: asked?.chargeKey, succeeded: asked?.succeeded }],
  });
  const [attempt] = told.attempts;
  t.ok(Math.abs((attempt?.success ?? 0) + (attempt?.failure ?? 0) - 1) < 1e-9);
  t.strictSame((await admin.get<PaymentOutlook>(pathOf('nobody knows'))).attempts, []);

  const around = await createPaymentAttempts(resources.database).around(asked?.orderId ?? '');
  t.equal(around.length, new Set(around.map(({ chargeKey }) => chargeKey)).size, 'each once');
  const own = attempts.filter(({ userId }) => userId === asked?.userId);
  t.ok(
    own.every(({ chargeKey }) => around.some((one) => one.chargeKey === chargeKey)),
    'all of the shopper are looked at',
  );

  await createModelRegistry(resources.database).switchTo('payments', false, 'tester');
  await eventually(async () => (await admin.get<PaymentOutlook>(path)).degraded);
});
