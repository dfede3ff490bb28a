import type { SchemaMigrations } from './database.ts';

/**
 * The engine's tables, in the schema of every service that owns actors or sends messages from its transactions.
 * Names and ids compare bytewise (collation C): nothing here is sorted for people, and bytes compare fastest.
 *
 * `setting`    what is fixed at first start (P4)
 * `member`     heartbeats of the processes that run the service (P23)
 * `partition`  leases and epochs (P1, P2)
 * `actor`      snapshots; `wake_at_ms` is the actor's wake-up, indexed only where there is one, so that a change of
 *              state without a change of the wake-up touches no index (P20)
 * `actor_log`  a row per message handled; `message_id` is the inbox of behaviours that remember by log (P6)
 * `inbox`      ids of messages handled by the others, by day (P6)
 * `outbox`     what commits have still to send (P9); `position` is the order in which rows came
 */
const ENGINE_TABLES = `
create table setting (
  name text collate "C" primary key,
  value jsonb not null
);

create table member (
  id text collate "C" primary key,
  worker boolean not null,
  backlog bigint not null,
  seen_at timestamptz not null
) with (fillfactor = 50);

create table partition (
  partition integer primary key,
  owner text collate "C",
  epoch bigint not null default 0,
  expires_at timestamptz
) with (fillfactor = 10);

create table actor (
  kind text collate "C" not null,
  id text collate "C" not null,
  partition integer not null,
  version bigint not null,
  expected_version bigint not null,
  definition integer not null,
  finished boolean not null,
  wake_at_ms bigint,
  snapshot jsonb not null,
  timers jsonb not null,
  waiting jsonb not null,
  primary key (kind, id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
comment on column actor.expected_version is 'version the last commit found; lets one upsert check what it replaces';
create index actor_wake on actor (partition, wake_at_ms) where wake_at_ms is not null;

create table actor_log (
  kind text collate "C" not null,
  id text collate "C" not null,
  version bigint not null,
  message_id text collate "C" not null,
  type text collate "C" not null,
  causation_id text collate "C",
  from_state text collate "C" not null,
  to_state text collate "C" not null,
  at timestamptz not null,
  detail jsonb not null,
  primary key (kind, id, version),
  constraint actor_log_message_id unique (message_id)
);

create table inbox (
  day date not null,
  message_id text collate "C" not null,
  primary key (day, message_id)
);

create table outbox (
  writer text collate "C" not null,
  epoch bigint not null,
  sequence bigint not null,
  position bigint generated always as identity,
  messages json not null,
  primary key (writer, epoch, sequence)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 1);
alter table outbox alter column messages set storage external;

create function refuse_commit(state text, reason text) returns text language plpgsql as $$
begin
  raise exception using errcode = state, message = reason;
end
$$;
`;

/**
 * The first steps of every schema with engine tables: `steps: [...engineMigrations(), ...own]`. Released steps keep
 * their numbers, so a later change of these tables is an export of its own that schemas append, never a step here.
 */
export function engineMigrations(): SchemaMigrations['steps'] {
  return [{ name: 'engine tables', sql: ENGINE_TABLES }];
}

/** Members tell how new their actors' definitions are; a build that does not know of it counts as the oldest. */
const MEMBER_GENERATION = 'alter table member add column generation integer not null default 0';

/**
 * A snapshot is written with every message of its actor, so what that costs counts. Known actors are updated and new ones
 * inserted, which needs no column for what the last commit found; it stays for older builds, which run beside newer ones while
 * processes are replaced. Nothing in the database looks into a snapshot, so it is
 * kept as the text it is: taking it apart for jsonb cost more than writing it. And lz4 compresses in a fraction of pglz's
 * time; where the server was built without it, pglz stays.
 */
const LIGHTER_ACTORS = `
alter table actor
  alter column expected_version set default 0,
  alter column snapshot type json using snapshot::json,
  alter column timers type json using timers::json,
  alter column waiting type json using waiting::json;
comment on column actor.expected_version is 'read by builds that still write actors with one upsert; they may run beside newer ones';
do $$
begin
  alter table actor alter column snapshot set compression lz4;
  alter table actor_log alter column detail set compression lz4;
exception when feature_not_supported then null;
end
$$;
`;

/** What changed in the engine's tables since; every schema that has them appends it to its own steps. */
export function engineChanges(): SchemaMigrations['steps'] {
  return [
    { name: 'generation of members', sql: MEMBER_GENERATION },
    { name: 'lighter actors', sql: LIGHTER_ACTORS },
  ];
}

/**
 * What JSON says chooses no plan, yet statistics of it meant taking thousands of snapshots apart whenever a table had
 * grown. And the messages of a commit repeat each other's words, so lz4 makes little of them; where the server was built
 * without it they stay as they are, for pglz takes its time.
 */
const CHEAPER_UPKEEP = `
alter table actor
  alter column snapshot set statistics 0,
  alter column timers set statistics 0,
  alter column waiting set statistics 0;
alter table actor_log alter column detail set statistics 0;
alter table outbox alter column messages set statistics 0;
do $$
begin
  alter table outbox alter column messages set compression lz4;
  alter table outbox alter column messages set storage extended;
exception when feature_not_supported then null;
end
$$;
`;

/** What changed after that; appended likewise. */
export function cheaperUpkeep(): SchemaMigrations['steps'] {
  return [{ name: 'cheaper upkeep', sql: CHEAPER_UPKEEP }];
}

/** What operators have set at rest (P27): all of the service, a kind of its actors, a partition, or a kind in a partition. */
const PAUSES = `
create table pause (
  id text collate "C" primary key,
  kind text collate "C",
  partition integer,
  reason text not null,
  by_user text collate "C" not null,
  at timestamptz not null default clock_timestamp()
);
create unique index pause_once on pause ((coalesce(kind, '')), (coalesce(partition, -1)));
`;

/** What came with pauses by hand; appended likewise. */
export function pauseChanges(): SchemaMigrations['steps'] {
  return [{ name: 'pauses', sql: PAUSES }];
}
