/** The catalog service as others see it. Money in integer cents. */
import type { SearchUnderstood } from '../../models/search/product-search.ts';
import type { Understood } from '../../models/search/understand/understand.ts';

export interface Product {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly priceCents: number;
  readonly costCents: number;
  readonly currency: string;
  readonly imageUrl: string;
}

export const PRODUCT_SORTS = ['name', '-name', 'price', '-price', 'newest'] as const;
export type ProductSort = (typeof PRODUCT_SORTS)[number];

/** How a search may be sorted: also by how well a product matches. */
export const SEARCH_SORTS = ['relevance', ...PRODUCT_SORTS] as const;
export type SearchSort = (typeof SEARCH_SORTS)[number];

export interface CategoryView {
  readonly id: string;
  readonly name: string;
  readonly products: number;
  /** The picture of its first product by name; null while it has none. */
  readonly imageUrl: string | null;
}

/** What narrows a list of products. */
export interface ProductFilter {
  readonly category?: string;
  readonly priceMinCents?: number;
  readonly priceMaxCents?: number;
  /** SKUs to leave out, such as those the inventory has run out of. */
  readonly withoutSkus?: readonly string[];
  readonly page: number;
  readonly limit: number;
}

export interface ProductPage {
  readonly items: readonly Product[];
  readonly total: number;
}

/** Products that are for sale; the others are as if they were not there. */
export interface CatalogQueries {
  /** In the shop's order. */
  categories(): Promise<readonly CategoryView[]>;
  list(filter: ProductFilter & { readonly sort: ProductSort }): Promise<ProductPage>;
  find(productId: string): Promise<Product | undefined>;
  /** Those of the ids that exist; served from memory when fresh (at most one second old). */
  findMany(productIds: readonly string[]): Promise<ReadonlyMap<string, Product>>;
  /**
   * What matches the words, within what they were understood to ask for and within the filter: both hold. By the database
   * alone: it knows no typing errors, no synonyms, and takes colours and sizes for words.
   */
  search(
    query: string,
    filter: ProductFilter & { readonly sort: SearchSort },
  ): Promise<ProductPage & { readonly understood: Understood }>;
}

/** What narrows a search. */
export interface SearchFilter extends Omit<ProductFilter, 'withoutSkus'> {
  /** Without what is sold out. */
  readonly inStock: boolean;
  readonly sort: SearchSort;
}

export interface SearchAnswer extends ProductPage {
  /** How many of all have every word of the search; the others come near. */
  readonly exact: number;
  readonly understood: SearchUnderstood;
  /** True while the ranking is not there, and the database looks for words alone. */
  readonly degraded: boolean;
}

/** The search of the shop. */
export interface CatalogSearch {
  search(query: string, filter: SearchFilter): Promise<SearchAnswer>;
}

/** Some units of one product, to be had from one moment to another and only by those whose turn it is. */
export interface FlashSale {
  readonly id: string;
  readonly productId: string;
  readonly sku: string;
  /** ISO 8601 UTC. */
  readonly startsAt: string;
  /** ISO 8601 UTC; nobody gets a turn from then on. */
  readonly endsAt: string;
  readonly units: number;
}

export interface FlashSalePlan {
  readonly productId: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly units: number;
  /** The admin who planned it. */
  readonly plannedBy: string;
}

export interface FlashSales {
  /** Rejects with OrreryError `unknown_product` or `sale_overlaps`. */
  plan(plan: FlashSalePlan): Promise<FlashSale>;
  /** Ends a sale now; one that has not begun never will. Rejects with OrreryError `unknown_sale` or `sale_over`. */
  end(saleId: string): Promise<FlashSale>;
  /** Those that end last come first. */
  list(limit: number): Promise<readonly FlashSale[]>;
  /** All that run or are to come, as they were at most a second ago; answered from memory. */
  current(): Promise<readonly FlashSale[]>;
}
