import type { SchemaMigrations } from '../database.ts';

export const accountsMigrations: SchemaMigrations = {
  schema: 'accounts',
  steps: [
    {
      name: 'users, sessions and secrets',
      sql: `
        CREATE TABLE users (
          id text PRIMARY KEY,
          name text NOT NULL,
          -- Normalised by the service, so that a plain unique key tells addresses apart.
          email text NOT NULL UNIQUE,
          role text NOT NULL CHECK (role IN ('customer', 'admin', 'ops')),
          password_hash text NOT NULL,
          created_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX users_staff ON users (role, created_at) WHERE role <> 'customer';
        CREATE TABLE sessions (
          id text PRIMARY KEY,
          user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
          created_at timestamptz NOT NULL DEFAULT now(),
          expires_at timestamptz NOT NULL
        );
        CREATE INDEX sessions_of_user ON sessions (user_id, created_at);
        CREATE TABLE secrets (
          name text PRIMARY KEY,
          value text NOT NULL,
          created_at timestamptz NOT NULL DEFAULT now()
        );
      `,
    },
    {
      name: 'devices of sessions, addresses, forgotten passwords, closed accounts',
      sql: `
        ALTER TABLE sessions
          ADD COLUMN device text NOT NULL DEFAULT 'Unknown device',
          ADD COLUMN last_seen_at timestamptz;
        -- What is left of a closed account: an id that orders refer to.
        ALTER TABLE users ADD COLUMN closed_at timestamptz;
        CREATE TABLE addresses (
          id text PRIMARY KEY,
          user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
          label text,
          street text NOT NULL,
          city text NOT NULL,
          state text NOT NULL,
          zip text NOT NULL,
          country text NOT NULL,
          is_default boolean NOT NULL,
          created_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX addresses_of_user ON addresses (user_id, created_at);
        CREATE UNIQUE INDEX addresses_default ON addresses (user_id) WHERE is_default;
        CREATE TABLE password_resets (
          -- One per user: the newest letter makes older ones worthless.
          user_id text PRIMARY KEY REFERENCES users ON DELETE CASCADE,
          -- SHA-256 of the token: who reads this table can reset nothing.
          token_digest text NOT NULL UNIQUE,
          expires_at timestamptz NOT NULL
        );
      `,
    },
    {
      name: 'closed accounts are looked after',
      sql: `
        ALTER TABLE users
          ADD COLUMN looked_after_at timestamptz,
          -- Nothing can come any more that speaks of whoever closed the account.
          ADD COLUMN settled_at timestamptz;
        CREATE INDEX users_closed ON users (looked_after_at NULLS FIRST, id)
          WHERE closed_at IS NOT NULL AND settled_at IS NULL;
      `,
    },
    {
      name: 'accounts are switched off, and listed',
      sql: `
        ALTER TABLE users ADD COLUMN disabled_at timestamptz;
        CREATE INDEX users_by_time ON users (created_at DESC, id DESC) WHERE closed_at IS NULL;
      `,
    },
  ],
};
