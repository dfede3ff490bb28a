import type { AdjustOutcome, AdjustOutcomes } from '../../../core/services/inventory/adjust.ts';
import type {
  InventoryQueries,
  ReservationView,
  StockLevel,
} from '../../../core/services/inventory/ports.ts';
import {
  isRefusal,
  type LedgerKind,
  ledgerTable,
  reservationTable,
  stockTable,
} from '../../../core/services/inventory/tables.ts';
import type { MemoryDatabase } from './database.ts';
import { compareText } from './sorted-list.ts';
import type { MemoryTable, Row } from './table.ts';

/** Reads of the inventory service, and the outcomes of corrections. Each looks at every row: nothing hot asks. */
export class MemoryInventoryQueries implements InventoryQueries, AdjustOutcomes {
  readonly #stock: MemoryTable;
  readonly #reservations: MemoryTable;
  readonly #ledger: MemoryTable;

  constructor(database: MemoryDatabase) {
    const tables = database.service('inventory');
    this.#stock = tables.table(stockTable.table);
    this.#reservations = tables.table(reservationTable.table);
    this.#ledger = tables.table(ledgerTable.table);
  }

  find(sku: string): Promise<StockLevel | undefined> {
    const warehouses = this.#levels(sku);
    return Promise.resolve(warehouses.length === 0 ? undefined : { sku, warehouses });
  }

  available(skus: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const units = (sku: string): number =>
      this.#levels(sku).reduce((sum, { available }) => sum + available, 0);
    return Promise.resolve(new Map(skus.map((sku) => [sku, units(sku)])));
  }

  soldOut(): Promise<readonly string[]> {
    const skus = new Set([...this.#stock.rows.values()].map((row) => row['sku'] as string));
    return Promise.resolve(
      [...skus].filter((sku) => this.#levels(sku).every(({ available }) => available <= 0)),
    );
  }

  reservations(orderId: string): Promise<readonly ReservationView[]> {
    const views = [...this.#reservations.rows.values()]
      .filter((row) => row['order_id'] === orderId)
      .map(viewOf);
    return Promise.resolve(views.sort((one, other) => compareText(one.sku, other.sku)));
  }

  outcomes(messageIds: readonly string[]): Promise<ReadonlyMap<string, AdjustOutcome>> {
    const found = messageIds.flatMap((messageId) => {
      const row = this.#ledger.find(messageId, 0);
      return row === undefined ? [] : [[messageId, outcomeOf(row)] as const];
    });
    return Promise.resolve(new Map(found));
  }

  #levels(sku: string): StockLevel['warehouses'] {
    const rows = [...this.#stock.rows.values()].filter((row) => row['sku'] === sku);
    return rows
      .map((row) => {
        const onHand = row['on_hand'] as number;
        const reserved = row['reserved'] as number;
        return { id: row['warehouse_id'] as string, onHand, reserved, available: onHand - reserved };
      })
      .sort((one, other) => compareText(one.id, other.id));
  }
}

function outcomeOf(row: Row): AdjustOutcome {
  if (!isRefusal(row['kind'] as LedgerKind)) return { adjusted: true };
  return { adjusted: false, code: (row['reason'] as string | null) ?? 'refused' };
}

function viewOf(row: Row): ReservationView {
  const allocations = row['allocations'] as readonly (readonly [warehouseId: string, quantity: number])[];
  return {
    orderId: row['order_id'] as string,
    sku: row['sku'] as string,
    quantity: row['quantity'] as number,
    status: row['status'] as ReservationView['status'],
    allocations: allocations.map(([warehouseId, quantity]) => ({ warehouseId, quantity })),
    expiresAt: row['status'] === 'held' ? (row['expires_at'] as string | null) : null,
    createdAt: row['created_at'] as string,
    updatedAt: row['updated_at'] as string,
  };
}
