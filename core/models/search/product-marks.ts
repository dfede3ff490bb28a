import { bestOf } from './engine.ts';
import { grown } from './inverted-index.ts';
import type { SearchedProduct } from './searched-product.ts';
import { sizesIn } from './understand/sizes.ts';

/** What is asked of a product besides its words. */
export interface Narrowing {
  readonly category?: string | undefined;
  readonly priceMinCents?: number | undefined;
  readonly priceMaxCents?: number | undefined;
  /** Without what is sold out. */
  readonly inStock?: boolean;
}

/** Owns: what is known of products besides their words, by the number that the index gave them. */
export class ProductMarks {
  readonly names: string[] = [];
  readonly ids: string[] = [];
  #prices = new Float64Array(64);
  #created = new Float64Array(64);
  #categories = new Int32Array(64);
  #soldOut = new Uint8Array(64);
  #popularity = new Float32Array(64);
  /** 1: there is a product. */
  #there = new Uint8Array(64);
  readonly #sizes: (ReadonlySet<string> | undefined)[] = [];
  readonly #skus: string[] = [];
  readonly #numberOfSku = new Map<string, number>();
  readonly #numberOfCategory = new Map<string, number>();
  /** Many products come in the same sizes. */
  readonly #sizeSets = new Map<string, ReadonlySet<string>>();
  #gone: ReadonlySet<string> = new Set();
  #sold: ReadonlyMap<string, number> = new Map();
  #soldMost = 0;

  get size(): number {
    return this.#numberOfSku.size;
  }

  put(number: number, product: SearchedProduct): void {
    this.remove(number);
    this.#makeRoom(number + 1);
    this.names[number] = product.name.toLowerCase();
    this.ids[number] = product.id;
    this.#skus[number] = product.sku;
    this.#numberOfSku.set(product.sku.toUpperCase(), number);
    this.#prices[number] = product.priceCents;
    this.#created[number] = product.createdAtMs;
    this.#categories[number] = this.#categoryNumber(product.category);
    this.#sizes[number] = this.#sharedSizes(`${product.name}. ${product.description}`);
    this.#soldOut[number] = this.#gone.has(product.sku) ? 1 : 0;
    this.#popularity[number] = this.#popularityOf(product.id);
    this.#there[number] = 1;
  }

  remove(number: number): void {
    if (this.#there[number] !== 1) return;
    this.#there[number] = 0;
    this.#numberOfSku.delete((this.#skus[number] ?? '').toUpperCase());
  }

  /** Case does not matter. */
  numberOfSku(sku: string): number | undefined {
    return this.#numberOfSku.get(sku.toUpperCase());
  }

  setSoldOut(skus: readonly string[]): void {
    this.#gone = new Set(skus);
    this.#soldOut.fill(0);
    for (const sku of skus) {
      const number = this.numberOfSku(sku);
      if (number !== undefined) this.#soldOut[number] = 1;
    }
  }

  setSold(sold: ReadonlyMap<string, number>): void {
    this.#sold = sold;
    this.#soldMost = 0;
    for (const orders of sold.values()) this.#soldMost = Math.max(this.#soldMost, orders);
    for (const [number, id] of this.ids.entries()) this.#popularity[number] = this.#popularityOf(id);
  }

  isSoldOut(number: number): boolean {
    return this.#soldOut[number] === 1;
  }

  /** 0 to 1: how often it was bought of late beside what was bought most, on a scale of logarithms. */
  popularity(number: number): number {
    return this.#popularity[number] ?? 0;
  }

  /** Of those that are marked the ones that sell most, at most so many; none where nothing was sold. */
  popular(marks: Uint8Array, most: number): readonly number[] {
    return this.#soldMost === 0 ? [] : bestOf(this.#popularity, most, marks);
  }

  price(number: number): number {
    return this.#prices[number] ?? 0;
  }

  createdAt(number: number): number {
    return this.#created[number] ?? 0;
  }

  /** Undefined: its texts name no sizes. */
  hasSize(number: number, size: string): boolean | undefined {
    return this.#sizes[number]?.has(size);
  }

  /** 1 for each number whose product is as asked, of `numbers` in all. */
  marked(
    numbers: number,
    { category, priceMinCents = 0, priceMaxCents = Infinity, inStock = false }: Narrowing,
  ): Uint8Array {
    // Most searches ask for nothing else.
    const all = category === undefined && priceMinCents <= 0 && priceMaxCents === Infinity && !inStock;
    if (all && numbers <= this.#there.length) return this.#there.slice(0, numbers);
    const marks = new Uint8Array(numbers);
    const wanted = category === undefined ? undefined : (this.#numberOfCategory.get(category) ?? -1);
    const [there, prices, categories, soldOut] = [this.#there, this.#prices, this.#categories, this.#soldOut];
    for (let number = 0; number < numbers; number += 1) {
      const price = prices[number] ?? 0;
      const fits =
        there[number] === 1 &&
        price >= priceMinCents &&
        price <= priceMaxCents &&
        (wanted === undefined || categories[number] === wanted) &&
        !(inStock && soldOut[number] === 1);
      marks[number] = fits ? 1 : 0;
    }
    return marks;
  }

  #makeRoom(least: number): void {
    if (least <= this.#prices.length) return;
    this.#prices = grown(this.#prices, least, Float64Array);
    this.#created = grown(this.#created, least, Float64Array);
    this.#categories = grown(this.#categories, least, Int32Array);
    this.#soldOut = grown(this.#soldOut, least, Uint8Array);
    this.#popularity = grown(this.#popularity, least, Float32Array);
    this.#there = grown(this.#there, least, Uint8Array);
  }

  #categoryNumber(category: string): number {
    let number = this.#numberOfCategory.get(category);
    if (number === undefined) {
      number = this.#numberOfCategory.size;
      this.#numberOfCategory.set(category, number);
    }
    return number;
  }

  #popularityOf(id: string): number {
    const orders = this.#sold.get(id) ?? 0;
    return orders === 0 ? 0 : Math.log1p(orders) / Math.log1p(this.#soldMost);
  }

  #sharedSizes(text: string): ReadonlySet<string> | undefined {
    const sizes = sizesIn(text);
    if (sizes.size === 0) return undefined;
    const key = [...sizes].join();
    const known = this.#sizeSets.get(key);
    if (known === undefined) this.#sizeSets.set(key, sizes);
    return known ?? sizes;
  }
}
