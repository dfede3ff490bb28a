import type { SchemaMigrations } from '../database.ts';

/** The schema of the gateway: the waiting lines of flash sales, and what people with a role have changed. */
export const gatewayMigrations: SchemaMigrations = {
  schema: 'gateway',
  steps: [
    {
      name: 'waiting lines',
      sql: `
        create table line (
          sale_id text collate "C" primary key,
          units integer not null,
          joined bigint not null default 0,
          admitted_up_to bigint not null default 0,
          sold integer not null default 0,
          sold_out boolean not null default false
        ) with (fillfactor = 10);
        comment on column line.sold_out is 'every unit was paid for: final, whatever is cancelled later';

        create table place (
          sale_id text collate "C" not null,
          position bigint not null,
          user_id text collate "C" not null,
          state text collate "C" not null
            check (state in ('waiting', 'turn', 'used', 'sold', 'released', 'lapsed')),
          joined_at timestamptz not null default clock_timestamp(),
          turn_until timestamptz,
          quantity integer not null default 1,
          used_at timestamptz,
          idempotency_key text collate "C",
          fingerprint text collate "C",
          order_id text collate "C",
          primary key (sale_id, position)
        ) with (fillfactor = 70);
        create unique index place_of_user on place (sale_id, user_id) where state in ('waiting', 'turn', 'used');
        create index place_waiting on place (sale_id, position) where state = 'waiting';
        create index place_taken on place (sale_id, state) where state in ('turn', 'used', 'sold');`,
    },
    {
      name: 'lines are forgotten some time after their sales',
      sql: `
        -- The default is for builds that do not tell it: no sale is longer.
        alter table line add column ends_at timestamptz not null default clock_timestamp() + interval '31 days';`,
    },
    {
      name: 'audit trail',
      sql: `
        create table audit (
          id text collate "C" primary key,
          at timestamptz not null default clock_timestamp(),
          by_user text collate "C" not null,
          action text collate "C" not null,
          kind text collate "C" not null,
          subject text collate "C" not null,
          reason text,
          detail jsonb
        );
        create index audit_subject on audit (kind, subject, id desc);
        create index audit_by on audit (by_user, id desc);`,
    },
  ],
};
