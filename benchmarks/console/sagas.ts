import { openSagaInsight } from '../../adapters/main/saga-insight.ts';
import { withSeededSagas } from '../../adapters/main/seeded-sagas.ts';
import type { Database } from '../../adapters/postgres/database.ts';
import { inventoryQueries } from '../../adapters/postgres/inventory/queries.ts';
import { orderFleet } from '../../adapters/postgres/orders/fleet.ts';
import { orderQueries } from '../../adapters/postgres/orders/queries.ts';
import { createSagaStore } from '../../adapters/postgres/orders/saga-store.ts';
import { createPaymentQueries } from '../../adapters/postgres/payments/queries.ts';
import { withSeededOrders } from '../../adapters/postgres/seed/queries.ts';
import { createShippingQueries } from '../../adapters/postgres/shipping/queries.ts';
import { recording, type Statement, timed } from './ask.ts';
import { readsOf } from './plans.ts';

/** What the saga visualizer asks for, and how long it takes. */
export interface SagasAsked {
  readonly name: string;
  readonly ms: number;
  /** Tables that a statement reads as a whole, of those that grow with the orders. */
  readonly scanned: readonly string[];
}

/** Usual states, states of few, and one in which no order stands. */
const STATES = [
  'pending',
  'awaitingPayment',
  'committingStock',
  'confirmed.requestingParcel',
  'processing',
  'review.deciding',
  'shipped.underWay',
  'delivered',
  'cancelled',
  'failed',
  'compensating.settling',
] as const;
const LIMIT = 50;
const GROWING = /^all of (orders|order_item|actor|actor_log)$/;

/** Each question on a database of its own making, cold or warm. */
export type OnDatabase = <Result>(work: (db: Database) => Promise<Result>) => Promise<Result>;

export async function askSagas(
  onDatabase: OnDatabase,
  orderIds: readonly string[],
): Promise<readonly SagasAsked[]> {
  const asked: SagasAsked[] = [];
  const ask = async (name: string, question: (db: Database) => Promise<unknown>): Promise<void> => {
    asked.push(
      await onDatabase(async (db) => {
        const statements: Statement[] = [];
        const [, ms] = await timed(() => question(recording(db, statements)));
        const reads = await Promise.all(statements.map((statement) => readsOf(db, statement)));
        return { name, ms, scanned: reads.flat().filter((read) => GROWING.test(read)) };
      }),
    );
  };
  await ask('fleet', (db) => orderFleet(db).fleet());
  for (const state of STATES) {
    const cursors: (string | null)[] = [];
    await ask(`in ${state}`, async (db) => {
      cursors.push((await orderFleet(db).inState(state, LIMIT)).nextCursor);
    });
    const next = cursors.at(-1) ?? null;
    if (next !== null) await ask(`in ${state}, next`, (db) => orderFleet(db).inState(state, LIMIT, next));
  }
  for (const id of orderIds) {
    await ask('saga page', async (db) => {
      const insight = insightOver(db);
      const outline = await insight.outline('order', id, 0);
      await insight.step('order', id, outline?.version ?? 1);
    });
  }
  return asked;
}

function insightOver(db: Database) {
  const known = withSeededOrders({
    orders: orderQueries(db),
    payments: createPaymentQueries(db),
    shipping: createShippingQueries(db),
    inventory: inventoryQueries(db),
  });
  return openSagaInsight(db, { ...known, store: withSeededSagas(createSagaStore(db), known.orders) });
}
