import type { ResetStore } from '../../../core/services/accounts/password-resets.ts';
import type { Database } from '../database.ts';

const PUT = `
  INSERT INTO accounts.password_resets (user_id, token_digest, expires_at)
  SELECT id, $2, now() + $3 * interval '1 millisecond' FROM accounts.users
  WHERE id = $1 AND closed_at IS NULL FOR SHARE
  ON CONFLICT (user_id) DO UPDATE SET token_digest = excluded.token_digest, expires_at = excluded.expires_at`;

const IS_VALID = `
  SELECT FROM accounts.password_resets WHERE token_digest = $1 AND expires_at > now()`;

/** Like every change of an account it takes the user's row first, so that no two of them wait for each other. */
const LOCK_USER = `
  SELECT FROM accounts.users WHERE closed_at IS NULL
    AND id = (SELECT user_id FROM accounts.password_resets WHERE token_digest = $1) FOR UPDATE`;

/** A statement after the lock: of two who redeem at once the second finds nothing. */
const TAKE = `
  DELETE FROM accounts.password_resets WHERE token_digest = $1 AND expires_at > now()
  RETURNING user_id AS "userId"`;

const SET_PASSWORD = `UPDATE accounts.users SET password_hash = $2 WHERE id = $1`;

const END_SESSIONS = `DELETE FROM accounts.sessions WHERE user_id = $1 RETURNING id`;

/** Resets of forgotten passwords. */
export class PostgresResetStore implements ResetStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async put(reset: { userId: string; tokenDigest: string; validMs: number }): Promise<void> {
    const { userId, tokenDigest, validMs } = reset;
    await this.#database.query(PUT, [userId, tokenDigest, validMs]);
  }

  async isValid(tokenDigest: string): Promise<boolean> {
    return (await this.#database.query(IS_VALID, [tokenDigest])).length === 1;
  }

  redeem(tokenDigest: string, passwordHash: string): Promise<readonly string[] | undefined> {
    return this.#database.transaction(async (tx) => {
      if ((await tx.query(LOCK_USER, [tokenDigest])).length === 0) return undefined;
      const taken = (await tx.query<{ userId: string }>(TAKE, [tokenDigest]))[0];
      if (taken === undefined) return undefined;
      await tx.query(SET_PASSWORD, [taken.userId, passwordHash]);
      const ended = await tx.query<{ id: string }>(END_SESSIONS, [taken.userId]);
      return ended.map(({ id }) => id);
    });
  }
}
