import type { ExpectedRows, RowDecision, RowTransactions } from '../../core/engine/row-batch.ts';
import { FenceLost, StoreUnavailable } from '../../core/kernel/errors.ts';
import type { Database, Queryable } from './database.ts';
import { FEW_ROWS } from './engine/commit-part.ts';
import { insertOutbox } from './engine/outbox.ts';
import { KeyedCommit } from './keyed-commit.ts';
import { columnArrays, keyedSql, type KeyedTable } from './keyed-table.ts';

/**
 * Rows under a business key in one table, changed under their locks.
 *
 * Owns: what was seen of rows and at which version, and the two ways to decide about them.
 * Does not own: what is decided, or which index a service's lists need.
 *
 * The short way decides over rows that nobody holds, as they were last seen or as the caller expects them, and commits in
 * one statement that refuses when they are others (keyed-commit.ts): one round trip when all is as expected, one more
 * when something must be read first. The long way, a transaction that locks, reads, decides and writes, is taken when the
 * short one was refused; nobody can refuse it but an insert that came first.
 *
 * I1. Rows are locked in the order of their keys, so two transactions never wait for each other in a circle.
 * I2. A row that was not there is inserted only if it still is not: else everything is decided again.
 * I3. What was decided about a row stands only if that row was still the same once it was locked.
 */

/** Times that decisions are retried when others keep inserting the same keys. */
const TRIES_MAX = 5;

/** Another writer inserted one of the keys after we looked: the transaction is rolled back and tried again. */
class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

export class KeyedRows<Row extends object, Stored extends object> implements RowTransactions<Row> {
  readonly #db: Database;
  readonly #table: KeyedTable<Row, Stored>;
  readonly #commit: KeyedCommit<Row, Stored>;
  readonly #sql: {
    readonly look: string;
    readonly lock: string;
    readonly insert: string;
    readonly update: string;
  };
  readonly #name: string;
  /** Versions of rows as they were read or written, for as long as somebody keeps the row. */
  readonly #versions = new WeakMap<Row, string>();

  constructor(db: Database, table: KeyedTable<Row, Stored>) {
    this.#db = db;
    this.#table = table;
    this.#commit = new KeyedCommit(table);
    const { name, key, insert, update } = keyedSql(table);
    this.#sql = {
      look: `select *, xmin::text as row_version from ${name} where ${key} = any($1::text[])`,
      lock: `select * from ${name} where ${key} = any($1::text[]) order by ${key} for no key update`,
      insert: insert(1, 'true'),
      update: update(2, 'true', '$1::bigint'),
    };
    this.#name = `${table.schema}.${table.table}`;
  }

  async transact<Result>(
    keys: readonly string[],
    decide: (rows: ReadonlyMap<string, Row>) => RowDecision<Row, Result>,
    expected: ExpectedRows<Row> = new Map<string, null>(),
  ): Promise<Result> {
    try {
      return await this.#unlocked(keys, decide, expected);
    } catch (error) {
      if (!(error instanceof FenceLost)) throw error;
    }
    return await this.#locked(keys, decide);
  }

  async #unlocked<Result>(
    keys: readonly string[],
    decide: (rows: ReadonlyMap<string, Row>) => RowDecision<Row, Result>,
    expected: ExpectedRows<Row>,
  ): Promise<Result> {
    const { keyOf } = this.#table;
    const rows = await this.#look(keys, expected);
    const { writes, outbox, result } = decide(rows);
    const written = new Set(writes.map(keyOf));
    const version = await this.#commit.run(this.#db, {
      seen: [...rows].map(([key, row]) => ({ key, version: this.#versions.get(row) ?? '0' })),
      empty: keys.filter((key) => !rows.has(key) && !written.has(key)),
      inserts: writes.filter((row) => !rows.has(keyOf(row))),
      updates: writes.filter((row) => rows.has(keyOf(row))),
      outbox,
    });
    for (const row of writes) this.#versions.set(row, version);
    return result;
  }

  /** The rows that are expected, and for keys of which nothing is known, those that are there. */
  async #look(keys: readonly string[], expected: ExpectedRows<Row>): Promise<Map<string, Row>> {
    const { keyOf, read } = this.#table;
    const rows = new Map<string, Row>();
    const unknown: string[] = [];
    for (const key of keys) {
      const row = expected.get(key);
      if (row === null) continue;
      if (row !== undefined && this.#versions.has(row)) rows.set(key, row);
      else unknown.push(key);
    }
    if (unknown.length === 0) return rows;
    type Versioned = Stored & { readonly row_version: string };
    for (const stored of await this.#db.query<Versioned>(this.#sql.look, [unknown], `${this.#name}.look`)) {
      const row = read(stored);
      this.#versions.set(row, stored.row_version);
      rows.set(keyOf(row), row);
    }
    return rows;
  }

  async #locked<Result>(
    keys: readonly string[],
    decide: (rows: ReadonlyMap<string, Row>) => RowDecision<Row, Result>,
  ): Promise<Result> {
    for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
      try {
        return await this.#db.transaction(async (tx) => {
          const stored = await tx.query<Stored>(this.#sql.lock, [keys], `${this.#name}.lock`);
          return await this.commit(tx, stored, decide);
        });
      } catch (error) {
        if (!(error instanceof KeyTaken)) throw error;
      }
    }
    throw new StoreUnavailable(`others keep inserting the same keys into ${this.#name}`);
  }

  /** Decides over rows that the transaction has locked, and writes what was decided. */
  async commit<Result>(
    tx: Queryable,
    stored: readonly Stored[],
    decide: (rows: ReadonlyMap<string, Row>) => RowDecision<Row, Result>,
  ): Promise<Result> {
    const { keyOf, read, schema } = this.#table;
    const rows = new Map(stored.map(read).map((row) => [keyOf(row), row]));
    const decision = decide(rows);
    await this.#update(
      tx,
      decision.writes.filter((row) => rows.has(keyOf(row))),
    );
    await this.#insert(
      tx,
      decision.writes.filter((row) => !rows.has(keyOf(row))),
    );
    if (decision.outbox !== undefined) await insertOutbox(tx, schema, [decision.outbox]);
    return decision.result;
  }

  async #update(tx: Queryable, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const values = [FEW_ROWS, ...columnArrays(this.#table, rows)];
    await tx.query(this.#sql.update, values, `${this.#name}.update`);
  }

  async #insert(tx: Queryable, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const values = columnArrays(this.#table, rows);
    const inserted = await tx.query(this.#sql.insert, values, `${this.#name}.insert`);
    if (inserted.length !== rows.length) throw new KeyTaken(`a key of ${this.#name} was inserted meanwhile`);
  }
}
