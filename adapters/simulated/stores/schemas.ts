import type { TableSpec } from '../../../core/engine/ports.ts';
import { ledgerTable, reservationTable, stockTable } from '../../../core/services/inventory/tables.ts';
import { ORDER_ITEM_TABLE, ORDER_TABLE } from '../../../core/services/orders/tables.ts';
import { compareText } from './sorted-list.ts';
import type { Row, TableRules } from './table.ts';

/** Keys of checkouts and what they placed (P21); written by intake alone. */
export const IDEMPOTENCY_TABLE: TableSpec = {
  name: 'idempotency',
  table: 'idempotency',
  write: 'upsert',
  key: ['user_id', 'key'],
  columns: {
    user_id: 'text',
    key: 'text',
    fingerprint: 'text',
    order_id: 'text',
    total_cents: 'bigint',
    created_at: 'timestamptz',
  },
};

/** Specs of tables that no decision writes, by service. */
export const STORE_TABLES: Readonly<Record<string, readonly TableSpec[]>> = { orders: [IDEMPOTENCY_TABLE] };

/** The holds of a SKU, those that expire first in front, as the partial index of the real table has them. */
export const HELD_INDEX = 'held';

/** What the platform's migrations say of each table; schemas.test.ts holds both equal. */
export const PLATFORM_RULES: Readonly<Record<string, TableRules>> = {
  orders: allBut(ORDER_TABLE, ['shipment', 'reason', 'waiting_for']),
  order_item: allBut(ORDER_ITEM_TABLE, []),
  idempotency: allBut(IDEMPOTENCY_TABLE, []),
  stock: { ...allBut(stockTable, []), check: isPossibleLevel },
  reservation: {
    ...allBut(reservationTable, ['expires_at']),
    indexes: { [HELD_INDEX]: { groupOf: skuOfHold, compare: compareHolds } },
  },
  stock_ledger: allBut(ledgerTable, ['order_id', 'reason', 'on_hand_after', 'reserved_after']),
};

function allBut({ columns }: TableSpec, nullable: readonly string[]): TableRules {
  return { required: Object.keys(columns).filter((column) => !nullable.includes(column)) };
}

function isPossibleLevel(row: Row): boolean {
  const reserved = row['reserved'] as number;
  return reserved >= 0 && (row['on_hand'] as number) >= reserved;
}

function skuOfHold(row: Row): string | undefined {
  return row['status'] === 'held' ? (row['sku'] as string) : undefined;
}

/** Times are ISO 8601 text of one length, so their order is that of the text; a hold without an end comes last. */
function compareHolds(one: Row, other: Row): number {
  return (
    compareText(endOf(one), endOf(other)) ||
    compareText(one['order_id'] as string, other['order_id'] as string)
  );
}

function endOf(row: Row): string {
  return (row['expires_at'] as string | null) ?? '~';
}
