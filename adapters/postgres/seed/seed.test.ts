import t from 'tap';
import type { Database } from '../database.ts';
import { accountsMigrations } from '../accounts/schema.ts';
import { catalogMigrations } from '../catalog/migrations.ts';
import { inventoryQueries } from '../inventory/queries.ts';
import { inventoryMigrations } from '../inventory/migrations.ts';
import { migrate } from '../migrate.ts';
import { ordersMigrations } from '../orders/migrations.ts';
import { orderQueries } from '../orders/queries.ts';
import { createPaymentQueries } from '../payments/queries.ts';
import { paymentsMigrations } from '../payments/schema.ts';
import { createShippingQueries } from '../shipping/queries.ts';
import { shippingMigrations } from '../shipping/schema.ts';
import { type TapTest, withTestDatabase } from '../testing.ts';
import { beginSeed, findPlan, loadSeed, type SeedOptions } from './load.ts';
import { seedMigrations } from './migrations.ts';
import { withSeededOrders } from './queries.ts';
import { removeSeed } from './remove.ts';

const PLAN = {
  orders: 2_000,
  users: 300,
  products: 1_000,
  seed: 7,
  until: '2026-11-21T12:00:00.000Z',
} as const;
/** Loaded in batches of this many. */
const BATCH = 200;

const OPTIONS: SeedOptions = {
  passwordHash: 'nobody',
  workers: 2,
  ease: true,
  ordersPerBatch: BATCH,
  stock: () => Promise.resolve(),
  begin: () => undefined,
  progress: () => undefined,
};

async function prepared(db: Database): Promise<Database> {
  await migrate(db, [
    accountsMigrations,
    catalogMigrations,
    ordersMigrations,
    inventoryMigrations,
    paymentsMigrations,
    shippingMigrations,
    seedMigrations,
  ]);
  return db;
}

async function seed(db: Database, options: Partial<SeedOptions> = {}): Promise<void> {
  await loadSeed(db, await beginSeed(db, PLAN), { ...OPTIONS, ...options });
}

async function one<Row extends object>(db: Database, sql: string): Promise<Row> {
  const [row] = await db.query<Row>(sql);
  if (row === undefined) throw new Error('a row was expected');
  return row;
}

/** A fingerprint of everything the data set consists of; in which transaction a product came is not of it. */
const CONTENTS = `
select (select md5(string_agg(o::text, '|' order by id)) from orders.orders o) as orders,
  (select md5(string_agg(i::text, '|' order by order_id, line)) from orders.order_item i) as items,
  (select md5(string_agg(u::text, '|' order by id)) from accounts.users u) as users,
  (select md5(string_agg((to_jsonb(p) - 'changed_in')::text, '|' order by id)) from catalog.product p) as products,
  (select md5(string_agg(indexdef, '|' order by indexdef)) from pg_indexes where schemaname = 'orders') as indexes,
  (select string_agg(array_to_string(reloptions, ','), '|' order by relname) from pg_class
   where relnamespace = 'orders'::regnamespace and relname in ('orders', 'order_item')) as options`;

t.test('a seeded shop', async (t) => {
  await withTestDatabase(t, async (db) => {
    await prepared(db);
    await seed(db);
    await t.test('holds what it was asked for, spread as the shape says', (t) => isSpread(t, db));
    await t.test('shows every order as the product shows orders', (t) => opens(t, db));
    await t.test('refuses another plan beside this one', async (t) => {
      await t.rejects(beginSeed(db, { ...PLAN, seed: 8 }), {
        code: 'other_seed',
        message: /--seed 7 and not 8/,
      });
      t.same(await beginSeed(db, PLAN), PLAN, 'the same one goes on');
    });
    await t.test('is the same however often its load was killed', async (t) => {
      const whole = await one(db, CONTENTS);
      await withTestDatabase(t, async (other) => {
        await prepared(other);
        for (const orders of [0, 600, 1_400]) {
          await t.rejects(seed(other, { progress: stopAt(orders) }), { message: 'killed' });
        }
        t.ok((await findPlan(other)) !== undefined, 'the begun load is known');
        await seed(other);
        t.same(await one(other, CONTENTS), whole);
        await seed(other);
        t.same(await one(other, CONTENTS), whole, 'and once it is there nothing is added');
      });
    });
    await t.test('goes without a trace', (t) => isRemoved(t, db));
  });
});

function stopAt(limit: number): (orders: number) => void {
  return (orders) => {
    if (orders >= limit) throw new Error('killed');
  };
}

async function isSpread(t: TapTest, db: Database): Promise<void> {
  const orders = await one<Record<string, number>>(
    db,
    `select count(*) as orders, avg(total_cents) as mean, stddev(total_cents) as deviation,
       avg((status = 'delivered')::integer) as delivered, avg((status = 'shipped')::integer) as shipped,
       avg((status in ('pending', 'awaiting_payment', 'in_review', 'confirmed', 'processing'))::integer) as waiting,
       avg((status in ('cancelled', 'failed') and payment ->> 'status' <> 'failed')::integer) as cancelled,
       avg((payment ->> 'status' = 'failed')::integer) as unpaid,
       avg((extract(hour from created_at at time zone 'UTC') in (19, 20, 21))::integer) as evening,
       avg((extract(month from created_at at time zone 'UTC') > 10)::integer) as holiday
     from orders.orders`,
  );
  t.equal(orders['orders'], PLAN.orders);
  const near = (name: string, wanted: number, by: number): void => {
    t.ok(
      Math.abs((orders[name] ?? NaN) - wanted) <= by,
      `${name}: ${String(orders[name])}, about ${String(wanted)}`,
    );
  };
  near('mean', 7_500, 400);
  near('deviation', 5_000, 700);
  near('delivered', 0.6, 0.04);
  near('shipped', 0.15, 0.03);
  near('waiting', 0.1, 0.025);
  near('cancelled', 0.1, 0.025);
  near('unpaid', 0.05, 0.02);
  near('evening', 0.3, 0.01);
  near('holiday', 0.4, 0.01);
  t.match(
    await one(
      db,
      `select (select count(*)::integer from orders.order_item) as lines,
         (select count(*)::integer from accounts.users) as users,
         (select count(*)::integer from catalog.product) as products,
         (select count(distinct category_id)::integer from catalog.product) as categories,
         (select min(price_cents) >= 500 and max(price_cents) <= 50000 from catalog.product) as priced,
         (select bool_and(total_cents = lines.sum) from orders.orders o join
           (select order_id, sum(quantity * price_cents) from orders.order_item group by 1) as lines
           on lines.order_id = o.id) as adds_up,
         (select max(created_at) < '${PLAN.until}' and min(created_at) > '2025-11-20' from orders.orders) as in_year`,
    ),
    { lines: 5_000, users: 300, products: 1_000, categories: 50, priced: true, adds_up: true, in_year: true },
  );
}

async function opens(t: TapTest, db: Database): Promise<void> {
  const { orders, payments, shipping, inventory } = withSeededOrders({
    orders: orderQueries(db),
    payments: createPaymentQueries(db),
    shipping: createShippingQueries(db),
    inventory: inventoryQueries(db),
  });
  const endings = await db.query<{ readonly id: string }>(
    `select min(id) as id from orders.orders group by status, reason, version`,
  );
  t.ok(endings.length > 20, 'orders of every kind and length');
  for (const { id } of endings) {
    const order = await orders.find(id);
    if (order === undefined) throw new Error(`order ${id} is there`);
    const log = await orders.sagaLog(id, 0, 1_000);
    t.same(
      log.map(({ seq }) => seq),
      Array.from({ length: order.version }, (_, index) => index + 1),
      `${order.status} ${String(order.reason)}`,
    );
    t.equal(log.at(-1)?.to, order.sagaState);
    t.ok(
      log.every(({ at }, index) => at >= (log[index - 1]?.at ?? order.createdAt) && at <= order.updatedAt),
    );
    t.same(
      await orders.sagaLogs(new Map([[id, 1]]), 1_000),
      new Map(log.length > 1 ? [[id, log.slice(1)]] : []),
    );
    const money = await payments.transactions(id);
    const paid = money.filter(({ kind, status }) => kind === 'charge' && status === 'processed').length;
    t.equal(paid, order.payment.status === 'paid' ? 1 : 0);
    const parcels = await shipping.shipments(id);
    t.equal(parcels[0]?.status, order.shipment?.status === 'requested' ? undefined : order.shipment?.status);
    t.ok(parcels.every(({ route, trackingNumber }) => route.length === 2 && trackingNumber !== ''));
    const held = await inventory.reservations(id);
    t.equal(
      held.length,
      order.status === 'pending' || order.reason === 'out_of_stock' ? 0 : order.items.length,
    );
  }
  t.same(await payments.transactions('seed-none'), []);
  t.same(await orders.sagaLog('other', 0, 10), []);
}

async function isRemoved(t: TapTest, db: Database): Promise<void> {
  const { indexes } = await one<{ readonly indexes: string }>(db, CONTENTS);
  await db.exec(`
    insert into orders.orders select 'own-1', user_id, customer_name, email, status, saga_state, total_cents, currency,
      shipping_address, payment, shipment, reason, waiting_for, created_at, updated_at, version
    from orders.orders limit 1;
    insert into inventory.reservation
    select 'own-1', sku, 1, 'held', '[]', 0, 0, null, now(), now() from seed.product limit 1`);
  await t.rejects(
    removeSeed(db, () => undefined),
    { code: 'seed_in_use', message: /is kept for order own-1/ },
  );
  await db.exec(`update inventory.reservation set status = 'released'`);
  await removeSeed(db, () => undefined);
  t.match(
    await one(
      db,
      `select (select string_agg(id, ',') from orders.orders) as orders,
         (select count(*)::integer from orders.order_item) + (select count(*)::integer from accounts.users)
         + (select count(*)::integer from catalog.product) + (select count(*)::integer from seed.plan) as rest`,
    ),
    { orders: 'own-1', rest: 0 },
    "only somebody else's order is left",
  );
  t.equal((await one<{ readonly indexes: string }>(db, CONTENTS)).indexes, indexes);
  // Cut off while indexes were away: the removal puts them back.
  await t.rejects(seed(db, { progress: stopAt(600) }), { message: 'killed' });
  t.not((await one<{ readonly indexes: string }>(db, CONTENTS)).indexes, indexes);
  await db.exec(`delete from orders.orders where id = 'own-1'`);
  await removeSeed(db, () => undefined);
  t.equal((await one<{ readonly indexes: string }>(db, CONTENTS)).indexes, indexes);
}
