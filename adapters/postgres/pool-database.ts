import type pg from 'pg';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { Database, Queryable } from './database.ts';
import { breaksConnection, classify } from './errors.ts';

/**
 * Owns: borrowing connections, transactions, throwing broken connections away.
 * Does not own: where the connections lead (a server, or Postgres in process).
 *
 * I1. A connection goes back to the pool only when no transaction is open on it and it still answers.
 * I2. Every rejection is classified (errors.ts), except what `work` of a transaction throws by itself.
 */
export class PoolDatabase implements Database {
  readonly #pool: pg.Pool;
  readonly #afterClose: () => Promise<void>;
  #closing: Promise<void> | undefined;

  /** `afterClose` runs once every connection has ended. */
  constructor(pool: pg.Pool, afterClose: () => Promise<void> = () => Promise.resolve()) {
    this.#pool = pool;
    this.#afterClose = afterClose;
    // An idle connection that breaks has left the pool already; the next call opens another.
    this.#pool.on('error', () => undefined);
  }

  async query<Row extends object>(sql: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
    const client = await this.#borrow();
    try {
      const { rows } = await run(client, sql, values, name);
      client.release();
      return rows as Row[];
    } catch (error) {
      client.release(breaksConnection(error));
      throw classify(error);
    }
  }

  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    const tx = new Transaction(await this.#borrow());
    try {
      await tx.query('begin');
      const result = await work(tx);
      await tx.commit();
      return result;
    } catch (error) {
      await tx.rollBack();
      throw error;
    } finally {
      tx.release();
    }
  }

  async exec(sql: string): Promise<void> {
    await this.query(sql);
  }

  async ping(): Promise<void> {
    await this.query('select 1');
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.end().then(this.#afterClose);
    return this.#closing;
  }

  async #borrow(): Promise<pg.PoolClient> {
    try {
      const client = await this.#pool.connect();
      if (client.listenerCount('error') === 0) {
        // A connection that breaks while borrowed tells through the query under way, or through the next one.
        client.on('error', () => undefined);
      }
      return client;
    } catch (error) {
      throw classify(error);
    }
  }
}

class Transaction implements Queryable {
  readonly #client: pg.PoolClient;
  #broken = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  async query<Row extends object>(sql: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
    try {
      return (await run(this.#client, sql, values, name)).rows as Row[];
    } catch (error) {
      this.#broken ||= breaksConnection(error);
      throw classify(error);
    }
  }

  async commit(): Promise<void> {
    try {
      const { command } = await run(this.#client, 'commit');
      // Postgres answers ROLLBACK, and no error, when a statement failed before and `work` hid it.
      if (command !== 'COMMIT') throw new OrreryError('sql_error', 'a failed transaction was committed');
    } catch (error) {
      this.#broken ||= breaksConnection(error);
      throw classify(error);
    }
  }

  async rollBack(): Promise<void> {
    if (this.#broken) return;
    try {
      await run(this.#client, 'rollback');
    } catch {
      this.#broken = true;
    }
  }

  /** Gives the connection back, or away when it may still be in a transaction (I1). */
  release(): void {
    this.#client.release(this.#broken);
  }
}

interface Answer {
  readonly rows: unknown[];
  readonly command: string;
}

/** Without values and name several statements are allowed; the answer is the last one's. */
async function run(
  client: pg.PoolClient,
  sql: string,
  values?: readonly unknown[],
  name?: string,
): Promise<Answer> {
  const answers = (await client.query({
    text: sql,
    ...(values === undefined ? {} : { values: [...values] }),
    ...(name === undefined ? {} : { name }),
  })) as Answer | Answer[];
  const answer = Array.isArray(answers) ? answers.at(-1) : answers;
  return answer ?? { rows: [], command: '' };
}
