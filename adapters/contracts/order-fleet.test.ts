import t from 'tap';
import { migrate } from '../postgres/migrate.ts';
import { orderFleet } from '../postgres/orders/fleet.ts';
import { placementStore } from '../postgres/orders/intake.ts';
import { ordersMigrations } from '../postgres/orders/migrations.ts';
import { bothDatabases } from './databases.ts';
import { batchOf, PLACED_AT, type TestOrder } from './orders-fixture.ts';

const ORDERS: readonly TestOrder[] = Array.from({ length: 40 }, (_, index) => ({
  id: `order-${String(index).padStart(2, '0')}`,
  status: 'pending',
  at: PLACED_AT + Math.floor(index / 3) * 1_000,
}));

/** By number: every fourth order is held up where few are, the last ten are under way, two have ended. */
const PLACES = `
update orders.orders set saga_state = case
    when right(id, 2)::integer >= 30 then 'shipped.underWay' when right(id, 2)::integer % 4 = 0 then 'compensating.resting'
    when right(id, 2)::integer in (5, 6) then 'failed' when right(id, 2)::integer in (9, 10) then 'delivered'
    else 'pending' end;
update orders.orders set status = case when saga_state in ('failed', 'delivered') then saga_state
    when saga_state = 'shipped.underWay' then 'shipped' else 'pending' end`;

await t.test('orders in one state', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [ordersMigrations]);
    await placementStore(db, { now: () => PLACED_AT }).commit(batchOf(1, ...ORDERS));
    await db.exec(PLACES);
    const all = async (fleet: ReturnType<typeof orderFleet>, state: string, limit: number) => {
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await fleet.inState(state, limit, cursor);
        pages.push(page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return pages;
    };
    const numbered = (...numbers: readonly number[]): readonly string[] =>
      numbers.map((number) => `order-${String(number).padStart(2, '0')}`);
    const resting = numbered(0, 4, 8, 12, 16, 20, 24, 28);

    await t.test('come the oldest first, each once; those that have ended the newest first', async (t) => {
      const fleet = orderFleet(db);
      t.strictSame(await all(fleet, 'compensating.resting', 3), [
        resting.slice(0, 3),
        resting.slice(3, 6),
        resting.slice(6),
      ]);
      t.strictSame(
        (await all(fleet, 'shipped.underWay', 4)).flat(),
        numbered(30, 31, 32, 33, 34, 35, 36, 37, 38, 39),
      );
      t.strictSame(await all(fleet, 'failed', 10), [numbered(5, 6)]);
      t.strictSame(await all(fleet, 'delivered', 10), [numbered(10, 9)]);
      t.strictSame(await all(fleet, 'committingStock', 10), [[]]);
    });

    await t.test('are found beyond what one page looks through', async (t) => {
      for (const lookedThrough of [1, 7, 39, 40]) {
        const pages = await all(orderFleet(db, lookedThrough), 'compensating.resting', 3);
        t.strictSame(pages.flat(), resting, `${String(lookedThrough)} at a time`);
      }
      const rare = await orderFleet(db, 7).inState('committingStock', 3);
      t.same(rare.items, []);
      t.type(rare.nextCursor, 'string', 'nothing yet, and more to look through');
    });
  }),
);
