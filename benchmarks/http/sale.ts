import type { InitialStock } from '../../core/services/inventory/seed.ts';
import { shelves } from '../harness/orders.ts';

/** Products of which there is enough for everybody; the one on sale comes after them. */
export const ORDINARY_SKUS = 1_000;
export const SALE_PRODUCT_ID = `product-${String(ORDINARY_SKUS)}`;
export const SALE_UNITS = 100;

const UNITS_EACH = 10_000_000;

/** The shelves of a shop with a product on sale. */
export function stockWithSale(): readonly InitialStock[] {
  return shelves(ORDINARY_SKUS + 1, UNITS_EACH).map((each, index) =>
    index === ORDINARY_SKUS ? { ...each, warehouses: [{ id: 'main', onHand: SALE_UNITS }] } : each,
  );
}
