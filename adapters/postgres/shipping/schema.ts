import type { SchemaMigrations } from '../database.ts';
import { cheaperUpkeep, engineChanges, engineMigrations, pauseChanges } from '../tables.ts';

export const SHIPPING_SCHEMA = 'shipping';

/** One row per shipment key; `booking` is null for the tombstone of a cancellation that came first (P16). */
export const shippingMigrations: SchemaMigrations = {
  schema: SHIPPING_SCHEMA,
  steps: [
    ...engineMigrations(),
    {
      name: 'shipments',
      sql: `
create table shipment (
  shipment_key text collate "C" primary key,
  order_id text collate "C" not null,
  status text not null check (status in
    ('scheduled', 'cancelling', 'cancelled', 'dispatched', 'in_transit', 'delivered', 'failed')),
  booking jsonb,
  reason text,
  origin jsonb not null,
  scheduled_at timestamptz not null,
  steps_done integer not null,
  next_update_at timestamptz,
  location jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null
) with (fillfactor = 60);
create index shipment_order on shipment (order_id);
create index shipment_due on shipment (next_update_at) where next_update_at is not null;
`,
    },
    ...engineChanges(),
    ...cheaperUpkeep(),
    ...pauseChanges(),
  ],
};
