import type { SchemaMigrations } from '../database.ts';

/**
 * How the processes of the platform are, and what happened to it. Nothing here is needed to handle an order.
 *
 * `process`  a row per start of a process, replaced every few seconds by its own process; `status` is a ProcessStatus
 * `event`    what the platform tells of itself (core/services/observation/ports.ts); kept for a month
 */
export const opsMigrations: SchemaMigrations = {
  schema: 'ops',
  steps: [
    {
      name: 'processes and events',
      sql: `
        create table process (
          id text collate "C" primary key,
          started_at timestamptz not null,
          seen_at timestamptz not null,
          stopped boolean not null default false,
          status json not null
        ) with (fillfactor = 30, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

        create table event (
          id text collate "C" not null,
          at timestamptz not null,
          level text collate "C" not null check (level in ('info', 'warn', 'error')),
          type text collate "C" not null,
          service text collate "C",
          process text collate "C",
          order_id text collate "C",
          text text not null,
          detail jsonb,
          primary key (at, id)
        );
        create index event_of_order on event (order_id, at desc) where order_id is not null;`,
    },
  ],
};
