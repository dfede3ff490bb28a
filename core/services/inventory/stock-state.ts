import type { Level } from './levels.ts';
import { noneRecent, type Recent } from './recent.ts';
import type { Reservation } from './reservation.ts';

/** What a stock actor knows; all but `recent` is its snapshot. */
export interface StockState {
  readonly sku: string;
  /** Empty for a SKU that was never stocked. */
  readonly levels: readonly Level[];
  /** When the expiry timer fires; null: none armed. */
  readonly alarmAt: number | null;
  /** When availability was last told to the world, milliseconds. */
  readonly toldAt: number;
  /** Reservations touched last, by order id; newer than their rows (I5). Not in the snapshot. */
  readonly recent: Recent<Reservation>;
}

/** Stock of a SKU that nobody has reserved from yet. */
export function newStock(sku: string, levels: readonly Level[]): StockState {
  return { sku, levels, alarmAt: null, toldAt: 0, recent: noneRecent() };
}
