import t from 'tap';
import type { Exposure } from '../../core/services/intelligence/exposures.ts';
import type { DaySales, Purchase } from '../../core/services/intelligence/rows.ts';
import type { Database } from '../postgres/database.ts';
import { createExposureStore } from '../postgres/intelligence/exposures.ts';
import { intelligenceMigrations } from '../postgres/intelligence/migrations.ts';
import { migrate } from '../postgres/migrate.ts';
import { ordersMigrations } from '../postgres/orders/migrations.ts';
import { createSalesHistory } from '../postgres/orders/sales-history.ts';
import { bothDatabases } from './databases.ts';

/** Orders of one line per product: `[id, user, status, time, …[product, quantity, cents]]`. */
type MadeOrder = readonly [string, string, string, string, ...(readonly [string, number, number])[]];

const ORDERS: readonly MadeOrder[] = [
  ['o1', 'ada', 'delivered', '2026-03-01T10:00:00Z', ['lamp', 2, 1_000], ['desk', 1, 5_000]],
  ['o2', 'bob', 'cancelled', '2026-03-01T11:00:00Z', ['lamp', 3, 1_000]],
  ['o3', 'ada', 'confirmed', '2026-03-02T23:59:59.999Z', ['lamp', 1, 900]],
  // The same moment, so that pages can't be told apart by it.
  ['o4', 'bob', 'pending', '2026-03-03T00:00:00Z', ['desk', 1, 5_000]],
  ['o5', 'bob', 'failed', '2026-03-03T00:00:00Z', ['lamp', 1, 900]],
  ['o6', 'cid', 'shipped', '2026-03-03T00:00:00Z', ['chair', 4, 2_000]],
];

async function prepared(db: Database) {
  await migrate(db, [ordersMigrations, intelligenceMigrations]);
  for (const [id, user, status, at, ...lines] of ORDERS) {
    await db.query(
      `insert into orders.orders (id, user_id, customer_name, email, status, saga_state, total_cents, currency,
         shipping_address, payment, created_at, updated_at, version)
       values ($1, $2, 'n', 'e', $3, $3, 1, 'USD', '{}', '{}', $4, $4, 1)`,
      [id, user, status, at],
    );
    for (const [line, [product, quantity, cents]] of lines.entries()) {
      await db.query(
        `insert into orders.order_item (order_id, line, product_id, sku, name, quantity, price_cents, created_at)
         values ($1, $2, $3, $3, $3, $4, $5, $6)`,
        [id, line + 1, product, quantity, cents, at],
      );
    }
  }
  await db.query(
    `insert into orders.known_product (product_id, sku, name)
     select distinct product_id, sku, name from orders.order_item`,
  );
  return { sales: createSalesHistory(db), exposures: createExposureStore(db) };
}

async function gathered<Row>(slices: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const slice of slices) rows.push(...slice);
  return rows;
}

t.test('purchases come newest first, without those called off, whatever the size of a slice', (t) =>
  bothDatabases(t, async (t, db) => {
    const { sales } = await prepared(db);
    const ids = (purchases: readonly Purchase[]) => purchases.map(({ orderId }) => orderId);
    for (const slice of [1, 2, 100]) {
      t.same(ids(await gathered(sales.purchases({ most: 100, slice }))), ['o6', 'o4', 'o3', 'o1']);
    }
    t.same(ids(await gathered(sales.purchases({ most: 3, slice: 2 }))), ['o6', 'o4'], 'of the newest three');
    t.same(
      (await sales.purchasesOf('ada', 10)).map(({ orderId, productIds, atMs }) => ({
        orderId,
        productIds: [...productIds].sort(),
        atMs,
      })),
      [
        { orderId: 'o1', productIds: ['desk', 'lamp'], atMs: Date.parse('2026-03-01T10:00:00Z') },
        { orderId: 'o3', productIds: ['lamp'], atMs: Date.parse('2026-03-02T23:59:59.999Z') },
      ],
      'of one user oldest first',
    );
    t.same(ids(await sales.purchasesOf('ada', 1)), ['o3'], 'the newest of them');
    t.same(await sales.purchasesOf('nobody', 5), []);
  }),
);

t.test('days are those of UTC, the last one excluded; what was called off was asked for all the same', (t) =>
  bothDatabases(t, async (t, db) => {
    const { sales } = await prepared(db);
    const span = { fromDay: '2026-03-01', toDay: '2026-03-03' };
    const expected: readonly DaySales[] = [
      { productId: 'lamp', day: '2026-03-01', units: 5, revenueCents: 5_000 },
      { productId: 'lamp', day: '2026-03-02', units: 1, revenueCents: 900 },
    ];
    t.same(await sales.daySalesOf('lamp', span), expected);
    t.same(await gathered(sales.daySales({ ...span, products: 9 })), [
      { productId: 'desk', day: '2026-03-01', units: 1, revenueCents: 5_000 },
      ...expected,
    ]);
    t.same(await gathered(sales.daySales({ ...span, products: 1 })), expected, 'of the one that sold most');
    t.same(
      (await gathered(sales.daySales({ fromDay: '2026-03-01', toDay: '2026-03-30', products: 1 }))).map(
        ({ productId, day }) => `${productId} ${day}`,
      ),
      ['chair 2026-03-03'],
      'within 28 days, not before',
    );
  }),
);

t.test('exposures: the first of a day is kept, and orders follow from them within the time', (t) =>
  bothDatabases(t, async (t, db) => {
    const { sales, exposures } = await prepared(db);
    const at = (time: string) => Date.parse(time);
    const shown = (userId: string, productId: string, time: string, slot = 0): Exposure => ({
      userId,
      surface: 'home',
      productId,
      atMs: at(time),
      slot,
      explored: slot === 1,
      version: 3,
    });
    const first = shown('ada', 'lamp', '2026-03-02T20:00:00Z', 1);
    await exposures.write([first, shown('bob', 'lamp', '2026-03-01T01:00:00Z')]);
    await exposures.write([
      shown('ada', 'lamp', '2026-03-02T21:00:00Z'),
      shown('cid', 'desk', '2026-03-02T00:00:00Z'),
    ]);
    const kept = await exposures.newest(at('2026-03-01T00:00:00Z'), 10);
    t.same(
      kept.map(({ userId, productId }) => `${userId} ${productId}`),
      ['ada lamp', 'cid desk', 'bob lamp'],
    );
    t.same(kept[0], first, 'as it was shown first');
    t.same(await sales.boughtAfter(kept, 86_400_000), [true, false, false]);
    t.same(await sales.boughtAfter(kept, 3_600_000), [false, false, false], 'too late');
    await exposures.forgetUser('ada');
    await exposures.forget(at('2026-03-01T12:00:00Z'));
    t.same(
      (await exposures.newest(0, 10)).map(({ userId }) => userId),
      ['cid'],
    );
  }),
);
