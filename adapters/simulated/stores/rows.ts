import type { OutboxRow } from '../../../core/engine/ports.ts';
import type { RowDecision, RowTransactions } from '../../../core/engine/row-batch.ts';
import { ValueRefused } from '../../../core/kernel/errors.ts';
import type { Landed } from './landed.ts';
import type { ServiceTables } from './service-tables.ts';
import { refuseNul } from './values.ts';

export interface MemoryRowsOptions<Row> {
  /** Where the outbox rows of the transactions go, for the engine's store of the service to find. */
  readonly tables: ServiceTables;
  /** Name of the table, as in SQL. */
  readonly table: string;
  readonly keyOf: (row: Row) => string;
  /** The table's `check`. */
  readonly check?: (row: Row) => boolean;
  readonly landed: (writes: readonly Row[], outbox: readonly OutboxRow[]) => Landed;
}

/** A participant's rows in memory: a transaction is one synchronous step, so nothing can come between read and write. */
export class MemoryRows<Row extends object> implements RowTransactions<Row> {
  readonly rows: ReadonlyMap<string, Row>;
  readonly #rows = new Map<string, Row>();
  readonly #options: MemoryRowsOptions<Row>;

  constructor(options: MemoryRowsOptions<Row>) {
    this.#options = options;
    this.rows = this.#rows;
    options.tables.show(options.table, this.#rows);
  }

  transact<Result>(
    keys: readonly string[],
    decide: (rows: ReadonlyMap<string, Row>) => RowDecision<Row, Result>,
  ): Promise<Result> {
    const found = new Map<string, Row>();
    for (const key of keys) {
      const row = this.#rows.get(key);
      if (row !== undefined) found.set(key, row);
    }
    return this.apply(() => decide(found));
  }

  /** Writes what a decision says, or nothing: the promise rejects with what it throws, or with ValueRefused. */
  protected apply<Result>(decide: () => RowDecision<Row, Result>): Promise<Result> {
    return new Promise((resolve) => {
      const { writes, outbox: sent, result } = decide();
      const outbox = sent === undefined ? [] : [sent];
      const { tables, table, keyOf, check, landed } = this.#options;
      for (const row of writes) {
        refuseNulWithin(row, table);
        if (check?.(row) === false) throw new ValueRefused(`a row breaks the check of ${table}`);
      }
      tables.refuseOutbox(outbox);
      for (const row of writes) {
        const key = keyOf(row);
        this.changed(this.#rows.get(key), row);
        this.#rows.set(key, row);
      }
      for (const row of outbox) tables.outbox.add(row);
      if (writes.length > 0 || outbox.length > 0) tables.onCommit?.(landed(writes, outbox));
      resolve(result);
    });
  }

  /** For an order of rows that a store keeps beside them. */
  protected changed(_before: Row | undefined, _after: Row): void {
    // Most keep none.
  }
}

/** Neither text nor JSON holds a NUL (P8). */
function refuseNulWithin(value: unknown, what: string): void {
  if (typeof value === 'string') refuseNul(value, what);
  else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) refuseNulWithin(part, what);
  }
}
