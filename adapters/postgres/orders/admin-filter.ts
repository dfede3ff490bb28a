import type { AdminOrdersFilter, OrderQueue } from '../../../core/services/orders/ports.ts';
import type { OrderStatus } from '../../../core/messages/status.ts';
import type { Queryable } from '../database.ts';
import { between, Conditions, containing, priced } from './filter.ts';

/** What the filter of the order console means in SQL. */

/** Products or customers that one part of a name stands for at most. */
const NAMES_MAX = 1_000;
/**
 * Postgres expects any product to be as common as most, so how a list looks for products is decided here, by the lines that
 * name them, counted up to the second of these. The limits are where one way's cost meets the next one's: a look into an
 * order, found by its id in a cold table, against an entry of an index that is read in its order.
 */
const FEW_LINES_MAX = 3_000;
const SOME_LINES_MAX = 50_000;

/** What the words of a filter stand for; undefined where it has none. */
export interface Named {
  readonly users: readonly string[] | undefined;
  readonly products: Products | undefined;
  readonly q: { readonly users: readonly string[]; readonly products: Products } | undefined;
}

export interface Products {
  readonly ids: readonly string[];
  readonly lines: 'few' | 'some' | 'many';
}

/**
 * What the orders of products are looked for. Those of few lines are collected first, whatever it is for; others are
 * `met` on the way along a list until they are enough for a page, or `counted`, all of them, as the planner thinks best.
 */
export type Search = 'met' | 'counted';

/** The words of a filter, and the time in which a product may be rare or not; the rest of it names nobody. */
export type Words = Pick<AdminOrdersFilter, 'customer' | 'product' | 'q' | 'dateFrom' | 'dateTo'>;

/**
 * Looked up first and passed on as values: only then can Postgres tell a product of two orders from one of a
 * million, and find each of them the short way.
 */
export async function named(db: Queryable, filter: Words): Promise<Named> {
  const { customer, product, q } = filter;
  const users = (words: string): Promise<readonly string[]> =>
    idsOf(
      db,
      `select user_id as id from orders.known_customer
       where user_id = $1::text or customer_name ilike $2::text or email ilike $2::text
       order by user_id = $1::text or lower(email) = lower($1::text) desc limit $3::bigint`,
      words,
      'orders.known_customers',
    );
  const products = async (words: string): Promise<Products> => {
    const ids = await idsOf(
      db,
      `select product_id as id from orders.known_product
       where product_id = $1::text or sku = $1::text or name ilike $2::text
       order by product_id = $1::text or sku = $1::text desc limit $3::bigint`,
      words,
      'orders.known_products',
    );
    return { ids, lines: await linesOf(db, ids, filter) };
  };
  const [ofCustomer, ofProduct, either] = await Promise.all([
    customer === undefined ? undefined : users(customer),
    product === undefined ? undefined : products(product),
    q === undefined ? undefined : Promise.all([users(q), products(q)]),
  ]);
  return {
    users: ofCustomer,
    products: ofProduct,
    q: either === undefined ? undefined : { users: either[0], products: either[1] },
  };
}

async function idsOf(db: Queryable, sql: string, words: string, name: string): Promise<readonly string[]> {
  const text = words.trim();
  const rows = await db.query<{ readonly id: string }>(sql, [text, containing(text), NAMES_MAX], name);
  return rows.map(({ id }) => id);
}

async function linesOf(
  db: Queryable,
  products: readonly string[],
  { dateFrom, dateTo }: Words,
): Promise<Products['lines']> {
  const lines = new Conditions();
  lines.add(`product_id = any(${lines.parameter(products)}::text[])`);
  between(lines, 'created_at', dateFrom, dateTo);
  const [row] = await db.query<{ readonly lines: number }>(
    `select count(*)::integer as lines
     from (select 1 from orders.order_item where ${lines.where()}
           limit ${lines.parameter(SOME_LINES_MAX + 1)}::bigint) as capped`,
    lines.values,
  );
  const counted = row?.lines ?? 0;
  return counted <= FEW_LINES_MAX ? 'few' : counted <= SOME_LINES_MAX ? 'some' : 'many';
}

/** `values`: parameters that stand before its own, in a statement with other conditions. */
export function wanted(
  filter: AdminOrdersFilter,
  { users, products, q }: Named,
  values: unknown[] = [],
  search: Search = 'counted',
): Conditions {
  const conditions = new Conditions(values);
  ofStatus(conditions, filter.status, narrows(filter));
  if (filter.queue !== undefined) conditions.add(ofQueue(filter.queue));
  between(conditions, 'o.created_at', filter.dateFrom, filter.dateTo);
  priced(conditions, 'o.total_cents', filter.priceMinCents, filter.priceMaxCents);
  if (users !== undefined) conditions.add(ofUsers(conditions, users));
  if (products !== undefined) conditions.add(ofProducts(conditions, products, filter, search));
  if (q !== undefined) {
    conditions.anyOf([
      `o.id = ${conditions.parameter(filter.q?.trim())}::text`,
      ...(q.users.length === 0 ? [] : [ofUsers(conditions, q.users)]),
      ...(q.products.ids.length === 0 ? [] : [ofProducts(conditions, q.products, filter, search)]),
    ]);
  }
  return conditions;
}

/** In the words of the indexes (console-indexes.ts). */
const QUEUES: Readonly<Record<OrderQueue, string>> = {
  pending: `o.stage = 'open'`,
  in_review: `o.stage = 'in_review'`,
  failed_payment: 'o.payment_failed',
};

export function ofQueue(queue: OrderQueue): string {
  return QUEUES[queue];
}

const STAGES: ReadonlySet<OrderStatus> = new Set([
  'in_review',
  'shipped',
  'delivered',
  'cancelled',
  'failed',
]);

/** Whether the filter lets so few of the open orders through that each of them is worth a look. */
function narrows({ customer, product, q, priceMinCents, priceMaxCents }: AdminOrdersFilter): boolean {
  return [customer, product, q, priceMinCents, priceMaxCents].some((value) => value !== undefined);
}

/**
 * By its stage, where the status is one, else among the open orders, which must be looked at: `late`, once everything
 * else has let them through, or as they come.
 */
export function ofStatus(conditions: Conditions, status: OrderStatus | undefined, late: boolean): void {
  if (status === undefined) return;
  const value = conditions.parameter(status);
  if (STAGES.has(status)) conditions.add(`o.stage = ${value}`);
  else {
    conditions.add(`o.stage = 'open'`);
    if (late) conditions.addLate(`o.status = ${value}`);
    else conditions.add(`o.status = ${value}`);
  }
}

function ofUsers(conditions: Conditions, users: readonly string[]): string {
  return `o.user_id = any(${conditions.parameter(users)}::text[])`;
}

/** Lines carry the time of their order, so a span of time narrows them before any order is looked at. */
function ofProducts(
  conditions: Conditions,
  { ids, lines: amount }: Products,
  { dateFrom, dateTo }: Pick<AdminOrdersFilter, 'dateFrom' | 'dateTo'>,
  search: Search,
): string {
  const lines = new Conditions(conditions.values);
  lines.add(`i.product_id = any(${lines.parameter(ids)}::text[])`);
  if (search === 'met' && amount === 'many') {
    // One is met soon. `offset 0`: each order's own lines are looked at, and nothing is joined.
    return `exists (select 1 from orders.order_item i where i.order_id = o.id and ${lines.where()} offset 0)`;
  }
  between(lines, 'i.created_at', dateFrom, dateTo);
  const orders = `select i.order_id from orders.order_item i where ${lines.where()}`;
  if (amount === 'few') return `o.id = any(array(${orders}))`;
  // `is true`: as a table that is asked, in the list's order, and never joined.
  return search === 'met' ? `(o.id in (${orders})) is true` : `o.id in (${orders})`;
}
