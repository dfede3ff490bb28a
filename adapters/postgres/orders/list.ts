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
 * What a list walks along: orders, with conditions on `o`; or the lines `i` of products, with conditions on these, and on
 * their orders `o` where there are any.
 */
export type Walk =
  | { readonly over: 'orders' }
  | { readonly over: 'lines'; readonly products: readonly string[]; readonly ofOrders?: string };

/** `previousCursor`, with the opposite sort, reads what stands before the page; null: the page is empty. */
export type Listed = Page<OrderView> & { readonly previousCursor: string | null };

/**
 * One page. Which orders it shows is decided first, from what the indexes carry; only those are read. Where several
 * conditions will do, each has its own walk, for no index knows two ways at once.
 */
export async function list(
  db: Queryable,
  conditions: Conditions,
  walk: Walk,
  listing: Listing,
): Promise<Listed> {
  const { sort, column, type, direction, after } = orderOf(listing);
  const [id, by] = walk.over === 'orders' ? ['o.id', `o.${column}`] : ['i.order_id', `i.${column}`];
  if (listing.cursor !== undefined) {
    const cursor = decodeCursor(listing.cursor, sort);
    const last = `(${conditions.parameter(cursor.value)}::text::${type}, ${conditions.parameter(cursor.id)}::text)`;
    conditions.add(`(${by}, ${id}) ${after} ${last}`);
  }
  const limit = `${conditions.parameter(listing.limit + 1)}::bigint`;
  const offset = `${conditions.parameter(listing.offset ?? 0)}::bigint`;
  const ordered = `order by sorted_by ${direction}, id ${direction}`;
  const found =
    walk.over === 'orders'
      ? alongOrders(conditions, { by, direction, atMost: `${limit} + ${offset}` })
      : alongLines(conditions, walk, { ordered, atMost: `${limit} + ${offset}` });
  const rows = await db.query<OrderRow & { readonly sort_value: string }>(
    `select ${ORDER_COLUMNS}, page.sorted_by::text as sort_value
     from (select id, sorted_by from (${found}) as found ${ordered} limit ${limit} offset ${offset}) as page
     join orders.orders o on o.id = page.id
     order by page.sorted_by ${direction}, page.id ${direction}`,
    conditions.values,
  );
  const shown = rows.slice(0, listing.limit);
  const cursorOf = (row: (typeof rows)[number] | undefined): string | null =>
    row === undefined ? null : encodeCursor({ sort, value: row.sort_value, id: row.id });
  return {
    items: await withItems(db, shown),
    nextCursor: rows.length > listing.limit ? cursorOf(shown.at(-1)) : null,
    previousCursor: cursorOf(shown.at(0)),
  };
}

/** Orders that the indexes let through, in the list's order; what no index knows is looked up of these, until they are enough. */
function alongOrders(
  conditions: Conditions,
  { by, direction, atMost }: { readonly by: string; readonly direction: string; readonly atMost: string },
): string {
  const late = conditions.late();
  const walks = conditions.ways().map((where) => {
    const walk = `select o.id as id, ${by} as sorted_by from orders.orders o where ${where}
      order by ${by} ${direction}, o.id ${direction}`;
    if (late === undefined) return `(${walk} limit ${atMost})`;
    return `(select let.id, let.sorted_by from (${walk} offset 0) as let join orders.orders o on o.id = let.id
      where ${late} order by let.sorted_by ${direction}, let.id ${direction} limit ${atMost})`;
  });
  return walks.join(' union ');
}

/**
 * The first orders of each product, of which the first of all are among; or, where the orders must be looked at, the lines
 * in the list's order, until enough of their orders will do.
 */
function alongLines(
  conditions: Conditions,
  { products, ofOrders }: Extract<Walk, { over: 'lines' }>,
  { ordered, atMost }: { readonly ordered: string; readonly atMost: string },
): string {
  const ids = `${conditions.parameter(products)}::text[]`;
  const lines = (ofProduct: string): string =>
    `select distinct i.order_id as id, i.created_at as sorted_by from orders.order_item i
     where i.product_id = ${ofProduct} and ${conditions.where()} ${ordered}`;
  return ofOrders === undefined
    ? `select distinct line.id, line.sorted_by from unnest(${ids}) as product(id)
       cross join lateral (${lines('product.id')} limit ${atMost}) as line`
    : `select line.id, line.sorted_by from (${lines(`any(${ids})`)}) as line
       join orders.orders o on o.id = line.id where ${ofOrders} ${ordered} limit ${atMost}`;
}

function orderOf({ sort: named }: Listing) {
  const descending = named.startsWith('-');
  const byTotal = named.endsWith('total');
  return {
    sort: byTotal ? 'total' : 'created_at',
    column: byTotal ? 'total_cents' : 'created_at',
    type: byTotal ? 'bigint' : 'timestamptz',
    direction: descending ? 'desc' : 'asc',
    after: descending ? '<' : '>',
  } as const;
}

/** How many orders match, in words: exact to COUNT_MAX, then "10,000+". */
export async function cappedCount(db: Queryable, conditions: Conditions): Promise<string> {
  const count = await countUpTo(db, conditions, COUNT_MAX + 1);
  return count > COUNT_MAX ? `${COUNT_MAX.toLocaleString('en-US')}+` : String(count);
}

/** How many orders match, as far as `max`. */
export async function countUpTo(db: Queryable, conditions: Conditions, max: number): Promise<number> {
  const limit = String(max);
  const late = conditions.late();
  const walks = conditions.ways().map((where) =>
    late === undefined
      ? `(select o.id from orders.orders o where ${where} limit ${limit})`
      : `(select o.id from (select o.id from orders.orders o where ${where} offset 0) as let
            join orders.orders o on o.id = let.id where ${late} limit ${limit})`,
  );
  const [row] = await db.query<{ readonly count: number }>(
    `select count(*)::integer as count from (${walks.join(' union ')}) as capped`,
    conditions.values,
  );
  return Math.min(row?.count ?? 0, max);
}
