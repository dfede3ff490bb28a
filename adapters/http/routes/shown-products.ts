import type { FastifyRequest } from 'fastify';
import { BatchedLookup } from '../../../core/services/batched-lookup.ts';
import { saleByProduct } from '../../../core/services/catalog/flash-sales.ts';
import type { FlashSales, Product } from '../../../core/services/catalog/ports.ts';
import type { InventoryQueries } from '../../../core/services/inventory/ports.ts';
import { isAdmin } from '../authentication.ts';
import { presentProduct } from '../present.ts';

const STOCK_KEYS_MAX = 500;

export type ShownProduct = ReturnType<typeof presentProduct>;

/** Products as whoever asks sees them, with their stock and sales now; stock is looked up for many at once. */
export function showsProducts(deps: {
  readonly inventory: Pick<InventoryQueries, 'available'>;
  readonly sales: Pick<FlashSales, 'current'>;
}): (
  request: FastifyRequest,
  products: readonly Product[],
  /** By SKU, where somebody has asked for it already. */
  levelsNow?: ReadonlyMap<string, number>,
) => Promise<ShownProduct[]> {
  const stock = new BatchedLookup((skus) => deps.inventory.available(skus), STOCK_KEYS_MAX);
  return async (request, products, levelsNow) => {
    const [sales, ...levels] = await Promise.all([
      deps.sales.current(),
      ...products.map(({ sku }) => levelsNow?.get(sku) ?? stock.find(sku)),
    ]);
    const saleOf = saleByProduct(sales, Date.now());
    return products.map((product, index) =>
      presentProduct(
        product,
        { available: levels[index] ?? 0, sale: saleOf.get(product.id) },
        isAdmin(request),
      ),
    );
  };
}
