import { assert } from '../../../core/kernel/assert.ts';
import type {
  AccountStore,
  Role,
  StoredSession,
  StoredUser,
  User,
} from '../../../core/services/accounts/ports.ts';
import type { Database } from '../database.ts';

const INSERT_USER = `
  INSERT INTO accounts.users (id, name, email, role, password_hash) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (email) DO NOTHING RETURNING id`;

const FIND_BY_EMAIL = `
  SELECT id, name, email, role, password_hash AS "passwordHash", disabled_at IS NOT NULL AS disabled
  FROM accounts.users WHERE email = $1 AND closed_at IS NULL`;

const FIND_BY_ID = `
  SELECT id, name, email, role, password_hash AS "passwordHash", disabled_at IS NOT NULL AS disabled
  FROM accounts.users WHERE id = $1 AND closed_at IS NULL`;

const FIRST_OF_ROLE = `
  SELECT id, name, email, role FROM accounts.users WHERE role = $1
  ORDER BY disabled_at IS NOT NULL, created_at, id LIMIT 1`;

const UPDATE_USER = `
  UPDATE accounts.users
  SET name = coalesce($2, name), password_hash = coalesce($3, password_hash), role = coalesce($4, role),
    disabled_at = CASE WHEN $6::boolean THEN NULL ELSE disabled_at END
  WHERE id = $1 AND closed_at IS NULL AND ($5::text IS NULL OR role <> $5) RETURNING id, name, email, role`;

const DELETE_RESET = `DELETE FROM accounts.password_resets WHERE user_id = $1`;

const IS_LAST_ADMIN = `
  SELECT FROM accounts.users WHERE id = $1 AND role = 'admin'
    AND NOT EXISTS (SELECT FROM accounts.users WHERE role = 'admin' AND disabled_at IS NULL AND id <> $1)`;

/** Admins who close their accounts at the same moment wait here for each other, in the order of their ids. */
const LOCK_ADMINS = `
  SELECT id FROM accounts.users WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id FOR UPDATE`;

/** The role goes too: whoever counts admins needs not know of closed accounts. */
const CLOSE_USER = `
  UPDATE accounts.users
  SET name = $2, email = $3, password_hash = $4, role = 'customer', closed_at = now(), disabled_at = NULL
  WHERE id = $1 AND closed_at IS NULL RETURNING id`;

const DELETE_ADDRESSES_OF = `DELETE FROM accounts.addresses WHERE user_id = $1`;

/** Those looked at least recently come first, so that one that can't be forgotten keeps nobody waiting. */
const CLOSED_ACCOUNTS = `
  UPDATE accounts.users SET looked_after_at = now()
  WHERE id IN (
    SELECT id FROM accounts.users
    WHERE closed_at IS NOT NULL AND settled_at IS NULL AND closed_at < now() - interval '1 minute'
    ORDER BY looked_after_at NULLS FIRST, id LIMIT $1)
  RETURNING id`;

const SETTLE = `
  UPDATE accounts.users SET settled_at = now()
  WHERE id = $1 AND closed_at < now() - $2 * interval '1 millisecond'`;

/**
 * Sees the table as it was before, so `keep - 1` older ones stay. The lock on the user's row makes it wait for a change
 * of the password that is under way.
 */
const INSERT_SESSION = `
  WITH surplus AS (
    DELETE FROM accounts.sessions WHERE user_id = $2 AND (expires_at <= now() OR id IN (
      SELECT id FROM accounts.sessions WHERE user_id = $2 AND expires_at > now()
      ORDER BY created_at DESC, id DESC OFFSET $4))
  )
  INSERT INTO accounts.sessions (id, user_id, expires_at, device)
  SELECT $1, id, $3, $5 FROM accounts.users
  WHERE id = $2 AND password_hash = $6 AND closed_at IS NULL AND disabled_at IS NULL FOR SHARE
  RETURNING id`;

/** `unseen`: by then a note that it is in use is due. */
const FIND_SESSIONS = `
  SELECT s.id AS "sessionId", u.id, u.name, u.email, u.role,
    coalesce(s.last_seen_at, s.created_at) < now() - interval '5 minutes' AS unseen
  FROM accounts.sessions s JOIN accounts.users u ON u.id = s.user_id
  WHERE s.id = ANY($1::text[]) AND s.expires_at > now() AND u.disabled_at IS NULL`;

/** A session that somebody else notes or ends at this moment is left to them. */
const TOUCH_SESSIONS = `
  UPDATE accounts.sessions SET last_seen_at = now()
  WHERE id IN (SELECT id FROM accounts.sessions WHERE id = ANY($1::text[]) FOR NO KEY UPDATE SKIP LOCKED)`;

const SESSIONS_OF = `
  SELECT id, device, created_at AS "createdAt", last_seen_at AS "lastSeenAt", expires_at AS "expiresAt"
  FROM accounts.sessions WHERE user_id = $1 AND expires_at > now() ORDER BY created_at DESC, id DESC`;

const DELETE_SESSION = `
  DELETE FROM accounts.sessions WHERE id = $1 AND ($2::text IS NULL OR user_id = $2) RETURNING id`;

const DELETE_SESSIONS_OF = `
  DELETE FROM accounts.sessions WHERE user_id = $1 AND ($2::text IS NULL OR id <> $2) RETURNING id`;

const INSERT_SECRET = `
  INSERT INTO accounts.secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`;

/** A statement of its own: it sees the winner's row, whoever won. */
const FIND_SECRET = `SELECT value FROM accounts.secrets WHERE name = $1`;

interface SessionRow {
  readonly id: string;
  readonly device: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date | null;
  readonly expiresAt: Date;
}

/**
 * Accounts and their sessions.
 *
 * I1: whatever ends sessions for good changes the user's row first, in a statement of its own, and sessions are made
 * under a lock of that row: none is made beside the change and missed by it.
 */
export class PostgresAccountStore implements AccountStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async insertUser(user: StoredUser): Promise<boolean> {
    const values = [user.id, user.name, user.email, user.role, user.passwordHash];
    return (await this.#database.query(INSERT_USER, values, 'accounts_insert_user')).length === 1;
  }

  async findByEmail(email: string): Promise<StoredUser | undefined> {
    return (await this.#database.query<StoredUser>(FIND_BY_EMAIL, [email], 'accounts_find_by_email'))[0];
  }

  async findById(userId: string): Promise<StoredUser | undefined> {
    return (await this.#database.query<StoredUser>(FIND_BY_ID, [userId], 'accounts_find_by_id'))[0];
  }

  async firstOfRole(role: Role): Promise<User | undefined> {
    return (await this.#database.query<User>(FIRST_OF_ROLE, [role]))[0];
  }

  async updateUser(
    userId: string,
    change: { name?: string; passwordHash?: string; role?: Role; enabled?: true },
    unlessRole?: Role,
  ): Promise<User | undefined> {
    const { name = null, passwordHash = null, role = null, enabled = false } = change;
    const values = [userId, name, passwordHash, role, unlessRole ?? null, enabled];
    if (passwordHash === null) return (await this.#database.query<User>(UPDATE_USER, values))[0];
    return this.#database.transaction(async (tx) => {
      const updated = (await tx.query<User>(UPDATE_USER, values))[0];
      if (updated !== undefined) await tx.query(DELETE_RESET, [userId]);
      return updated;
    });
  }

  async isLastAdmin(userId: string): Promise<boolean> {
    return (await this.#database.query(IS_LAST_ADMIN, [userId])).length === 1;
  }

  async anonymise(
    userId: string,
    replacement: { name: string; email: string; passwordHash: string },
  ): Promise<readonly string[] | 'last_admin' | undefined> {
    const { name, email, passwordHash } = replacement;
    return this.#database.transaction(async (tx) => {
      const admins = await tx.query<{ id: string }>(LOCK_ADMINS);
      if (admins.length === 1 && admins[0]?.id === userId) return 'last_admin';
      const closed = await tx.query(CLOSE_USER, [userId, name, email, passwordHash]);
      if (closed.length === 0) return undefined;
      await tx.query(DELETE_RESET, [userId]);
      await tx.query(DELETE_ADDRESSES_OF, [userId]);
      return idsOf(await tx.query<{ id: string }>(DELETE_SESSIONS_OF, [userId, null]));
    });
  }

  async closedAccounts(limit: number): Promise<readonly string[]> {
    return idsOf(await this.#database.query<{ id: string }>(CLOSED_ACCOUNTS, [limit]));
  }

  async settle(userId: string, closedForMs: number): Promise<void> {
    await this.#database.query(SETTLE, [userId, closedForMs]);
  }

  async insertSession(
    session: { id: string; userId: string; device: string; expiresAt: number },
    passwordHash: string,
    keep: number,
  ): Promise<boolean> {
    const { id, userId, device, expiresAt } = session;
    const values = [id, userId, new Date(expiresAt), keep - 1, device, passwordHash];
    return (await this.#database.query(INSERT_SESSION, values, 'accounts_insert_session')).length === 1;
  }

  async findSessions(
    sessionIds: readonly string[],
  ): Promise<{ users: ReadonlyMap<string, User>; unseen: readonly string[] }> {
    const rows = await this.#database.query<User & { sessionId: string; unseen: boolean }>(
      FIND_SESSIONS,
      [sessionIds],
      'accounts_find_sessions',
    );
    return {
      users: new Map(
        rows.map(({ sessionId, id, name, email, role }) => [sessionId, { id, name, email, role }]),
      ),
      unseen: rows.filter(({ unseen }) => unseen).map(({ sessionId }) => sessionId),
    };
  }

  async touchSessions(sessionIds: readonly string[]): Promise<void> {
    await this.#database.query(TOUCH_SESSIONS, [sessionIds], 'accounts_touch_sessions');
  }

  async sessionsOf(userId: string): Promise<readonly StoredSession[]> {
    const rows = await this.#database.query<SessionRow>(SESSIONS_OF, [userId], 'accounts_sessions_of');
    return rows.map(({ id, device, createdAt, lastSeenAt, expiresAt }) => ({
      id,
      device,
      createdAtMs: createdAt.getTime(),
      lastSeenAtMs: lastSeenAt?.getTime() ?? null,
      expiresAtMs: expiresAt.getTime(),
    }));
  }

  async deleteSession(sessionId: string, ofUser?: string): Promise<boolean> {
    return (await this.#database.query(DELETE_SESSION, [sessionId, ofUser ?? null])).length === 1;
  }

  async deleteSessionsOf(userId: string, exceptSessionId?: string): Promise<readonly string[]> {
    const values = [userId, exceptSessionId ?? null];
    return idsOf(await this.#database.query<{ id: string }>(DELETE_SESSIONS_OF, values));
  }

  async secret(name: string, proposal: string): Promise<string> {
    await this.#database.query(INSERT_SECRET, [name, proposal]);
    const row = (await this.#database.query<{ value: string }>(FIND_SECRET, [name]))[0];
    assert(row !== undefined, 'a secret that was just inserted is there');
    return row.value;
  }
}

function idsOf(rows: readonly { readonly id: string }[]): readonly string[] {
  return rows.map(({ id }) => id);
}
