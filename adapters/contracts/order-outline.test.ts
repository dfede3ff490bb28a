import t from 'tap';
import type { AdminOrdersFilter, OrderView, SortValue } from '../../core/services/orders/ports.ts';
import type { Database } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { adminOutline, beginningAnywhere } from '../postgres/orders/outline.ts';
import { adminOrders } from '../postgres/orders/admin-orders.ts';
import { ordersMigrations } from '../postgres/orders/migrations.ts';
import { bothDatabases } from './databases.ts';

const ORDERS = 12_000;
/** A small part of the table that these orders fill. */
const SAMPLE_BLOCKS = 150;
const SORTS = ['-created_at', 'created_at', '-total', 'total'] as const;

/** Ever denser towards the end of a year, four to a moment, with few different totals of which small ones are common. */
const FILL = `
insert into orders.orders (id, user_id, customer_name, email, status, saga_state, total_cents, currency, shipping_address,
  payment, created_at, updated_at, version)
select 'order-' || lpad(n::text, 6, '0'), 'u' || n % 50, 'Ann', 'ann@example.com',
  case when n % 4 = 0 then 'delivered' else 'shipped' end, 'delivered', 100 * (1 + (n % 97) * (n % 97)), 'USD', '{}',
  '{"status": "paid", "method": "paypal", "amountCents": 1, "refundedCents": 0}',
  timestamptz '2026-01-01' + interval '365 days' * sqrt((n / 4)::float8 * 4 / ${String(ORDERS)}),
  now(), 1
from generate_series(0, ${String(ORDERS - 1)}) as n`;

interface Row {
  readonly id: string;
  readonly value: number;
}

/** All orders of a sort, in its order, as the database itself has them. */
async function inOrder(db: Database, sort: (typeof SORTS)[number]): Promise<readonly Row[]> {
  const column = sort.endsWith('total') ? 'total_cents' : 'created_at';
  const value = column === 'total_cents' ? 'total_cents' : 'floor(extract(epoch from created_at) * 1000)';
  const direction = sort.startsWith('-') ? 'desc' : 'asc';
  return db.query<Row>(
    `select id, (${value})::double precision as value from orders.orders order by ${column} ${direction}, id ${direction}`,
  );
}

const idsOf = (items: readonly OrderView[]): readonly string[] => items.map(({ id }) => id);
const numberOf = (value: SortValue): number => (typeof value === 'number' ? value : Date.parse(value));

await t.test('the middle of a long list', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [ordersMigrations]);
    await db.query(FILL);
    const inner = adminOrders(db);
    const admin = beginningAnywhere(inner);
    const page = (filter: Partial<AdminOrdersFilter>): ReturnType<typeof admin> =>
      admin({ limit: 100, ...filter });
    const opposite = {
      '-created_at': 'created_at',
      created_at: '-created_at',
      '-total': 'total',
      total: '-total',
    } as const;

    for (const sort of SORTS) {
      const all = await inOrder(db, sort);
      const places = new Map<number, readonly [first: number, last: number]>();
      for (const [place, { value }] of all.entries()) {
        places.set(value, [places.get(value)?.[0] ?? place, place]);
      }

      await t.test(`${sort}: a page begins at any value, and one reads on from it both ways`, async (t) => {
        for (const share of [0.1, 0.5]) {
          const wanted = all[Math.floor(all.length * share)]?.value ?? 0;
          const from = sort.endsWith('total') ? wanted : new Date(wanted).toISOString();
          const after = await page({ sort, from });
          const place = all.findIndex(({ id }) => id === after.items[0]?.id);
          const ids = all.map(({ id }) => id);
          const descending = sort.startsWith('-');
          // Going down a value's own orders come before the place, going up behind it: none is between the two.
          t.ok(descending ? (all[place]?.value ?? 0) <= wanted : (all[place]?.value ?? 0) >= wanted);
          t.ok(descending ? (all[place - 1]?.value ?? 0) >= wanted : (all[place - 1]?.value ?? 0) <= wanted);
          t.strictSame(idsOf(after.items), ids.slice(place, place + 100));
          const next = await page({ sort, cursor: after.nextCursor ?? '' });
          t.strictSame(idsOf(next.items), ids.slice(place + 100, place + 200));
          const before = await page({ sort: opposite[sort], cursor: after.previousCursor ?? '' });
          t.strictSame([...idsOf(before.items)].reverse(), ids.slice(place - 100, place));
          const earlier = await page({ sort: opposite[sort], cursor: before.nextCursor ?? '' });
          t.strictSame([...idsOf(earlier.items)].reverse(), ids.slice(place - 200, place - 100));
        }
      });

      await t.test(`${sort}: the outline says about what stands where`, async (t) => {
        for (const [blocks, tolerance] of [
          [100_000, 0.01],
          [SAMPLE_BLOCKS, 0.15],
        ] as const) {
          const { rows, marks } = await adminOutline(db, inner, blocks)({ sort });
          t.ok(Math.abs(rows / ORDERS - 1) <= tolerance, `${String(rows)} of ${String(ORDERS)} orders`);
          t.equal(marks.length, 65);
          t.equal(numberOf(marks[0]?.value ?? 0), all[0]?.value);
          t.equal(numberOf(marks.at(-1)?.value ?? 0), all.at(-1)?.value);
          // Of orders with one value the mark may mean any.
          const misplaced = marks.filter(({ row, value }) => {
            const [first, last] = places.get(numberOf(value)) ?? [Infinity, -Infinity];
            const share = row / rows;
            return share < first / ORDERS - tolerance || share > last / ORDERS + tolerance;
          });
          t.strictSame(misplaced, [], `no mark is further off than ${String(tolerance)} of the list`);
        }
      });
    }

    await t.test('an outline knows only what the filter lets through', async (t) => {
      const outline = adminOutline(db, inner);
      const delivered = await outline({ status: 'delivered', priceMaxCents: 50_000 });
      const [{ count } = { count: 0 }] = await db.query<{ count: number }>(
        `select count(*)::integer as count from orders.orders where status = 'delivered' and total_cents <= 50000`,
      );
      t.equal(delivered.rows, count);
      t.strictSame(await outline({ customer: 'nobody of this name' }), { rows: 0, marks: [] });
      const single = await outline({ q: 'order-000007' });
      t.equal(single.rows, 1);
      t.equal(single.marks.length >= 2, true);
    });
  }),
);
