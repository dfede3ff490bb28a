import type { DataOf } from '../../core/messages/catalogue.ts';
import type { OrderInput } from '../../core/messages/order-input.ts';
import type { OrderContext } from './context.ts';

/**
 * What an order was placed with: what its first log row was told, and of the rest what the order knows today, which it only
 * learns more of (newOrder). A person who was forgotten since is missing from the row and stays forgotten.
 */
export function orderInputOf(today: OrderContext, told: Partial<DataOf<'order.placed'>>): OrderInput {
  return {
    orderId: today.orderId,
    userId: today.userId,
    email: told.email ?? today.email,
    customerName: told.customerName ?? today.customerName,
    lines: today.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    totalCents: today.totalCents,
    currency: today.currency,
    shippingAddress: told.shippingAddress ?? today.shippingAddress,
    paymentMethod: today.paymentMethod,
    placedAt: today.placedAt,
    policy: today.policy,
  };
}
