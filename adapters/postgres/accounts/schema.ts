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
  ],
};
