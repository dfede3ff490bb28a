import type { Database, Queryable } from '../../adapters/postgres/database.ts';
import { orderQueries } from '../../adapters/postgres/orders/queries.ts';
import type { Filter } from './shapes.ts';

/** Rows of a page, as the console asks for them. */
const LIMIT = 50;

/** One question to the console, and how long its answers took. */
export interface Asked {
  readonly filter: Filter;
  readonly firstMs: number;
  /** Undefined where the first page was the last. */
  readonly nextMs: number | undefined;
  readonly detailMs: number | undefined;
  readonly items: number;
  readonly count: string;
  /** Of the first page. */
  readonly statements: readonly Statement[];
  /** The one of them that took longest. */
  readonly slowest: Statement;
}

export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly ms: number;
}

export async function ask(db: Database, filter: Filter): Promise<Asked> {
  const statements: Statement[] = [];
  const queries = orderQueries(recording(db, statements));
  const [first, firstMs] = await timed(() => queries.adminOrders({ ...filter, limit: LIMIT }));
  const ofFirst = [...statements];
  const slowest = ofFirst.reduce((one, other) => (other.ms > one.ms ? other : one));
  const { page: _page, ...rest } = filter;
  const cursor = first.nextCursor;
  const nextMs =
    cursor === null
      ? undefined
      : (await timed(() => queries.adminOrders({ ...rest, limit: LIMIT, cursor })))[1];
  const opened = first.items.at(-1);
  const detailMs = opened === undefined ? undefined : (await timed(() => queries.find(opened.id)))[1];
  const { items, count } = first;
  return { filter, firstMs, nextMs, detailMs, items: items.length, count, statements: ofFirst, slowest };
}

export async function timed<Value>(work: () => Promise<Value>): Promise<readonly [Value, number]> {
  const startedMs = performance.now();
  const value = await work();
  return [value, performance.now() - startedMs];
}

/** Passes everything on and writes down what was asked. */
export function recording(db: Database, statements: Statement[]): Database {
  const over = (queryable: Queryable): Queryable => ({
    async query<Row extends object>(
      sql: string,
      values: readonly unknown[] = [],
      name?: string,
    ): Promise<Row[]> {
      const startedMs = performance.now();
      try {
        return await queryable.query<Row>(sql, values, name);
      } finally {
        statements.push({ sql, values, ms: performance.now() - startedMs });
      }
    },
  });
  return {
    ...over(db),
    transaction: (work) => db.transaction((tx) => work(over(tx))),
    exec: (sql) => db.exec(sql),
    ping: () => db.ping(),
    close: () => db.close(),
  };
}
