import { LRUCache } from 'lru-cache';
import { OrreryError } from '../../../core/kernel/errors.ts';
import type { AdminOrdersFilter, OrderQueries } from '../../../core/services/orders/ports.ts';
import type { Database, Queryable } from '../database.ts';
import { sqlState } from '../errors.ts';
import { type Named, named, wanted } from './admin-filter.ts';
import { between, Conditions } from './filter.ts';
import { cappedCount, list, type Listing, type Walk } from './list.ts';

/**
 * The order console's list. What a filter's words stand for, and how many orders match, is remembered for those who read
 * on: a page further down costs its own rows only.
 */

/** The last row that a numbered page reaches; beyond it lists go on by cursor. */
const PAGE_ROWS_MAX = 10_000;
/** Nobody waits longer than this to learn how many there are. */
const COUNTING_MS_MAX = 1_000;
const REMEMBERED = { max: 500, ttl: 60_000 } as const;
/** Products whose lines are walked beside each other. */
const WALKED_PRODUCTS_MAX = 100;
const QUERY_CANCELLED = '57014';

interface Known {
  readonly names: Named;
  readonly count: string;
}

export function adminOrders(db: Database): OrderQueries['adminOrders'] {
  const known = new LRUCache<string, Known>(REMEMBERED);
  return async (filter) => {
    const { sort = '-created_at', limit, cursor, page: number = 1, ...matched } = filter;
    const listing: Listing = { sort, limit, cursor, offset: offsetOf(filter) };
    const key = JSON.stringify(Object.entries(matched).sort(([one], [other]) => (one < other ? -1 : 1)));
    const isFirst = cursor === undefined && number === 1;
    const earlier = isFirst ? undefined : known.get(key);
    const names = earlier?.names ?? (await named(db, filter));
    const counting = earlier === undefined ? countInTime(db, filter, names) : Promise.resolve(earlier.count);
    // Where the page tells it all nobody waits for the count, and then nobody hears of its failure.
    counting.catch(() => undefined);
    const page = await list(db, ...walkOf(filter, names, sort), listing);
    const complete = isFirst && page.nextCursor === null;
    const count = complete ? String(page.items.length) : await counting;
    const told = count ?? `${((listing.offset ?? 0) + page.items.length).toLocaleString('en-US')}+`;
    known.set(key, { names, count: told });
    return { ...page, count: told };
  };
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

/**
 * Lines know their order's time: where products decide, lists by time walk the lines of these, and read no order but those
 * they show.
 */
function walkOf(filter: AdminOrdersFilter, names: Named, sort: Listing['sort']): readonly [Conditions, Walk] {
  const { product, dateFrom, dateTo, limit, sort: _sort, cursor: _cursor, page: _page, ...rest } = filter;
  if (product === undefined || names.products === undefined || sort.endsWith('total')) {
    return [wanted(filter, names, [], 'met'), { over: 'orders' }];
  }
  const { ids, lines } = names.products;
  const conditions = new Conditions();
  between(conditions, 'i.created_at', dateFrom, dateTo);
  const others = Object.keys(rest).length > 0;
  // Each product costs a probe of its own; of many one is met sooner among the orders.
  if (!others && (lines === 'few' || ids.length <= WALKED_PRODUCTS_MAX)) {
    return [conditions, { over: 'lines', products: ids }];
  }
  if (lines !== 'few') return [wanted(filter, names, [], 'met'), { over: 'orders' }];
  const ofOrders = wanted({ ...rest, limit }, { ...names, products: undefined }, conditions.values);
  return [conditions, { over: 'lines', products: ids, ofOrders: ofOrders.where() }];
}

/** Undefined: it would have taken too long. */
async function countInTime(
  db: Database,
  filter: AdminOrdersFilter,
  names: Named,
): Promise<string | undefined> {
  try {
    return await db.transaction(async (tx: Queryable) => {
      await tx.query(`set local statement_timeout = ${String(COUNTING_MS_MAX)}`);
      return cappedCount(tx, wanted(filter, names));
    });
  } catch (error) {
    if (error instanceof OrreryError && sqlState(error.cause) === QUERY_CANCELLED) return undefined;
    throw error;
  }
}
