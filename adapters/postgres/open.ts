import pg from 'pg';
import type { Database } from './database.ts';
import { PoolDatabase } from './pool-database.ts';
import { VALUE_PARSERS } from './values.ts';

/** A transaction whose client says nothing for this long is ended, so that a stopped process can't block (P2). */
const IDLE_IN_TRANSACTION_MS_MAX = 2_000;
/** Opening a connection and waiting for a free one; longer means that the database is down or far too slow. */
const CONNECTION_WAIT_MS_MAX = 5_000;
/**
 * Prepared statements take milliseconds: without an answer for this long the connection is dead, or Postgres is far too
 * slow. Shorter than an order waits for its payment, so that nobody is cancelled because we waited in silence (P20).
 */
const PROMPT_ANSWER_MS_MAX = 10_000;
/** How much longer than the server we wait for an answer before the connection counts as dead. */
const ANSWER_GRACE_MS = 2_000;

export interface PostgresOptions {
  /** Connections held at most; default 10. */
  readonly poolMax?: number;
  /** Shown in pg_stat_activity; default `orrery`. */
  readonly applicationName?: string;
  /** The longest any statement may take; default 30,000 ms. Exports and roll-ups need more. */
  readonly statementTimeoutMs?: number;
  /** How long a prepared statement, or a commit, may go without an answer; default 10,000 ms. */
  readonly promptAnswerMsMax?: number;
  /** How long a transaction may be open without a word of ours; default 2,000 ms. */
  readonly idleInTransactionMsMax?: number;
}

/**
 * Opens a pool of connections to a Postgres server and resolves once the server has answered. Lost connections
 * are replaced with the next call; until then calls reject with StoreUnavailable. Wrong credentials or a missing
 * database reject with `sql_error`.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const database = new PoolDatabase(
    new pg.Pool({
      connectionString: url,
      application_name: options.applicationName ?? 'orrery',
      max: options.poolMax ?? 10,
      connectionTimeoutMillis: CONNECTION_WAIT_MS_MAX,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      types: VALUE_PARSERS,
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + ANSWER_GRACE_MS,
      idle_in_transaction_session_timeout: options.idleInTransactionMsMax ?? IDLE_IN_TRANSACTION_MS_MAX,
      // Engine statements find rows by key: index look-ups are cheap on today's disks, and compiling them is not.
      options: '-c random_page_cost=1.1 -c jit=off',
    }),
    undefined,
    options.promptAnswerMsMax ?? PROMPT_ANSWER_MS_MAX,
  );
  try {
    await database.ping();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
