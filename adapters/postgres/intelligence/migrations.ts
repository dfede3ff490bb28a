import type { SchemaMigrations } from '../database.ts';
import { cheaperUpkeep, engineChanges, engineMigrations, pauseChanges } from '../tables.ts';
import { FRAUD_TABLES } from './fraud-tables.ts';

/** The schema of the intelligence service: trained models, their switches and drift, and the trainings that are wanted. */
export const intelligenceMigrations: SchemaMigrations = {
  schema: 'intelligence',
  steps: [
    {
      name: 'models and their trainings',
      sql: `
        create table model_version (
          name text collate "C" not null,
          version integer not null,
          state text collate "C" not null check (state in ('live', 'replaced', 'rejected')),
          reason text not null,
          trained_at timestamptz not null default clock_timestamp(),
          took_ms integer not null,
          rows_seen bigint not null,
          grades jsonb not null,
          inputs jsonb not null,
          -- JSON, gzip; only of the version that is live and the one before it.
          content bytea,
          primary key (name, version)
        );
        alter table model_version alter column content set storage external;
        create unique index model_version_live on model_version (name) where state = 'live';

        create table model_switch (
          name text collate "C" primary key,
          enabled boolean not null,
          set_by text collate "C" not null,
          set_at timestamptz not null default clock_timestamp()
        );

        create table model_drift (
          name text collate "C" not null,
          at timestamptz not null default clock_timestamp(),
          measure text collate "C" not null,
          value double precision not null,
          primary key (name, at)
        );

        create table training (
          name text collate "C" primary key,
          asked_at timestamptz not null default clock_timestamp(),
          asked_by text collate "C",
          owner text collate "C",
          started_at timestamptz,
          ended_at timestamptz,
          problem text
        );
        create table training_lease (
          one boolean primary key default true check (one),
          owner text collate "C" not null,
          lease_until timestamptz not null
        );`,
    },
    {
      name: 'what was recommended to whom',
      sql: `
        -- The first time a day.
        create table exposure (
          user_id text collate "C" not null,
          day date not null,
          surface text collate "C" not null,
          product_id text collate "C" not null,
          at timestamptz not null,
          slot smallint not null,
          explored boolean not null,
          version integer,
          primary key (user_id, day, surface, product_id)
        );
        create index exposure_by_time on exposure (at);`,
    },
    ...engineMigrations(),
    ...engineChanges(),
    ...cheaperUpkeep(),
    ...pauseChanges(),
    { name: 'orders seen and what became of them', sql: FRAUD_TABLES },
    {
      name: 'how models do on what came after their training',
      sql: `
        create table model_lately (
          name text collate "C" primary key,
          version integer not null,
          at timestamptz not null default clock_timestamp(),
          figures jsonb not null,
          -- What the next measurement goes on from.
          carried jsonb not null
        );`,
    },
  ],
};
