/** What operators see of the stock: levels with their thresholds, and the ledger. Read beside the stock actors. */
import type { WarehouseLevel } from './ports.ts';
import { LOW_STOCK_UNITS } from './stock-draft.ts';
import type { LedgerKind } from './tables.ts';

/** At or below this many units a SKU is low, unless it has a threshold of its own. */
export const THRESHOLD_DEFAULT = LOW_STOCK_UNITS;
export const THRESHOLD_MAX = 1_000_000;

export const STOCK_LEVELS = ['all', 'low', 'out'] as const;

export interface StockItem {
  readonly sku: string;
  readonly warehouses: readonly WarehouseLevel[];
  /** Sums over `warehouses`. */
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
  /** Units at or below which it is low. */
  readonly threshold: number;
  /** Whether somebody has set it; else it is the default. */
  readonly thresholdSet: boolean;
  readonly level: 'ok' | 'low' | 'out';
}

export interface StockFilter {
  /** Part of a SKU, in any case. */
  readonly words?: string;
  /** SKUs that count as found by `words` too, such as those whose products have them in their names. */
  readonly skus?: readonly string[];
  /** Only what is kept there, and only the units there. */
  readonly warehouse?: string;
  /** `low`: something is left, but not more than the threshold; `out`: nothing is. */
  readonly level: (typeof STOCK_LEVELS)[number];
  readonly limit: number;
  readonly cursor?: string;
}

export interface StockSummary {
  readonly skus: number;
  readonly low: number;
  readonly out: number;
}

/** One movement, or what was refused; the newest come first. */
export interface LedgerEntry {
  readonly messageId: string;
  readonly line: number;
  readonly at: string;
  readonly kind: LedgerKind;
  readonly warehouseId: string;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  /** The warehouse's level after it; null where nobody wrote it down. */
  readonly onHandAfter: number | null;
  readonly reservedAfter: number | null;
  readonly orderId: string | null;
  readonly reason: string | null;
}

export interface CursorPage<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface StockBoard {
  /** By SKU. Rejects with OrreryError `bad_cursor`. */
  list(filter: StockFilter): Promise<CursorPage<StockItem>>;
  /** Those of the SKUs that were ever stocked. */
  items(skus: readonly string[]): Promise<ReadonlyMap<string, StockItem>>;
  /** Exact, over everything. */
  summary(): Promise<StockSummary>;
  /** Rejects with OrreryError `bad_cursor`. */
  ledger(
    sku: string,
    page: { readonly warehouse?: string; readonly limit: number; readonly cursor?: string },
  ): Promise<CursorPage<LedgerEntry>>;
  /** Null: the default again. */
  setThreshold(sku: string, units: number | null, by: string): Promise<void>;
}

/** What a level means, for lists and alarms alike. */
export function levelOf(available: number, threshold: number): StockItem['level'] {
  if (available <= 0) return 'out';
  return available <= threshold ? 'low' : 'ok';
}
