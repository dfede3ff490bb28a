import type pg from 'pg';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { ConnectionPool, Database, Queryable } from './database.ts';
import { classify } from './errors.ts';
import { Session } from './session.ts';

/**
 * Owns: borrowing connections, transactions, throwing broken connections away.
 * Does not own: where the connections lead (a server, or Postgres in process).
 *
 * I1. A connection goes back to the pool only when no transaction is open on it and it still answers.
 * I2. Every rejection is classified (errors.ts), except what `work` of a transaction throws by itself.
 * I3. Once a connection was cut off without a word of the server, none that was made before is used again: what
 *     cut it off (a failover, a firewall that lost its table) did not choose, and each would take its own time to be
 *     noticed.
 */
export class PoolDatabase implements Database {
  readonly #pool: pg.Pool;
  readonly #afterClose: () => Promise<void>;
  readonly #answerMsMax: number | undefined;
  readonly #madeAtMs = new WeakMap<pg.PoolClient, number>();
  #trustedSinceMs = -Infinity;
  #closing: Promise<void> | undefined;

  /**
   * `afterClose` runs once every connection has ended. `answerMsMax`: how long a prepared statement, or the beginning
   * or end of a transaction, may go without an answer; undefined: as long as everything else.
   */
  constructor(
    pool: pg.Pool,
    afterClose: () => Promise<void> = () => Promise.resolve(),
    answerMsMax?: number,
  ) {
    this.#pool = pool;
    this.#afterClose = afterClose;
    this.#answerMsMax = answerMsMax;
    this.#pool.on('connect', (client) => {
      this.#madeAtMs.set(client, performance.now());
      // A connection that breaks while borrowed tells through the query under way, or through the next one. From here on,
      // for a server that goes away may say so right behind its welcome, before whoever waits for the connection goes on.
      client.on('error', () => undefined);
    });
    // An idle connection that breaks has left the pool already; the next call opens another.
    this.#pool.on('error', () => undefined);
  }

  async query<Row extends object>(sql: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
    const session = await this.#borrow();
    try {
      return (await session.run(sql, values, name)).rows as Row[];
    } catch (error) {
      // Several statements at once may have begun a transaction that their failure left open (I1).
      if (values === undefined) await session.rollBack();
      throw error;
    } finally {
      this.#giveBack(session);
    }
  }

  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    const session = await this.#borrow();
    try {
      await session.run('begin');
      const result = await work({
        query: async <Row extends object>(sql: string, values?: readonly unknown[], name?: string) =>
          (await session.run(sql, values, name)).rows as Row[],
      });
      const { command } = await session.run('commit');
      // Postgres answers ROLLBACK, and no error, when a statement failed before and `work` hid it.
      if (command !== 'COMMIT') throw new OrreryError('sql_error', 'a failed transaction was committed');
      return result;
    } catch (error) {
      await session.rollBack();
      throw error;
    } finally {
      this.#giveBack(session);
    }
  }

  async exec(sql: string): Promise<void> {
    await this.query(sql);
  }

  async ping(): Promise<void> {
    await this.query('select 1');
  }

  connections(): ConnectionPool {
    const { totalCount, idleCount, waitingCount, options } = this.#pool;
    return { open: totalCount, idle: idleCount, waiting: waitingCount, max: options.max };
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.end().then(this.#afterClose);
    return this.#closing;
  }

  async #borrow(): Promise<Session> {
    try {
      for (;;) {
        const client = await this.#pool.connect();
        if ((this.#madeAtMs.get(client) ?? Infinity) > this.#trustedSinceMs) {
          return new Session(client, this.#answerMsMax);
        }
        client.release(true);
      }
    } catch (error) {
      throw classify(error);
    }
  }

  #giveBack(session: Session): void {
    // Those made since then are none of the silent ones, however many others still wait in vain.
    this.#trustedSinceMs = Math.max(this.#trustedSinceMs, session.cutOffAtMs ?? -Infinity);
    session.release();
  }
}
