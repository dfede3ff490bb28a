import type { SchemaMigrations } from '../database.ts';

/** The schema of the catalog service. */
export const catalogMigrations: SchemaMigrations = {
  schema: 'catalog',
  steps: [
    {
      name: 'categories and products',
      sql: `
        create table category (
          id text collate "C" primary key,
          name text not null,
          position integer not null
        );
        create table product (
          id text collate "C" primary key,
          sku text collate "C" not null unique,
          name text not null,
          description text not null,
          category_id text collate "C" not null references category (id),
          price_cents bigint not null check (price_cents >= 0),
          cost_cents bigint not null check (cost_cents >= 0),
          currency text collate "C" not null,
          image_url text not null,
          created_at timestamptz not null default now(),
          search tsvector not null generated always as (
            setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', description), 'C')
          ) stored
        );
        create index product_by_category on product (category_id, name, id);
        create index product_by_name on product (name, id);
        create index product_by_price on product (price_cents, id);
        create index product_by_time on product (created_at desc, id);
        create index product_search on product using gin (search);`,
    },
    {
      name: 'flash sales',
      sql: `
        create table flash_sale (
          id text collate "C" primary key,
          product_id text collate "C" not null references product (id),
          starts_at timestamptz not null,
          ends_at timestamptz not null,
          units integer not null check (units > 0),
          planned_by text collate "C" not null,
          planned_at timestamptz not null default now()
        );
        create index flash_sale_by_end on flash_sale (ends_at);`,
    },
    {
      name: 'products are kept: for sale or not, prices to come, pictures',
      sql: `
        alter table product add column active boolean not null default true;
        create table price_change (
          id text collate "C" primary key,
          product_id text collate "C" not null references product (id) on delete cascade,
          price_cents bigint not null check (price_cents >= 0),
          previous_cents bigint,
          from_at timestamptz not null,
          set_by text collate "C" not null,
          set_at timestamptz not null default clock_timestamp(),
          applied_at timestamptz,
          cancelled_at timestamptz
        );
        create index price_change_of_product on price_change (product_id, from_at desc, id desc);
        create index price_change_due on price_change (from_at, id) where applied_at is null and cancelled_at is null;
        create table picture (
          product_id text collate "C" primary key references product (id) on delete cascade,
          type text collate "C" not null,
          bytes bytea not null,
          set_at timestamptz not null default clock_timestamp()
        );
        -- Compressed already.
        alter table picture alter column bytes set storage external;`,
    },
    {
      name: 'products tell which transaction changed them last',
      // Whoever keeps products in memory reads what the transactions changed that had not ended at its last look: numbers
      // of transactions miss nothing, where times and sequences miss what was committed late.
      sql: `
        alter table product add column changed_in xid8 not null default pg_current_xact_id();
        create index product_by_change on product (changed_in);
        create function stamp_changed_product() returns trigger language plpgsql as $$
          begin
            new.changed_in := pg_current_xact_id();
            return new;
          end $$;
        create trigger product_changed before update on product
          for each row execute function stamp_changed_product();`,
    },
    {
      name: 'what a language model made of products and of searches',
      sql: `
        -- A byte a number.
        create table product_embedding (
          model text collate "C" not null,
          product_id text collate "C" not null references product (id) on delete cascade,
          -- Of the text that was embedded.
          text_hash text collate "C" not null,
          vector bytea not null,
          embedded_at timestamptz not null default clock_timestamp(),
          changed_in xid8 not null default pg_current_xact_id(),
          primary key (model, product_id)
        );
        create index product_embedding_of_product on product_embedding (product_id);
        create index product_embedding_by_change on product_embedding (changed_in);
        create table query_embedding (
          model text collate "C" not null,
          -- Of the words, which are not kept.
          hash text collate "C" not null,
          vector bytea not null,
          embedded_at timestamptz not null default clock_timestamp(),
          primary key (model, hash)
        );
        create index query_embedding_by_time on query_embedding (embedded_at);
        create table embedding_lease (
          model text collate "C" primary key,
          owner text collate "C" not null,
          lease_until timestamptz not null
        );`,
    },
  ],
};
