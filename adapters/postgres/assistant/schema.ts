import type { SchemaMigrations } from '../database.ts';

/** The assistant: what it has proposed, and what it has written about orders. */
export const assistantMigrations: SchemaMigrations = {
  schema: 'assistant',
  steps: [
    {
      name: 'proposals and summaries of orders',
      // Of a token only its hash is kept: who reads the table can confirm nothing.
      sql: `
        create table proposal (
          token_hash text collate "C" primary key,
          by_user text collate "C" not null,
          action jsonb not null,
          text text not null,
          expires_at timestamptz not null
        );
        create index proposal_by_expiry on proposal (expires_at);
        create table order_summary (
          order_id text collate "C" primary key,
          version integer not null,
          text text not null,
          at timestamptz not null default now()
        );`,
    },
  ],
};
