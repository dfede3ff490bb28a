import type { Category } from '../../core/services/catalog/demo.ts';
import type { Product } from '../../core/services/catalog/ports.ts';
import type { InitialStock } from '../../core/services/inventory/seed.ts';

export const BENCH_CATEGORY: Category = { id: 'bench', name: 'Bench' };

/** A product for each SKU, the one at position N with the id and the price that `checkoutOf` gives product N. */
export function productsOf(stock: readonly InitialStock[]): readonly Product[] {
  return stock.map(({ sku }, index) => ({
    id: `product-${String(index)}`,
    sku,
    name: `Product ${String(index)}`,
    description: 'One of many that sell alike.',
    category: BENCH_CATEGORY.id,
    priceCents: 1_999 + index,
    costCents: 1_000,
    currency: 'USD',
    imageUrl: '',
  }));
}
