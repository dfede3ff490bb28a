import { OrreryError } from '../../../core/kernel/errors.ts';
import type {
  AdminOrdersFilter,
  AdminOrdersOutline,
  AdminOrdersScope,
  OrderQueries,
  OrderView,
  SortValue,
} from '../../../core/services/orders/ports.ts';
import type { Database } from '../database.ts';
import { sqlState } from '../errors.ts';
import { named, wanted } from './admin-filter.ts';
import { encodeCursor } from './cursor.ts';

/**
 * Ways into the middle of a list that is read by keyset. A page may begin at any value of the sort key, which costs one
 * probe of an index; which value stands about where in the list is judged by a sample, so that nothing is counted through.
 */

/** Blocks of the table that the sample reads, however many there are: some thousand orders. */
const SAMPLE_BLOCKS = 1_000;
/** Steps into which the sample cuts the list. */
const STEPS = 64;
/** A sample that takes longer is done without: then only the ends of the list are known. */
const SAMPLING_MS_MAX = 1_000;
const QUERY_CANCELLED = '57014';

/** Where no order stands yet, in each direction. */
const BEFORE_ALL: Readonly<Record<Sort, SortValue>> = {
  created_at: '1970-01-01T00:00:00.000Z',
  '-created_at': '9999-12-31T00:00:00.000Z',
  total: 0,
  '-total': 999_999_999_999_999,
};

type AdminOrders = OrderQueries['adminOrders'];
type Sort = NonNullable<AdminOrdersFilter['sort']>;

/** What came of the sample: how many orders it stands for, and their sort values at each step, lowest first. */
interface Sampled {
  readonly orders: number;
  readonly values: readonly SortValue[];
}

/** Pages that begin at a value: a cursor of an order that would stand before all others of that value. */
export function beginningAnywhere(adminOrders: AdminOrders): AdminOrders {
  return ({ from, ...filter }) =>
    adminOrders(from === undefined ? filter : { ...filter, cursor: cursorAt(filter.sort, from) });
}

function cursorAt(sort: Sort | undefined, from: SortValue): string {
  // A space comes before whatever an id may hold; as Postgres prints a time.
  return sort?.endsWith('total') === true
    ? encodeCursor({ sort: 'total', value: String(from), id: ' ' })
    : encodeCursor({ sort: 'created_at', value: timeAsPrinted(from), id: ' ' });
}

function timeAsPrinted(value: SortValue): string {
  return new Date(value).toISOString().replace('T', ' ').replace('Z', '+00');
}

/** `sampleBlocks`: blocks of the table that are looked at. */
export function adminOutline(
  db: Database,
  adminOrders: AdminOrders,
  sampleBlocks = SAMPLE_BLOCKS,
): OrderQueries['adminOutline'] {
  return async (scope) => {
    const { sort = '-created_at' } = scope;
    // By a cursor, so that nobody counts the list for it.
    const endOf = async (by: Sort): Promise<OrderView | undefined> =>
      (await adminOrders({ ...scope, sort: by, limit: 1, cursor: cursorAt(by, BEFORE_ALL[by]) })).items[0];
    const [first, last, sampled] = await Promise.all([
      endOf(sort),
      endOf(opposite(sort)),
      sampleInTime(db, scope, sampleBlocks),
    ]);
    if (first === undefined || last === undefined) return { rows: 0, marks: [] };
    const value = (order: OrderView): SortValue =>
      sort.endsWith('total') ? order.totalCents : order.createdAt;
    return outlined(value(first), value(last), {
      orders: sampled.orders,
      values: sort.startsWith('-') ? [...sampled.values].reverse() : sampled.values,
    });
  };
}

function opposite(sort: Sort): Sort {
  return (sort.startsWith('-') ? sort.slice(1) : `-${sort}`) as Sort;
}

/** The sample's steps between the ends of the list, which are known. */
function outlined(first: SortValue, last: SortValue, { orders, values }: Sampled): AdminOrdersOutline {
  const rows = Math.max(orders, first === last ? 1 : 2);
  const between = values.slice(1, -1).map((value, at) => ({
    row: Math.round(((at + 1) / (values.length - 1)) * (rows - 1)),
    value,
  }));
  return { rows, marks: [{ row: 0, value: first }, ...between, { row: rows - 1, value: last }] };
}

/** Empty: it would have taken too long. */
async function sampleInTime(db: Database, scope: AdminOrdersScope, sampleBlocks: number): Promise<Sampled> {
  const names = await named(db, scope);
  const conditions = wanted({ ...scope, limit: 1 }, names);
  const byTotal = scope.sort?.endsWith('total') === true;
  const value = byTotal ? 'o.total_cents' : `floor(extract(epoch from o.created_at) * 1000)::bigint`;
  const blocks = conditions.parameter(sampleBlocks);
  const steps = conditions.parameter(STEPS);
  // Always the same blocks: whoever asks again finds them in memory.
  const sql = `
    with size as (
      select least(100, 100.0 * ${blocks}::integer / greatest(1, 
        pg_relation_size('orders.orders') / current_setting('block_size')::integer)) as percent
    ), sampled as (
      select ${value} as value
      from orders.orders o tablesample system ((select percent from size)::real) repeatable (1)
      where ${conditions.where()}
    )
    select round(count(*) * 100 / (select percent from size))::bigint as orders,
      (percentile_disc((select array_agg(step::double precision / ${steps}::integer order by step)
        from generate_series(0, ${steps}::integer) as step)) within group (order by value))::double precision[] as values
    from sampled`;
  try {
    const [row] = await db.transaction(async (tx) => {
      await tx.query(`set local statement_timeout = ${String(SAMPLING_MS_MAX)}`);
      return tx.query<{ readonly orders: number; readonly values: readonly number[] | null }>(
        sql,
        conditions.values,
      );
    });
    const values = row?.values ?? [];
    return {
      orders: row?.orders ?? 0,
      values: byTotal ? values : values.map((time) => new Date(time).toISOString()),
    };
  } catch (error) {
    if (error instanceof OrreryError && sqlState(error.cause) === QUERY_CANCELLED) {
      return { orders: 0, values: [] };
    }
    throw error;
  }
}
