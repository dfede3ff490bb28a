/**
 * The one way SQL reaches Postgres, be it a server (pg) or in process (PGlite). Both accept the same SQL and
 * the same values: `null`, boolean, number, string, Date, JSON text for jsonb, and arrays of these for `unnest`.
 * bigint columns come back as JavaScript numbers (they are cents and counters, below 2^53), timestamptz as Date,
 * jsonb parsed.
 *
 * Errors are OrreryErrors, classified here and nowhere else: StoreUnavailable, FenceLost (raised by our own SQL
 * with SQLSTATE `OR001`), ValueRefused (classes 22, 23, 54).
 */
export interface Queryable {
  /** `name` makes it a prepared statement, kept per connection. */
  query<Row extends object>(sql: string, values?: readonly unknown[], name?: string): Promise<Row[]>;
}

/** Connections to a server. */
export interface ConnectionPool {
  readonly open: number;
  readonly idle: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
  readonly max: number;
}

export interface Database extends Queryable {
  /** Runs `work` in one transaction (READ COMMITTED); rolls back when it throws. */
  transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>;
  /** Several statements without values, for migrations. */
  exec(sql: string): Promise<void>;
  /** Resolves when the database answers; for health checks. */
  ping(): Promise<void>;
  /** The pool at this moment; absent or undefined where there is none. */
  connections?(): ConnectionPool | undefined;
  close(): Promise<void>;
}

/** The schema of one service, built up by numbered steps that never change once released. */
export interface SchemaMigrations {
  readonly schema: string;
  /** Position + 1 is the number. Statements run with `search_path` set to the schema. */
  readonly steps: readonly { readonly name: string; readonly sql: string }[];
}
