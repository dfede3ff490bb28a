import type { TableSpec } from '../../engine/ports.ts';

/**
 * The tables of the inventory service that stock actors write. They always equal what the actors decided: rows and
 * actor are written in one transaction.
 */

/** Levels of one SKU in one warehouse, absolute. */
export const stockTable: TableSpec = {
  name: 'stock',
  table: 'stock',
  write: 'upsert',
  key: ['sku', 'warehouse_id'],
  columns: { sku: 'text', warehouse_id: 'text', on_hand: 'bigint', reserved: 'bigint' },
};

/** The one reservation of an order and SKU, in whatever state; `allocations` is `[[warehouse id, units], …]`. */
export const reservationTable: TableSpec = {
  name: 'reservation',
  table: 'reservation',
  write: 'upsert',
  key: ['order_id', 'sku'],
  columns: {
    order_id: 'text',
    sku: 'text',
    quantity: 'integer',
    status: 'text',
    allocations: 'jsonb',
    freed: 'integer',
    restocked: 'integer',
    expires_at: 'timestamptz',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  },
};

/**
 * Every movement, and every operator's correction or transfer with its outcome; never changed. The levels after it are
 * those of its warehouse; null where the SKU has none there, and on rows of earlier builds.
 */
export const ledgerTable: TableSpec = {
  name: 'stock_ledger',
  table: 'stock_ledger',
  write: 'insert',
  key: ['message_id', 'line'],
  columns: {
    message_id: 'text',
    line: 'integer',
    sku: 'text',
    warehouse_id: 'text',
    kind: 'text',
    on_hand_delta: 'bigint',
    reserved_delta: 'bigint',
    on_hand_after: 'bigint',
    reserved_after: 'bigint',
    order_id: 'text',
    reason: 'text',
    at: 'timestamptz',
  },
};

export const inventoryTables = [stockTable, reservationTable, ledgerTable] as const;

/** What a ledger row tells of. What was refused moves nothing; its reason is the error's code. */
export const LEDGER_KINDS = [
  'seeded',
  'held',
  'committed',
  'freed',
  'restocked',
  'expired',
  'adjusted',
  'adjust_refused',
  'transferred',
  'transfer_refused',
] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** Whether the row tells that what an operator asked for was refused. */
export function isRefusal(kind: LedgerKind): boolean {
  return kind === 'adjust_refused' || kind === 'transfer_refused';
}
