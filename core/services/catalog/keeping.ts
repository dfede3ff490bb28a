/** The catalog as those who keep the shop see it: products that are for sale and those that are not, prices to come. */
import type { Product } from './ports.ts';

export interface KeptProduct extends Product {
  /** Whether shoppers see it. */
  readonly active: boolean;
  readonly createdAt: string;
  /** Whether somebody uploaded its picture; else it is drawn. */
  readonly pictured: boolean;
  /** The price that is to come next, if one is planned. */
  readonly nextPrice: { readonly priceCents: number; readonly from: string } | null;
}

/** A price somebody set. `previousCents` is what it replaced, once it did. */
export interface PriceChange {
  readonly id: string;
  readonly priceCents: number;
  readonly previousCents: number | null;
  /** When it holds from; ISO 8601, UTC. */
  readonly from: string;
  readonly state: 'planned' | 'applied' | 'cancelled';
  readonly setBy: string;
  readonly setAt: string;
}

export interface NewProduct {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly priceCents: number;
  readonly costCents: number;
  readonly active: boolean;
}

/** Its price is set by `setPrice`. */
export type ProductChange = Partial<Omit<NewProduct, 'sku' | 'priceCents'>>;

export interface KeptFilter {
  /** Part of a name or SKU. */
  readonly words?: string;
  readonly category?: string;
  readonly active?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

export interface Picture {
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly bytes: Uint8Array;
}

export interface KeptCategory {
  readonly id: string;
  readonly name: string;
}

/** Further than this no price is planned ahead. */
const AHEAD_MS_MAX = 366 * 24 * 60 * 60 * 1_000;

/** Whether a price may be set to hold from then on; milliseconds. */
export function isPossibleStart(fromMs: number, nowMs: number): boolean {
  return fromMs > nowMs && fromMs <= nowMs + AHEAD_MS_MAX;
}

/** Every promise may reject with OrreryError `unknown_product` where a product is named. */
export interface CatalogKeeping {
  /** By name. Rejects with `bad_cursor`. */
  list(
    filter: KeptFilter,
  ): Promise<{ readonly items: readonly KeptProduct[]; readonly nextCursor: string | null }>;
  find(productId: string): Promise<KeptProduct | undefined>;
  /** Those of the SKUs that products have, for sale or not. */
  bySku(skus: readonly string[]): Promise<ReadonlyMap<string, KeptProduct>>;
  /** Rejects with `sku_taken` or `unknown_category`. */
  create(product: NewProduct, by: string): Promise<KeptProduct>;
  /** Rejects with `unknown_category`. */
  change(productId: string, change: ProductChange): Promise<KeptProduct>;
  /** Those that hold from the latest moment come first. */
  prices(productId: string, limit: number): Promise<readonly PriceChange[]>;
  /** From now on, or from a moment to come; what was ordered keeps its price. Rejects with `price_start`. */
  setPrice(
    productId: string,
    price: { readonly priceCents: number; readonly from?: string },
    by: string,
  ): Promise<PriceChange>;
  /** Rejects with `unknown_price`, or `price_applied` once it holds. */
  cancelPrice(productId: string, changeId: string): Promise<PriceChange>;
  /** Has prices hold whose moment has come; resolves with how many. To be called every second, by anybody. */
  applyDuePrices(): Promise<number>;
  /** Rejects with `category_taken`. */
  createCategory(name: string): Promise<KeptCategory>;
  /** Rejects with `unknown_category` or `category_taken`. */
  renameCategory(categoryId: string, name: string): Promise<KeptCategory>;
  setPicture(productId: string, picture: Picture): Promise<KeptProduct>;
  /** The drawn one again. */
  removePicture(productId: string): Promise<KeptProduct>;
  /** What was uploaded, if anything, for products that are for sale and those that are not. */
  picture(productId: string): Promise<Picture | undefined>;
}
