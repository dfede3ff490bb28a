import type { Database } from '../database.ts';

/** Rows written by this process after which the planner's statistics are renewed. */
const RENEW_AT_ROWS: readonly number[] = [300, 2_000, 12_000, 80_000];

/**
 * Renews the statistics of a store's tables while they grow from nothing. Prepared statements keep their plans until
 * then, and autovacuum looks only once a minute: a plan that was made for one page of rows would read tens of
 * thousands, in every commit, for the first minute of a burst.
 */
export class GrowthStatistics {
  readonly #db: Database;
  readonly #sql: string;
  #rows = 0;
  #renewed = 0;

  /** `tables`: with schema, quoted. */
  constructor(db: Database, tables: readonly string[]) {
    this.#db = db;
    this.#sql = `analyze ${tables.join(', ')}`;
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
