import { OrreryError } from '../../../core/kernel/errors.ts';
import type {
  AdminOrdersFilter,
  MyOrdersFilter,
  OrderQueries,
  OrderView,
  Page,
  SagaLogEntry,
} from '../../../core/services/orders/ports.ts';
import type { OrderStatus } from '../../../core/messages/status.ts';
import type { Queryable } from '../database.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { between, Conditions, containing, priced } from './filter.ts';
import { ORDER_COLUMNS, type OrderRow, withItems } from './views.ts';

/**
 * Reads of the orders service. Lists go by keyset over an index; counts end at a cap; a search by part of a name
 * goes through the tables of known products and customers, so that none of them reads every order.
 */

/** Counts are exact up to here. */
export const COUNT_MAX = 10_000;
/** The last row that a numbered page reaches; beyond it lists go on by cursor. */
export const PAGE_ROWS_MAX = 10_000;
/** Products or customers that one part of a name stands for at most. */
const NAMES_MAX = 1_000;
/**
 * Postgres expects any product to be as common as most and walks the newest orders until it has met enough of it,
 * which for a product of few orders is all of them. Up to this many lines we decide for it.
 */
const RARE_LINES_MAX = 20_000;

type Sort = NonNullable<AdminOrdersFilter['sort']>;
interface Listing {
  readonly sort: Sort;
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly offset?: number | undefined;
}

export function orderQueries(db: Queryable): OrderQueries {
  return {
    async find(orderId) {
      const rows = await db.query<OrderRow>(
        `select ${ORDER_COLUMNS} from orders.orders o where o.id = $1`,
        [orderId],
        'orders.find',
      );
      return (await withItems(db, rows)).at(0);
    },

    async findMany(orderIds) {
      const rows = await db.query<OrderRow>(
        `select ${ORDER_COLUMNS} from orders.orders o where o.id = any($1::text[])`,
        [[...orderIds]],
        'orders.find_many',
      );
      return new Map((await withItems(db, rows)).map((order) => [order.id, order]));
    },

    myOrders: (filter) =>
      list(db, mine(filter), { sort: '-created_at', limit: filter.limit, cursor: filter.cursor }),

    async adminOrders(filter) {
      const listing = { sort: filter.sort ?? '-created_at', limit: filter.limit, cursor: filter.cursor };
      const offset = offsetOf(filter);
      const names = await named(db, filter);
      const [page, count] = await Promise.all([
        list(db, wanted(filter, names), { ...listing, offset }),
        cappedCount(db, wanted(filter, names)),
      ]);
      return { ...page, count };
    },

    async sagaLog(orderId, after, limit) {
      const rows = await db.query<LogRow>(
        `select version, message_id, type, causation_id, from_state, to_state, at, detail
         from orders.actor_log where kind = 'order' and id = $1 and version > $2 order by version limit $3`,
        [orderId, after, limit],
        'orders.saga_log',
      );
      return rows.map(logEntry);
    },

    async sagaLogs(after, limit) {
      const rows = await db.query<LogRow & { readonly id: string }>(
        `select wanted.id, log.* from unnest($1::text[], $2::bigint[]) as wanted(id, after)
         cross join lateral (
           select version, message_id, type, causation_id, from_state, to_state, at, detail
           from orders.actor_log where kind = 'order' and id = wanted.id and version > wanted.after
           order by version limit $3
         ) as log
         order by wanted.id, log.version`,
        [[...after.keys()], [...after.values()], limit],
        'orders.saga_logs',
      );
      const logs = new Map<string, SagaLogEntry[]>();
      for (const row of rows) logs.set(row.id, [...(logs.get(row.id) ?? []), logEntry(row)]);
      return logs;
    },

    async versions(orderIds) {
      const rows = await db.query<{
        readonly id: string;
        readonly user_id: string;
        readonly version: number;
        readonly status: OrderStatus;
      }>(
        `select id, user_id, version, status from orders.orders where id = any($1::text[])`,
        [[...orderIds]],
        'orders.versions',
      );
      return new Map(
        rows.map(({ id, user_id: userId, version, status }) => [id, { userId, version, status }]),
      );
    },
  };
}

function mine(filter: MyOrdersFilter): Conditions {
  const { userId, status, from, to, q } = filter;
  const conditions = new Conditions();
  conditions.when(userId, (value) => `o.user_id = ${value}`);
  conditions.when(status, hasStatus(status));
  between(conditions, 'o.created_at', from, to);
  priced(conditions, 'o.total_cents', filter.priceMinCents, filter.priceMaxCents);
  if (q !== undefined) {
    const id = conditions.parameter(q.trim());
    const name = conditions.parameter(containing(q.trim()));
    // `offset 0` has the lines of the shopper's own orders looked up; without it Postgres would rather read through the
    // lines of the whole shop once.
    conditions.add(
      `(o.id = ${id} or exists (
         select 1 from orders.order_item i where i.order_id = o.id and i.name ilike ${name} offset 0
       ))`,
    );
  }
  return conditions;
}

/** In the words of the indexes: by the status an order ended with, or among those that are open. */
function hasStatus(status: OrderStatus | undefined): (value: string) => string {
  return status === 'delivered' || status === 'cancelled'
    ? (value) => `o.final_status = ${value}`
    : (value) => `o.final_status is null and o.status = ${value}`;
}

/** Customers and products that the filter's words stand for; undefined where it has none. */
interface Named {
  readonly users: readonly string[] | undefined;
  readonly products: readonly string[] | undefined;
  /** So few lines name the products that their orders are collected first, and not met while walking the list. */
  readonly rare: boolean;
}

/**
 * Looked up first and passed on as values: only then can Postgres tell a product of two orders from one of a
 * million, and find each of them the short way.
 */
export async function named(db: Queryable, { customer, product }: AdminOrdersFilter): Promise<Named> {
  const ids = async (
    sql: string,
    name: string,
    words: string | undefined,
  ): Promise<readonly string[] | undefined> => {
    if (words === undefined) return undefined;
    const rows = await db.query<{ readonly id: string }>(
      sql,
      [words.trim(), containing(words.trim()), NAMES_MAX],
      name,
    );
    return rows.map(({ id }) => id);
  };
  const [users, products] = await Promise.all([
    ids(
      `select user_id as id from orders.known_customer
       where user_id = $1::text or customer_name ilike $2::text or email ilike $2::text
       order by user_id = $1::text or lower(email) = lower($1::text) desc limit $3::bigint`,
      'orders.known_customers',
      customer,
    ),
    ids(
      `select product_id as id from orders.known_product
       where product_id = $1::text or sku = $1::text or name ilike $2::text
       order by product_id = $1::text or sku = $1::text desc limit $3::bigint`,
      'orders.known_products',
      product,
    ),
  ]);
  return { users, products, rare: products !== undefined && (await areRare(db, products)) };
}

async function areRare(db: Queryable, products: readonly string[]): Promise<boolean> {
  const [row] = await db.query<{ readonly lines: number }>(
    `select count(*)::integer as lines
     from (select 1 from orders.order_item where product_id = any($1::text[]) limit $2::bigint) as capped`,
    [products, RARE_LINES_MAX + 1],
    'orders.lines_of_products',
  );
  return (row?.lines ?? 0) <= RARE_LINES_MAX;
}

export function wanted(filter: AdminOrdersFilter, { users, products, rare }: Named): Conditions {
  const conditions = new Conditions();
  conditions.when(filter.status, hasStatus(filter.status));
  between(conditions, 'o.created_at', filter.dateFrom, filter.dateTo);
  priced(conditions, 'o.total_cents', filter.priceMinCents, filter.priceMaxCents);
  conditions.when(users, (value) => `o.user_id = any(${value}::text[])`);
  conditions.when(products, (value) => {
    const orders = `select i.order_id from orders.order_item i where i.product_id = any(${value}::text[])`;
    return rare ? `o.id = any(array(${orders}))` : `o.id in (${orders})`;
  });
  return conditions;
}

/** Throws `bad_page` where numbered pages end. */
function offsetOf({ page, limit, cursor }: AdminOrdersFilter): number | undefined {
  if (page === undefined) return undefined;
  if (cursor !== undefined) throw new OrreryError('bad_page', 'page: give either page or cursor');
  if (page * limit > PAGE_ROWS_MAX) {
    throw new OrreryError(
      'bad_page',
      `page: pages end at row ${String(PAGE_ROWS_MAX)}; go on with nextCursor`,
    );
  }
  return (page - 1) * limit;
}

async function list(db: Queryable, conditions: Conditions, listing: Listing): Promise<Page<OrderView>> {
  const descending = listing.sort.startsWith('-');
  const sort = listing.sort.endsWith('total') ? 'total' : 'created_at';
  const column = sort === 'total' ? 'o.total_cents' : 'o.created_at';
  const type = sort === 'total' ? 'bigint' : 'timestamptz';
  const direction = descending ? 'desc' : 'asc';
  if (listing.cursor !== undefined) {
    const { value, id } = decodeCursor(listing.cursor, sort);
    const last = `(${conditions.parameter(value)}::text::${type}, ${conditions.parameter(id)}::text)`;
    conditions.add(`(${column}, o.id) ${descending ? '<' : '>'} ${last}`);
  }
  const limit = conditions.parameter(listing.limit + 1);
  const offset = conditions.parameter(listing.offset ?? 0);
  const rows = await db.query<OrderRow & { readonly sort_value: string }>(
    `select ${ORDER_COLUMNS}, ${column}::text as sort_value from orders.orders o where ${conditions.where()}
     order by ${column} ${direction}, o.id ${direction} limit ${limit}::bigint offset ${offset}::bigint`,
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

async function cappedCount(db: Queryable, conditions: Conditions): Promise<string> {
  const [row] = await db.query<{ readonly count: number }>(
    `select count(*)::integer as count
     from (select 1 from orders.orders o where ${conditions.where()} limit ${String(COUNT_MAX + 1)}) as capped`,
    conditions.values,
  );
  const count = row?.count ?? 0;
  return count > COUNT_MAX ? `${COUNT_MAX.toLocaleString('en-US')}+` : String(count);
}

interface LogRow {
  readonly version: number;
  readonly message_id: string;
  readonly type: string;
  readonly causation_id: string | null;
  readonly from_state: string;
  readonly to_state: string;
  readonly at: Date;
  readonly detail: unknown;
}

function logEntry(row: LogRow): SagaLogEntry {
  return {
    seq: row.version,
    messageId: row.message_id,
    type: row.type,
    causationId: row.causation_id,
    from: row.from_state,
    to: row.to_state,
    at: row.at.toISOString(),
    detail: row.detail,
  };
}
