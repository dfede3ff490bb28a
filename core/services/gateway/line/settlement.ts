import type { OrderStatus } from '../../../messages/status.ts';
import type { LineUnits, UsedPlace } from './ports.ts';

/** Placing an order is answered long before; after this the process that placed it is gone. */
const PLACING_MS_MAX = 15_000;

/** Statuses of orders that have not paid yet: their units may come back. */
const UNPAID: ReadonlySet<OrderStatus> = new Set(['pending', 'awaiting_payment', 'in_review']);

/**
 * What becomes of the units of an order that was placed on a turn. Pure. `status` is undefined while the order is not known.
 */
export function settlementOf(
  place: UsedPlace,
  status: OrderStatus | undefined,
): 'open' | 'look_up' | 'sold' | 'released' {
  if (place.orderId === null) return place.usedForMs > PLACING_MS_MAX ? 'look_up' : 'open';
  if (status === undefined || UNPAID.has(status)) return 'open';
  return status === 'cancelled' || status === 'failed' ? 'released' : 'sold';
}

/**
 * How many more turns there are units for. Pure. `shelf`: units of the product that are free, and those that are free or
 * held. `sold_out`: units of the sale are left, but none of the product, and no order is open whose end could bring one
 * back. A sale of which nothing was sold yet may still be waiting for its goods.
 */
export function turnsFree(
  { units, sold, inOrders, onTurns }: LineUnits,
  shelf: { readonly available: number; readonly onHand: number },
): number | 'sold_out' {
  if (sold > 0 && inOrders === 0 && shelf.onHand <= 0) return 'sold_out';
  // What open turns will take is still on the shelf.
  return Math.max(0, Math.min(units - sold - inOrders - onTurns, shelf.available - onTurns));
}
