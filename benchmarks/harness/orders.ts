import { createHash } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import type { OrderItem } from '../../core/messages/shapes.ts';
import type { InitialStock } from '../../core/services/inventory/seed.ts';
import type { CheckoutRequest } from '../../core/services/orders/ports.ts';

/** What the shop of the benches sells: enough of everything, unless a bench is about scarcity. */
export function shelves(skus: number, unitsEach: number): readonly InitialStock[] {
  return Array.from({ length: skus }, (_, index) => ({
    sku: skuOf(index),
    warehouses: [{ id: 'main', onHand: unitsEach }],
  }));
}

export function skuOf(index: number): string {
  return `BENCH-${String(index).padStart(4, '0')}`;
}

/** The order that all benches and all peers place: `lines` of them, different products, a few units each. */
export function checkoutOf(number: number, skus: number, lines = 2): CheckoutRequest {
  const idempotencyKey = uuidv7();
  const items = Array.from({ length: lines }, (_, line): OrderItem => {
    // Neighbours in the row of orders share no product, and all products sell alike.
    const product = (number * 7 + line * 13 + line) % skus;
    return {
      productId: `product-${String(product)}`,
      sku: skuOf(product),
      name: `Product ${String(product)}`,
      quantity: 1 + ((number + line) % 3),
      priceCents: 1_999 + product,
    };
  });
  return {
    userId: `user-${String(number % 1_000)}`,
    email: `user-${String(number % 1_000)}@example.com`,
    customerName: 'Ada Bench',
    idempotencyKey,
    fingerprint: createHash('sha256').update(idempotencyKey).digest('hex'),
    items,
    currency: 'USD',
    shippingAddress: {
      street: '1 Main Street',
      city: 'Berlin',
      state: 'Berlin',
      zip: '10115',
      country: 'DE',
    },
    paymentMethod: { type: 'credit_card' },
  };
}
