import type { SchemaMigrations } from '../database.ts';
import { cheaperUpkeep, engineChanges, engineMigrations, pauseChanges } from '../tables.ts';

/** The schema of the inventory service: the engine's tables first, then what stock actors write. */
export const inventoryMigrations: SchemaMigrations = {
  schema: 'inventory',
  steps: [
    ...engineMigrations(),
    {
      name: 'stock, reservations, ledger',
      sql: `
        create table stock (
          sku text collate "C" not null,
          warehouse_id text collate "C" not null,
          on_hand bigint not null,
          reserved bigint not null,
          primary key (sku, warehouse_id),
          check (reserved >= 0 and on_hand >= reserved)
        ) with (fillfactor = 50);

        create table reservation (
          order_id text collate "C" not null,
          sku text collate "C" not null,
          quantity integer not null,
          status text collate "C" not null,
          allocations jsonb not null,
          freed integer not null,
          restocked integer not null,
          expires_at timestamptz,
          created_at timestamptz not null,
          updated_at timestamptz not null,
          primary key (order_id, sku)
        ) with (fillfactor = 80);
        -- What expires first, per SKU; small, because paid reservations leave it.
        create index reservation_held on reservation (sku, expires_at, order_id) where status = 'held';
        -- Tombstones (P16), which go after their time.
        create index reservation_tombstone on reservation (updated_at) where expires_at is null;

        create table stock_ledger (
          message_id text collate "C" not null,
          line integer not null,
          sku text collate "C" not null,
          warehouse_id text collate "C" not null,
          kind text collate "C" not null,
          on_hand_delta bigint not null,
          reserved_delta bigint not null,
          order_id text collate "C",
          reason text,
          at timestamptz not null,
          primary key (message_id, line)
        );`,
    },
    ...engineChanges(),
    ...cheaperUpkeep(),
    {
      name: 'the ledger is read by SKU; thresholds, imports, reconciliations',
      sql: `
        create sequence stock_ledger_seq;
        alter table stock_ledger
          add column on_hand_after bigint,
          add column reserved_after bigint,
          -- The order within a millisecond; rows of earlier builds have none.
          add column seq bigint;
        alter table stock_ledger alter column seq set default nextval('inventory.stock_ledger_seq');
        create index stock_ledger_of_sku on stock_ledger (sku, at);

        create table stock_threshold (
          sku text collate "C" primary key,
          units integer not null check (units >= 0),
          set_by text collate "C" not null,
          set_at timestamptz not null default clock_timestamp()
        );

        create table stock_import (
          id text collate "C" primary key,
          state text collate "C" not null check (state in ('previewed', 'applying', 'applied')),
          created_at timestamptz not null default clock_timestamp(),
          created_by text collate "C" not null,
          reason text,
          applied_by text collate "C",
          applied_at timestamptz
        );
        create index stock_import_applying on stock_import (id) where state = 'applying';
        create table stock_import_line (
          import_id text collate "C" not null references stock_import (id) on delete cascade,
          line integer not null,
          sku text collate "C" not null,
          warehouse_id text collate "C" not null,
          on_hand bigint,
          delta bigint,
          errors jsonb,
          outcome text collate "C",
          primary key (import_id, line)
        ) with (fillfactor = 70);
        comment on column stock_import_line.on_hand is 'as it was at the preview; null: not kept there';

        create table reconciliation (
          id text collate "C" primary key,
          started_at timestamptz not null default clock_timestamp(),
          finished_at timestamptz,
          asked_by text collate "C",
          skus integer not null default 0,
          differences integer not null default 0,
          problem text
        );
        create table reconciliation_difference (
          reconciliation_id text collate "C" not null references reconciliation (id) on delete cascade,
          sku text collate "C" not null,
          warehouse_id text collate "C" not null,
          kind text collate "C" not null,
          counter bigint not null,
          told bigint not null,
          primary key (reconciliation_id, sku, warehouse_id, kind)
        );`,
    },
    ...pauseChanges(),
  ],
};
