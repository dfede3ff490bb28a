import type { OutboxRow } from '../../../core/engine/ports.ts';
import type { RowDecision, RowTransactions } from '../../../core/engine/row-batch.ts';

/** Where a memory store keeps the outbox rows of its transactions, for whoever plays the sweeper. */
export type MemoryOutbox = OutboxRow[];

/** Rows in memory: a transaction is one synchronous step, so nothing can come between read and write. */
export class MemoryRows<Row> implements RowTransactions<Row> {
  readonly rows = new Map<string, Row>();
  readonly #keyOf: (row: Row) => string;
  readonly #outbox: MemoryOutbox;

  constructor(keyOf: (row: Row) => string, outbox: MemoryOutbox) {
    this.#keyOf = keyOf;
    this.#outbox = outbox;
  }

  transact<Result>(
    keys: readonly string[],
    decide: (rows: ReadonlyMap<string, Row>) => RowDecision<Row, Result>,
  ): Promise<Result> {
    const found = new Map<string, Row>();
    for (const key of keys) {
      const row = this.rows.get(key);
      if (row !== undefined) found.set(key, row);
    }
    return this.apply(() => decide(found));
  }

  /** Writes what a decision says; the promise rejects when it throws. */
  protected apply<Result>(decide: () => RowDecision<Row, Result>): Promise<Result> {
    return new Promise((resolve) => {
      const decision = decide();
      for (const row of decision.writes) this.rows.set(this.#keyOf(row), row);
      if (decision.outbox !== undefined) this.#outbox.push(decision.outbox);
      resolve(decision.result);
    });
  }
}
