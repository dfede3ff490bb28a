/** The catalog service as others see it. Money in integer cents. */
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

export interface ProductPage {
  readonly items: readonly Product[];
  readonly total: number;
}

export interface CatalogQueries {
  categories(): Promise<readonly { readonly id: string; readonly name: string; readonly products: number }[]>;
  list(filter: {
    readonly category?: string;
    readonly page: number;
    readonly limit: number;
    readonly sort: ProductSort;
  }): Promise<ProductPage>;
  find(productId: string): Promise<Product | undefined>;
  /** Those of the ids that exist; served from memory when fresh (at most one second old). */
  findMany(productIds: readonly string[]): Promise<ReadonlyMap<string, Product>>;
  search(
    query: string,
    limit: number,
  ): Promise<{ readonly items: readonly Product[]; readonly understood: Readonly<Record<string, unknown>> }>;
}
