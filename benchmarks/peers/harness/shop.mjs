// @ts-check
import { checkoutOf, skuOf } from '../../../dist/benchmarks/harness/orders.js';

/**
 * Owns: what is sold and what is ordered, the same for every peer and for our own benches.
 *
 * @typedef {import('../../../core/services/orders/ports.ts').CheckoutRequest} Order
 * @typedef {'confirmed' | 'cancelled'} Verdict Confirmed: paid, its stock taken, its shipment scheduled.
 */

const SKUS = 1_000;
const UNITS_EACH = 10_000_000;
const SALE_SKU = 'BENCH-SALE';

export const SALE_UNITS = 100;
export const SALE_BUYERS = 10_000;

/** What lies on the shelves at first. */
export const STOCK = [
  ...Array.from({ length: SKUS }, (_, index) => ({ sku: skuOf(index), units: UNITS_EACH })),
  { sku: SALE_SKU, units: SALE_UNITS },
];

/**
 * Two lines of different products.
 * @param {number} number
 * @returns {Order}
 */
export function ordinaryOrder(number) {
  return /** @type {Order} */ (checkoutOf(number, SKUS));
}

/**
 * One unit of what everybody wants.
 * @param {number} number
 * @returns {Order}
 */
export function saleOrder(number) {
  const item = { productId: 'product-sale', sku: SALE_SKU, name: 'Sale', quantity: 1, priceCents: 999 };
  return { ...ordinaryOrder(number), userId: `buyer-${number}`, items: [item] };
}

/** @param {Order} order */
export function idOf(order) {
  return order.idempotencyKey;
}

/** @param {Order} order */
export function totalCentsOf({ items }) {
  return items.reduce((total, { quantity, priceCents }) => total + quantity * priceCents, 0);
}

/** @param {Order} order */
export function unitsOf({ items }) {
  return items.reduce((units, { quantity }) => units + quantity, 0);
}
