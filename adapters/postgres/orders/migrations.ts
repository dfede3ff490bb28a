import type { SchemaMigrations } from '../database.ts';
import { consoleFigures, consoleIndexes } from './console-indexes.ts';
import { cheaperUpkeep, engineChanges, engineMigrations, pauseChanges } from '../tables.ts';

/**
 * The schema of the orders service: the engine's tables first, then orders as they are shown, their lines, and the
 * idempotency keys of checkout.
 *
 * `known_product` and `known_customer` hold each product and customer that ever appeared in an order once, so that
 * a search by part of a name reads thousands of rows and not every order's (queries.ts).
 */
export const ordersMigrations: SchemaMigrations = {
  schema: 'orders',
  steps: [
    ...engineMigrations(),
    {
      name: 'orders, items, idempotency keys',
      sql: `
        create table orders (
          id text collate "C" primary key,
          user_id text collate "C" not null,
          customer_name text not null,
          email text not null,
          status text collate "C" not null,
          saga_state text collate "C" not null,
          total_cents bigint not null,
          currency text not null,
          shipping_address jsonb not null,
          payment jsonb not null,
          shipment jsonb,
          reason text,
          waiting_for text,
          created_at timestamptz not null,
          updated_at timestamptz not null,
          version integer not null
        ) with (fillfactor = 70);
        create index orders_of_user on orders (user_id, created_at desc, id desc);
        create index orders_by_status on orders (status, created_at desc, id desc);
        create index orders_by_time on orders (created_at desc, id desc);
        create index orders_by_total on orders (total_cents desc, id desc);

        create table order_item (
          order_id text collate "C" not null,
          line integer not null,
          product_id text collate "C" not null,
          sku text collate "C" not null,
          name text not null,
          quantity integer not null,
          price_cents bigint not null,
          created_at timestamptz not null,
          primary key (order_id, line)
        );
        -- So that the planner knows a product that sells a thousand times more than another.
        alter table order_item alter product_id set statistics 1000;
        create index order_item_by_product on order_item (product_id, created_at desc);

        create table known_product (
          product_id text collate "C" primary key,
          sku text collate "C" not null,
          name text not null
        );
        create table known_customer (
          user_id text collate "C" primary key,
          customer_name text not null,
          email text not null
        );

        create table idempotency (
          user_id text collate "C" not null,
          key text collate "C" not null,
          fingerprint text collate "C" not null,
          order_id text collate "C" not null,
          total_cents bigint not null,
          created_at timestamptz not null,
          primary key (user_id, key)
        );
        create index idempotency_by_time on idempotency (created_at);`,
    },
    ...engineChanges(),
    {
      name: 'statuses change in place',
      // A status in an index would make each of an order's changes a new entry in all of them. Open orders are few, so
      // those of one status are found among them; the others are found by the status they ended with.
      sql: `
        alter table orders add column final_status text collate "C"
          generated always as (case when status in ('delivered', 'cancelled') then status end) stored;
        drop index orders_by_status;
        create index orders_open on orders (created_at desc, id desc) where final_status is null;
        create index orders_final on orders (final_status, created_at desc, id desc) where final_status is not null;`,
    },
    ...cheaperUpkeep(),
    {
      name: 'room for the next versions of orders',
      // Orders that came together share a page and move on together: with half of it free each finds its next version
      // on that page, and none of five indexes has to learn of it. Statistics of JSON: as of actors (tables.ts).
      sql: `
        alter table orders set (fillfactor = 45);
        alter table orders
          alter column shipping_address set statistics 0,
          alter column payment set statistics 0,
          alter column shipment set statistics 0;`,
    },
    ...consoleIndexes(),
    {
      name: 'tallies, and the logs by time',
      // A tally is added in the commit it counts and taken away by the one that adds it up, so none is lost or counted twice.
      // Logs grow in the order of their times: a range of pages knows its times, and a commit has no index to keep.
      sql: `
        create table tally (
          id text collate "C" not null,
          at timestamptz not null,
          counts jsonb not null
        ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
        create table tally_minute (
          minute timestamptz not null,
          name text collate "C" not null,
          count bigint not null,
          cents bigint not null,
          primary key (minute, name)
        ) with (fillfactor = 50);
        create table tally_total (
          name text collate "C" primary key,
          count bigint not null,
          cents bigint not null
        ) with (fillfactor = 20);
        create index actor_log_by_time on actor_log using brin (at) with (pages_per_range = 32);`,
    },
    ...consoleFigures(),
    ...pauseChanges(),
  ],
};
