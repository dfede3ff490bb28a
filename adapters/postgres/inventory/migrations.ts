import type { SchemaMigrations } from '../database.ts';
import { cheaperUpkeep, engineChanges, engineMigrations } from '../tables.ts';

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
  ],
};
