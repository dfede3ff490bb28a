import type { SchemaMigrations } from '../database.ts';

/** The demo: at most one that runs, and which accounts are its. Orders are known by their users, sales by who planned them. */
export const demoMigrations: SchemaMigrations = {
  schema: 'demo',
  steps: [
    {
      name: 'the run and the marks',
      sql: `
        create table run (
          one boolean primary key default true check (one),
          orders_per_minute integer not null,
          sales boolean not null,
          started_by text not null,
          started_at timestamptz not null default now(),
          stopping boolean not null default false,
          placed integer not null default 0,
          refused integer not null default 0,
          owner text not null,
          lease_until timestamptz not null
        );
        create table account (email text collate "C" primary key);`,
    },
  ],
};
