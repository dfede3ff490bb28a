import type { Database } from '../database.ts';

/** Rows written by this process after which the planner's statistics are renewed. */
const RENEW_AT_ROWS: readonly number[] = [300, 2_000, 12_000, 80_000];

/**
 * Renews the statistics of a store's tables while they grow from nothing. Prepared statements keep their plans until
 * then, and autovacuum looks only once a minute: a plan that was made for one page of rows would read tens of
 * thousands, in every commit, for the first minute of a burst. Only what commits look rows up by is looked at, which
 * costs a fraction of whole rows; the rest is left to autovacuum.
 */
export class GrowthStatistics {
  readonly #db: Database;
  readonly #sql: string;
  #rows = 0;
  #renewed = 0;

  /** `keys`: by table, with schema and quoted, the columns that its rows are looked up by. */
  constructor(db: Database, keys: ReadonlyMap<string, readonly string[]>) {
    this.#db = db;
    this.#sql = `analyze ${[...keys].map(([table, columns]) => `${table} (${columns.join(', ')})`).join(', ')}`;
  }

  /** Counts what a commit has written; never fails, never waits. */
  written(rows: number): void {
    this.#rows += rows;
    if (this.#rows < (RENEW_AT_ROWS[this.#renewed] ?? Infinity)) return;
    this.#renewed = RENEW_AT_ROWS.findIndex((limit) => limit > this.#rows);
    if (this.#renewed < 0) this.#renewed = RENEW_AT_ROWS.length;
    // Only speed depends on it: a failure is left to autovacuum.
    this.#db.query(this.#sql).catch(() => undefined);
  }
}
