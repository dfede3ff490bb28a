import type { AdminOrdersFilter, OrderView, Page } from '../../../core/services/orders/ports.ts';
import type { Queryable } from '../database.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Conditions } from './filter.ts';
import { ORDER_COLUMNS, type OrderRow, withItems } from './views.ts';

/** Lists of orders by keyset over an index, and counts that end at a cap. */

/** Counts are exact up to here. */
export const COUNT_MAX = 10_000;

export interface Listing {
  readonly sort: NonNullable<AdminOrdersFilter['sort']>;
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly offset?: number | undefined;
}

/**
 * One page. Which orders it shows is decided first, from what the indexes carry; only those are read. Where several
 * conditions will do, each has its own walk, for no index knows two ways at once.
 */
export async function list(
  db: Queryable,
  conditions: Conditions,
  listing: Listing,
): Promise<Page<OrderView>> {
  const { sort, column, type, direction, after } = orderOf(listing);
  if (listing.cursor !== undefined) {
    const { value, id } = decodeCursor(listing.cursor, sort);
    const last = `(${conditions.parameter(value)}::text::${type}, ${conditions.parameter(id)}::text)`;
    conditions.add(`(${column}, o.id) ${after} ${last}`);
  }
  const limit = `${conditions.parameter(listing.limit + 1)}::bigint`;
  const offset = `${conditions.parameter(listing.offset ?? 0)}::bigint`;
  const walks = conditions.ways().map(
    (where) => `(select o.id, ${column} as sorted_by from orders.orders o where ${where}
      order by ${column} ${direction}, o.id ${direction} limit ${limit} + ${offset})`,
  );
  const rows = await db.query<OrderRow & { readonly sort_value: string }>(
    `select ${ORDER_COLUMNS}, page.sorted_by::text as sort_value
     from (select id, sorted_by from (${walks.join(' union ')}) as found
           order by sorted_by ${direction}, id ${direction} limit ${limit} offset ${offset}) as page
     join orders.orders o on o.id = page.id
     order by page.sorted_by ${direction}, page.id ${direction}`,
    conditions.values,
  );
  const shown = rows.slice(0, listing.limit);
  const last = shown.at(-1);
  const nextCursor =
    rows.length > listing.limit && last !== undefined
      ? encodeCursor({ sort, value: last.sort_value, id: last.id })
      : null;
  return { items: await withItems(db, shown), nextCursor };
}

function orderOf({ sort: named }: Listing) {
  const descending = named.startsWith('-');
  const byTotal = named.endsWith('total');
  return {
    sort: byTotal ? 'total' : 'created_at',
    column: byTotal ? 'o.total_cents' : 'o.created_at',
    type: byTotal ? 'bigint' : 'timestamptz',
    direction: descending ? 'desc' : 'asc',
    after: descending ? '<' : '>',
  } as const;
}

/** How many orders match, in words: exact to COUNT_MAX, then "10,000+". */
export async function cappedCount(db: Queryable, conditions: Conditions): Promise<string> {
  const limit = String(COUNT_MAX + 1);
  const walks = conditions
    .ways()
    .map((where) => `(select o.id from orders.orders o where ${where} limit ${limit})`);
  const [row] = await db.query<{ readonly count: number }>(
    `select count(*)::integer as count from (${walks.join(' union ')}) as capped`,
    conditions.values,
  );
  const count = row?.count ?? 0;
  return count > COUNT_MAX ? `${COUNT_MAX.toLocaleString('en-US')}+` : String(count);
}
