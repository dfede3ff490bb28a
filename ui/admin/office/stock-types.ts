/** The stock as the API shows it. */
import type {
  LedgerEntry,
  StockItem as CoreStockItem,
  StockSummary,
} from '../../../core/services/inventory/board.ts';
import type { WarehouseLevel } from '../../../core/services/inventory/ports.ts';

export type { LedgerEntry, StockSummary };
export type { ImportLineView, StockImport } from '../../../core/services/inventory/stock-import.ts';
export type { Reconciliation, StockDifference } from '../../../core/services/inventory/reconciliation.ts';

export interface Warehouse {
  readonly id: string;
  readonly name: string;
}

export interface NamedLevel extends WarehouseLevel {
  readonly name: string;
}

export interface StockItem extends Omit<CoreStockItem, 'warehouses'> {
  readonly warehouses: readonly NamedLevel[];
  readonly product: {
    readonly id: string;
    readonly name: string;
    readonly imageUrl: string;
    readonly active: boolean;
  } | null;
  readonly flashSale: { readonly startsAt: string; readonly endsAt: string; readonly units: number } | null;
}

/** What the live topic of the stock carries. */
export interface StockNews {
  readonly items?: readonly CoreStockItem[];
  readonly summary: StockSummary;
  readonly complete?: boolean;
}
