import type { SchemaMigrations } from '../database.ts';

/** Dead letters of all services and both brokers, and the replays that send them back. */
export const deadLettersMigrations: SchemaMigrations = {
  schema: 'dead_letters',
  steps: [
    {
      name: 'letters',
      sql: `create table letter (
        service text collate "C" not null,
        id text collate "C" not null,
        letter jsonb not null,
        primary key (service, id)
      )`,
    },
    {
      name: 'states, causes, replays',
      // The cause is a hash, for what makes it up is whatever somebody sent.
      sql: `
        alter table letter
          add column state text collate "C" not null default 'waiting'
            check (state in ('waiting', 'replaying', 'replayed', 'discarded')),
          add column queue text collate "C" generated always as (left(letter->>'queue', 200)) stored,
          add column code text collate "C" generated always as (left(letter->>'code', 100)) stored,
          add column type text collate "C" generated always as (left(letter->'message'->>'type', 100)) stored,
          add column died_at text collate "C" not null generated always as (left(letter->>'diedAt', 30)) stored,
          add column cause text collate "C" not null generated always as (
            md5(service || chr(10) || left(letter->>'code', 100) || chr(10)
              || coalesce(left(letter->'message'->>'type', 100), chr(10)))
          ) stored,
          add column replay text collate "C",
          add column mended jsonb,
          add column changed_by text,
          add column changed_at timestamptz,
          add column change_reason text,
          add column refusal text;
        create unique index letter_by_id on letter (id);
        create index letter_waiting on letter (cause, died_at, id) where state = 'waiting';
        create index letter_by_time on letter (died_at, id);
        create index letter_replaying on letter (replay, died_at, id) where state = 'replaying';

        create table replay (
          id text collate "C" primary key,
          by_user text not null,
          reason text not null,
          cause text collate "C",
          rate_per_second integer not null check (rate_per_second > 0),
          total integer not null,
          replayed integer not null default 0,
          returned integer not null default 0,
          created_at timestamptz not null default now(),
          stopping boolean not null default false,
          finished_at timestamptz,
          owner text,
          lease_until timestamptz
        );
        create index replay_open on replay (created_at, id) where finished_at is null;
        create index replay_by_time on replay (created_at desc, id desc);`,
    },
  ],
};
