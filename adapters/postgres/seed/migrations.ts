import type { SchemaMigrations } from '../database.ts';

/**
 * What `npm run seed` keeps of itself: the plan, how far it has come, and what it draws from. Empty in a shop without
 * seeded data.
 *
 * `step`, `batch`  what is done, written in the transaction that did it
 * `undo`           statements that put back what was changed for the load: dropped indexes, how full pages get
 * `person`, `product`, `hour`  what orders are made of
 */
export const seedMigrations: SchemaMigrations = {
  schema: 'seed',
  steps: [
    {
      name: 'plan, progress, people, products, hours',
      sql: `
        create table plan (
          single boolean primary key default true check (single),
          orders bigint not null,
          users integer not null,
          products integer not null,
          seed integer not null,
          until timestamptz not null
        );
        create table step (
          name text collate "C" primary key,
          done_at timestamptz not null default clock_timestamp()
        );
        create table batch (
          first_order bigint primary key,
          orders integer not null,
          done_at timestamptz not null default clock_timestamp()
        );
        create table undo (
          position integer generated always as identity primary key,
          statement text not null
        );
        create table person (
          number integer primary key,
          id text collate "C" not null,
          name text not null,
          email text not null,
          address jsonb not null,
          joined_at timestamptz not null
        );
        create table product (
          number integer primary key,
          id text collate "C" not null,
          sku text collate "C" not null,
          name text not null,
          category integer not null,
          price_cents bigint not null
        );
        create table hour (
          first_order bigint not null,
          orders integer not null,
          starts_at timestamptz not null,
          sale_product integer
        );
        create index hour_by_order on hour (first_order);

        -- From 0 up to 1, the same for the same arguments wherever it runs; \`what\` tells draws for one number apart.
        create function uniform(number bigint, what integer, seed integer) returns double precision
        language sql immutable parallel safe as $$
          select (hashint8extended(number, seed::bigint * 64 + what) & 9007199254740991)::double precision
            / 9007199254740992
        $$;`,
    },
  ],
};
