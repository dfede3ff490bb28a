import { assert } from '../../../core/kernel/assert.ts';
import type { AccountStore, Role, StoredUser, User } from '../../../core/services/accounts/ports.ts';
import type { Queryable } from '../database.ts';

const INSERT_USER = `
  INSERT INTO accounts.users (id, name, email, role, password_hash) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (email) DO NOTHING RETURNING id`;

const FIND_BY_EMAIL = `
  SELECT id, name, email, role, password_hash AS "passwordHash" FROM accounts.users WHERE email = $1`;

const FIND_BY_ID = `
  SELECT id, name, email, role, password_hash AS "passwordHash" FROM accounts.users WHERE id = $1`;

const FIRST_OF_ROLE = `
  SELECT id, name, email, role FROM accounts.users WHERE role = $1 ORDER BY created_at, id LIMIT 1`;

const UPDATE_USER = `
  UPDATE accounts.users
  SET name = coalesce($2, name), password_hash = coalesce($3, password_hash), role = coalesce($4, role)
  WHERE id = $1 AND ($5::text IS NULL OR role <> $5) RETURNING id, name, email, role`;

/** Sees the table as it was before, so `keep - 1` older ones stay. */
const INSERT_SESSION = `
  WITH surplus AS (
    DELETE FROM accounts.sessions WHERE user_id = $2 AND (expires_at <= now() OR id IN (
      SELECT id FROM accounts.sessions WHERE user_id = $2 AND expires_at > now()
      ORDER BY created_at DESC, id DESC OFFSET $4))
  )
  INSERT INTO accounts.sessions (id, user_id, expires_at) VALUES ($1, $2, $3)`;

const FIND_SESSIONS = `
  SELECT s.id AS "sessionId", u.id, u.name, u.email, u.role
  FROM accounts.sessions s JOIN accounts.users u ON u.id = s.user_id
  WHERE s.id = ANY($1::text[]) AND s.expires_at > now()`;

const DELETE_SESSION = `DELETE FROM accounts.sessions WHERE id = $1`;

const DELETE_SESSIONS_OF = `
  DELETE FROM accounts.sessions WHERE user_id = $1 AND ($2::text IS NULL OR id <> $2)`;

const INSERT_SECRET = `
  INSERT INTO accounts.secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`;

/** A statement of its own: it sees the winner's row, whoever won. */
const FIND_SECRET = `SELECT value FROM accounts.secrets WHERE name = $1`;

/** The accounts service's tables. */
export class PostgresAccountStore implements AccountStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
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
    change: { name?: string; passwordHash?: string; role?: Role },
    unlessRole?: Role,
  ): Promise<User | undefined> {
    const { name = null, passwordHash = null, role = null } = change;
    const values = [userId, name, passwordHash, role, unlessRole ?? null];
    return (await this.#database.query<User>(UPDATE_USER, values))[0];
  }

  async insertSession(
    session: { id: string; userId: string; expiresAt: number },
    keep: number,
  ): Promise<void> {
    const values = [session.id, session.userId, new Date(session.expiresAt), keep - 1];
    await this.#database.query(INSERT_SESSION, values, 'accounts_insert_session');
  }

  async findSessions(sessionIds: readonly string[]): Promise<ReadonlyMap<string, User>> {
    const rows = await this.#database.query<User & { sessionId: string }>(
      FIND_SESSIONS,
      [sessionIds],
      'accounts_find_sessions',
    );
    return new Map(rows.map(({ sessionId, ...user }) => [sessionId, user]));
  }

  async deleteSession(sessionId: string): Promise<void> {
    await this.#database.query(DELETE_SESSION, [sessionId]);
  }

  async deleteSessionsOf(userId: string, exceptSessionId?: string): Promise<void> {
    await this.#database.query(DELETE_SESSIONS_OF, [userId, exceptSessionId ?? null]);
  }

  async secret(name: string, proposal: string): Promise<string> {
    await this.#database.query(INSERT_SECRET, [name, proposal]);
    const row = (await this.#database.query<{ value: string }>(FIND_SECRET, [name]))[0];
    assert(row !== undefined, 'a secret that was just inserted is there');
    return row.value;
  }
}
