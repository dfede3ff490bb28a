import type { SchemaMigrations } from '../database.ts';

/**
 * The console's jobs over many orders, what became of each order, and the files that exports made.
 *
 * `lane`  who runs the jobs of a kind, and until when: a lease, judged by the database's clock
 * `job`   counters change with the items they count, in one transaction
 * `item`  an order's part in a job; `deciding`: it is written down that it is asked, before it is
 * `part`  a file in compressed parts, each a gzip member of its own
 */
export const consoleMigrations: SchemaMigrations = {
  schema: 'console',
  steps: [
    {
      name: 'jobs, their orders, their files',
      sql: `
        create table lane (
          name text collate "C" primary key,
          owner text collate "C",
          expires_at timestamptz
        ) with (fillfactor = 10);
        insert into lane (name) values ('bulk'), ('export');

        create table job (
          id text collate "C" primary key,
          kind text collate "C" not null check (kind in ('bulk', 'export')),
          action text collate "C",
          reason text,
          filter jsonb,
          by_id text collate "C" not null,
          by_email text not null,
          origin text,
          state text collate "C" not null
            check (state in ('running', 'paused', 'cancelling', 'cancelled', 'done', 'failed')),
          problem text,
          collected boolean not null,
          position text,
          total integer,
          done integer not null default 0,
          failed integer not null default 0,
          asked integer not null default 0,
          parts integer not null default 0,
          bytes bigint not null default 0,
          created_at timestamptz not null,
          finished_at timestamptz,
          expires_at timestamptz
        ) with (fillfactor = 50);
        create index job_open on job (kind, id) where finished_at is null;

        create table item (
          job_id text collate "C" not null,
          position integer not null,
          order_id text collate "C" not null,
          state text collate "C" not null default 'waiting'
            check (state in ('waiting', 'deciding', 'asked', 'done', 'failed')),
          effect text collate "C",
          code text collate "C",
          version integer,
          parcel text collate "C",
          asked_at timestamptz,
          at timestamptz,
          primary key (job_id, position),
          unique (job_id, order_id)
        ) with (fillfactor = 70);
        create index item_by_state on item (job_id, state, position);
        create index item_by_order on item (order_id);

        create table part (
          job_id text collate "C" not null,
          number integer not null,
          content bytea not null,
          primary key (job_id, number)
        );
        -- It is compressed already.
        alter table part alter column content set storage external;`,
    },
  ],
};
