import type { OrderStatus } from '../../../messages/status.ts';
import type { UsedPlace } from './ports.ts';

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
