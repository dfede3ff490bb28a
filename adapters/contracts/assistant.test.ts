import t from 'tap';
import { assistantMigrations } from '../postgres/assistant/schema.ts';
import { createProposalStore, createSummaryStore } from '../postgres/assistant/store.ts';
import { migrate } from '../postgres/migrate.ts';
import { placementStore } from '../postgres/orders/intake.ts';
import { ordersMigrations } from '../postgres/orders/migrations.ts';
import { createSalesFigures } from '../postgres/orders/sales.ts';
import { bothDatabases } from './databases.ts';
import { batchOf, PLACED_AT, type TestOrder } from './orders-fixture.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const spanOf = (from: number, to: number) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});
const DAY = spanOf(PLACED_AT, PLACED_AT + DAY_MS);

const ORDERS: readonly TestOrder[] = [
  { id: 'a', at: PLACED_AT, totalCents: 1_000, userId: 'u1', products: ['Harbor Mug', 'Arc Lamp'] },
  {
    id: 'b',
    at: PLACED_AT + HOUR_MS,
    totalCents: 5_000,
    userId: 'u2',
    name: 'Bob',
    status: 'delivered',
    products: ['Arc Lamp'],
  },
  {
    id: 'c',
    at: PLACED_AT + HOUR_MS,
    totalCents: 7_000,
    userId: 'u1',
    status: 'cancelled',
    products: ['Tent'],
  },
  { id: 'd', at: PLACED_AT + HOUR_MS, totalCents: 9_000, status: 'failed', products: ['Tent'] },
  { id: 'e', at: PLACED_AT + DAY_MS, totalCents: 1, products: ['Tent'] },
];

await t.test('figures of a span of time', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [ordersMigrations]);
    await placementStore(db, { now: () => PLACED_AT }).commit(batchOf(1, ...ORDERS));
    await db.query(`update orders.orders set reason = 'out_of_stock' where id = 'c'`);
    const sales = createSalesFigures(db);
    t.strictSame(
      { ...(await sales.total(DAY)) },
      { orders: 4, cancelled: 1, failed: 1, revenueCents: 6_000 },
    );
    t.strictSame(
      { ...(await sales.total(spanOf(0, 1))) },
      { orders: 0, cancelled: 0, failed: 0, revenueCents: 0 },
    );
    t.match(await sales.steps(DAY, 'hour'), [
      { at: new Date(PLACED_AT).toISOString(), orders: 1, revenueCents: 1_000 },
      { at: new Date(PLACED_AT + HOUR_MS).toISOString(), orders: 3, cancelled: 1, revenueCents: 5_000 },
    ]);
    const { items, complete } = await sales.products(DAY, 5);
    t.ok(complete);
    t.strictSame(
      items.map(({ name, units }) => [name, units]),
      [
        ['Arc Lamp', 3],
        ['Harbor Mug', 1],
      ],
      'what was cancelled or failed was not sold',
    );
    t.match(await sales.customers(DAY, 1), { items: [{ userId: 'u2', name: 'Bob', revenueCents: 5_000 }] });
    t.match(await sales.cancellations(DAY, 5), [{ reason: 'out_of_stock', orders: 1, totalCents: 7_000 }]);
    t.match(
      await createSalesFigures(db, 1).products(DAY, 5),
      { complete: false, items: [{ name: 'Arc Lamp', units: 1 }] },
      'beyond the cap the newest orders are looked at, and that is said',
    );
  }),
);

await t.test('proposals and summaries', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [assistantMigrations]);
    const proposals = createProposalStore(db);
    const action = { kind: 'pause_service', service: 'payments', reason: 'r' } as const;
    await proposals.add({ token: 'secret', by: 'ann', action, text: 'Pause payments' });

    await t.test('a proposal is taken once, by its asker', async (t) => {
      t.equal(await proposals.take('secret', 'bob'), undefined);
      t.equal(await proposals.take('other', 'ann'), undefined);
      const taken = await Promise.all([proposals.take('secret', 'ann'), proposals.take('secret', 'ann')]);
      t.strictSame(
        taken.filter((each) => each !== undefined).map((each) => ({ ...each })),
        [{ action, text: 'Pause payments' }],
      );
    });

    await t.test('a token is not kept, and a proposal lapses', async (t) => {
      await proposals.add({ token: 'secret', by: 'ann', action, text: 'Pause payments' });
      const rows = await db.query<{ readonly told: string }>(
        'select proposal::text as told from assistant.proposal',
      );
      t.notMatch(rows[0]?.told, 'secret');
      await db.query(`update assistant.proposal set expires_at = now() - interval '1 second'`);
      t.equal(await proposals.take('secret', 'ann'), undefined);
    });

    await t.test('a summary of an older version replaces none', async (t) => {
      const summaries = createSummaryStore(db);
      t.equal(await summaries.find('o1'), undefined);
      await summaries.keep('o1', { version: 3, text: 'three' });
      await summaries.keep('o1', { version: 2, text: 'two' });
      t.match(await summaries.find('o1'), { version: 3, text: 'three' });
    });
  }),
);
