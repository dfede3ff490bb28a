import type { TableSpec } from '../../engine/ports.ts';

/**
 * The tables of the orders service that decisions write, in the shape of `OrderView`. Rows give jsonb columns as
 * plain objects, timestamptz columns as ISO 8601 text, money as integer cents.
 */

/** An order as it was placed; written once, by intake. */
export const ORDER_TABLE: TableSpec = {
  name: 'order',
  table: 'orders',
  write: 'insert',
  key: ['id'],
  columns: {
    id: 'text',
    user_id: 'text',
    customer_name: 'text',
    email: 'text',
    status: 'text',
    saga_state: 'text',
    total_cents: 'bigint',
    currency: 'text',
    shipping_address: 'jsonb',
    payment: 'jsonb',
    shipment: 'jsonb',
    reason: 'text',
    waiting_for: 'text',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
    version: 'integer',
  },
};

/** The lines as the shopper ordered them (not merged); `line` counts from 0. `created_at` is the order's. */
export const ORDER_ITEM_TABLE: TableSpec = {
  name: 'order_item',
  table: 'order_item',
  write: 'insert',
  key: ['order_id', 'line'],
  columns: {
    order_id: 'text',
    line: 'integer',
    product_id: 'text',
    sku: 'text',
    name: 'text',
    quantity: 'integer',
    price_cents: 'bigint',
    created_at: 'timestamptz',
  },
};

/** How far an order has come; written with every message its saga handles. */
export const ORDER_PROGRESS_TABLE: TableSpec = {
  name: 'order_progress',
  table: 'orders',
  write: 'update',
  key: ['id'],
  columns: {
    id: 'text',
    status: 'text',
    saga_state: 'text',
    payment: 'jsonb',
    shipment: 'jsonb',
    reason: 'text',
    waiting_for: 'text',
    updated_at: 'timestamptz',
    version: 'integer',
  },
};

export const ORDER_TABLES: readonly TableSpec[] = [ORDER_TABLE, ORDER_ITEM_TABLE, ORDER_PROGRESS_TABLE];
