import type { FlashSale, Product } from '../../core/services/catalog/ports.ts';
import type { OrderView, SagaLogEntry } from '../../core/services/orders/ports.ts';

/** A product as shoppers see it: with what can be had of it now, without what it cost; admins see both. */
export function presentProduct(
  product: Product,
  now: { readonly available: number; readonly sale: FlashSale | undefined },
  forAdmin: boolean,
) {
  const { costCents, ...shown } = product;
  const { available, sale } = now;
  return {
    ...shown,
    available,
    flashSale: sale === undefined ? null : { id: sale.id, startsAt: sale.startsAt, endsAt: sale.endsAt },
    ...(forAdmin ? { costCents } : {}),
  };
}

/**
 * An order as its owner sees it. What an operator needs stays with operators: whom the saga waits for, and why a
 * review was asked for, which would teach a fraudster.
 */
export function presentOrder(order: OrderView, forAdmin: boolean): Omit<OrderView, 'waitingFor'> {
  if (forAdmin) return order;
  const { waitingFor: _waitingFor, ...shown } = order;
  return shown.status === 'in_review' ? { ...shown, reason: 'in_review' } : shown;
}

/** Messages that carry what the shop's people wrote for each other, or how fraud is found. */
const INTERNAL = [
  'fraud.',
  'order.review.',
  'order.repair.',
  'order.cancel.',
  'order.refund.',
  'shipping.dispatch.',
] as const;

/** A log entry as the order's owner sees it. */
export function presentEntry(entry: SagaLogEntry, forAdmin: boolean): SagaLogEntry {
  const internal = INTERNAL.some((area) => entry.type.startsWith(area));
  return forAdmin || !internal ? entry : { ...entry, detail: null };
}
