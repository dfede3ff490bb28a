import t from 'tap';
import type { ElsewhereEntry, SagaStep } from '../../core/services/sagas/ports.ts';
import type { SagaRepairs } from '../../core/services/orders/repair-ports.ts';
import type { Database } from '../postgres/database.ts';
import { inventoryQueries } from '../postgres/inventory/queries.ts';
import { migrate } from '../postgres/migrate.ts';
import { orderQueries } from '../postgres/orders/queries.ts';
import { createSagaStore } from '../postgres/orders/saga-store.ts';
import { createPaymentQueries } from '../postgres/payments/queries.ts';
import { beginSeed, loadSeed } from '../postgres/seed/load.ts';
import { withSeededOrders } from '../postgres/seed/queries.ts';
import { createShippingQueries } from '../postgres/shipping/queries.ts';
import { withTestDatabase } from '../postgres/testing.ts';
import { ALL_MIGRATIONS } from './resources.ts';
import { openSagaInsight } from './saga-insight.ts';
import { withSeededRepairs, withSeededSagas } from './seeded-sagas.ts';

/** Enough for every fate an order may have; one in two thousand fails. */
const PLAN = {
  orders: 6_000,
  users: 50,
  products: 1_000,
  seed: 3,
  until: '2026-11-21T12:00:00.000Z',
} as const;
const FATES = 14;

async function seed(db: Database): Promise<void> {
  await migrate(db, ALL_MIGRATIONS);
  await loadSeed(db, await beginSeed(db, PLAN), {
    passwordHash: 'nobody',
    workers: 2,
    ease: false,
    stock: () => Promise.resolve(),
    begin: () => undefined,
    progress: () => undefined,
  });
}

/** Of a seeded order nobody may ask the engine for a saga. */
const NO_REPAIRS: SagaRepairs = {
  find: () => Promise.resolve(undefined),
  preview: () => Promise.reject(new Error('there is no saga')),
  check: () => Promise.reject(new Error('there is no saga')),
  request: () => Promise.reject(new Error('there is no saga')),
};

t.test('sagas of seeded orders', async (t) => {
  await withTestDatabase(t, async (db) => {
    await seed(db);
    const { orders, payments, shipping } = withSeededOrders({
      orders: orderQueries(db),
      payments: createPaymentQueries(db),
      shipping: createShippingQueries(db),
      inventory: inventoryQueries(db),
    });
    const insight = openSagaInsight(db, {
      store: withSeededSagas(createSagaStore(db), orders),
      payments,
      shipping,
    });
    const repairs = withSeededRepairs(NO_REPAIRS, orders);
    const endings = await db.query<{ readonly id: string; readonly fate: string }>(
      `select unnest(array[min(id collate "C"), (array_agg(id order by version desc))[1]]) as id, fate
       from orders.orders, concat_ws(' ', status, reason, payment ->> 'status') as fate group by fate`,
    );
    t.equal(new Set(endings.map(({ fate }) => fate)).size, FATES, 'orders of every fate');

    await t.test('are the way that the machine goes when it is told the same', async (t) => {
      for (const { id, fate } of endings) {
        const order = await orders.find(id);
        const outline = await insight.outline('order', id, 0);
        t.match(outline, { derived: true, version: order?.version, state: order?.sagaState }, fate);
        t.equal(outline?.steps.length, order?.version, 'a step per version');
        const history: SagaStep[] = [];
        for await (const step of insight.history('order', id)) history.push(step);
        t.same(
          history
            .filter(({ replayed }) => replayed === 'differs')
            .map(({ seq, type, to }) => ({ seq, type, to })),
          [],
          `${fate}: every step is the machine's`,
        );
        t.equal(history.at(-1)?.to, order?.sagaState);
      }
    });

    await t.test('tell what a step sent, what answered it, and what others keep of it', async (t) => {
      const delivered = endings.find(({ fate }) => fate.startsWith('delivered'))?.id ?? '';
      const steps = (await insight.outline('order', delivered, 0))?.steps ?? [];
      const first = await insight.step('order', delivered, 1);
      t.ok(first !== undefined && first.sent.length > 0, 'stock was asked for');
      for (const { type, answers } of first?.sent ?? []) {
        t.equal(type, 'inventory.reserve.requested');
        t.equal(answers.length, 1, 'and answered');
      }
      const last = await insight.step('order', delivered, steps.length);
      t.equal(last?.type, 'shipping.delivered');
      t.same(
        last?.elsewhere.map(({ service, what }: ElsewhereEntry) => `${service}: ${what}`),
        ['payments: charge processed', 'shipping: parcel delivered'],
      );
      t.match(last?.after, { status: 'delivered', payment: { state: 'paid' }, shipment: { progress: 1 } });
      const money = steps.length - 3 - (first?.sent.length ?? 0);
      const paid = await insight.step('order', delivered, money);
      t.match(
        paid,
        { type: 'payment.processed', cause: { seq: money - 1 } },
        'the request came with the last stock',
      );
    });

    await t.test('stand still: each can be looked at, and none repaired', async (t) => {
      const open = endings.find(({ fate }) => fate.startsWith('processing'))?.id ?? '';
      const saga = await repairs.find('order', open);
      t.match(saga, { state: 'processing', finished: true, requests: [], context: { status: 'processing' } });
      t.ok(saga?.operations.every(({ possible, why }) => !possible && why?.includes('seeded') === true));
      const asked = { operation: 'park', reason: 'to see', expectedVersion: saga?.version ?? 0 } as const;
      const refused: readonly (() => Promise<unknown>)[] = [
        () => repairs.preview('order', open, asked),
        () => repairs.check('order', open, asked),
        () => repairs.request('order', open, asked, 'admin'),
      ];
      for (const repair of refused) {
        await t.rejects(repair(), { code: 'not_possible', version: saga?.version });
      }
    });

    await t.test('are nowhere where there is no order', async (t) => {
      t.equal(await insight.outline('order', 'seed-9999999999', 0), undefined);
      t.equal(await insight.step('order', 'seed-9999999999', 1), undefined);
      t.equal(await repairs.find('order', 'seed-9999999999'), undefined);
      t.equal(await insight.outline('order', 'other', 0), undefined, 'others are looked up in the log');
    });
  });
});
