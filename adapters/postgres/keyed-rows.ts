import type { SqlType } from '../../core/engine/ports.ts';
import type { RowDecision, RowTransactions } from '../../core/engine/row-batch.ts';
import { StoreUnavailable } from '../../core/kernel/errors.ts';
import { arrayParameter, sentAs } from './arrays.ts';
import type { Database, Queryable } from './database.ts';
import { insertOutbox } from './engine/outbox.ts';
import { quoteName } from './names.ts';

/**
 * Rows under a business key in one table, changed under their locks.
 *
 * Owns: the SQL of lock, insert and update, and the second try when another writer inserted a key meanwhile.
 * Does not own: what is decided, or which index a service's lists need.
 *
 * I1. Rows are locked in the order of their keys, so two transactions never wait for each other in a circle.
 * I2. A row that was not there is inserted only if it still is not: else everything is decided again.
 */
export interface KeyedTable<Row, Stored extends object> {
  readonly schema: string;
  readonly table: string;
  /** The key column; it is one of `columns`. */
  readonly key: string;
  readonly keyOf: (row: Row) => string;
  readonly columns: Readonly<Record<string, Column<Row>>>;
  readonly read: (stored: Stored) => Row;
}

export interface Column<Row> {
  readonly type: SqlType;
  readonly write: (row: Row) => string | number | boolean | null;
}

/** A time in milliseconds as Postgres reads it. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

/** Times that decisions are retried when others keep inserting the same keys. */
const TRIES_MAX = 5;

/** Another writer inserted one of the keys after we looked: the transaction is rolled back and tried again. */
class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

export class KeyedRows<Row, Stored extends object> implements RowTransactions<Row> {
  readonly #db: Database;
  readonly #table: KeyedTable<Row, Stored>;
  readonly #sql: { readonly lock: string; readonly insert: string; readonly update: string };
  readonly #name: string;

  constructor(db: Database, table: KeyedTable<Row, Stored>) {
    this.#db = db;
    this.#table = table;
    this.#sql = statements(table);
    this.#name = `${table.schema}.${table.table}`;
  }

  async transact<Result>(
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
    await tx.query(this.#sql.update, columnArrays(this.#table, rows), `${this.#name}.update`);
  }

  async #insert(tx: Queryable, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const inserted = await tx.query(
      this.#sql.insert,
      columnArrays(this.#table, rows),
      `${this.#name}.insert`,
    );
    if (inserted.length !== rows.length) throw new KeyTaken(`a key of ${this.#name} was inserted meanwhile`);
  }
}

function columnArrays<Row, Stored extends object>(
  table: KeyedTable<Row, Stored>,
  rows: readonly Row[],
): unknown[] {
  return Object.values(table.columns).map(({ type, write }) => arrayParameter(sentAs(type), rows.map(write)));
}

function statements<Row, Stored extends object>(table: KeyedTable<Row, Stored>) {
  const name = `${quoteName(table.schema)}.${quoteName(table.table)}`;
  const key = quoteName(table.key);
  const columns = Object.keys(table.columns).map(quoteName);
  const arrays = Object.values(table.columns).map(
    ({ type }, index) => `$${String(index + 1)}::${sentAs(type)}[]`,
  );
  const values = Object.entries(table.columns).map(([column, { type }]) =>
    sentAs(type) === type ? quoteName(column) : `${quoteName(column)}::${type}`,
  );
  const sent = `unnest(${arrays.join(', ')}) as sent(${columns.join(', ')})`;
  const rows = `(select ${values.join(', ')} from ${sent}) as given(${columns.join(', ')})`;
  const changed = columns.filter((column) => column !== key).map((column) => `${column} = given.${column}`);
  return {
    lock: `select * from ${name} where ${key} = any($1::text[]) order by ${key} for no key update`,
    insert: `insert into ${name} (${columns.join(', ')}) select ${columns.join(', ')} from ${rows} order by ${key}
             on conflict (${key}) do nothing returning ${key}`,
    update: `update ${name} as kept set ${changed.join(', ')} from ${rows} where kept.${key} = given.${key}`,
  };
}
