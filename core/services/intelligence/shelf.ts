import { firstOf } from '../../models/search/first-of.ts';
import { countsOf, createInvertedIndex } from '../../models/search/inverted-index.ts';
import { stemsOf } from '../../models/search/words.ts';

/** A product as likeness needs it, and under which SKU its stock is kept; that never changes. */
export interface ShelfProduct {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
}

/** A word of the name says as much as this many of the description. */
const NAME_WEIGHT = 3;
/** Words of a product that others are looked for by; the rest are in so many that they say little. */
const TELLING_WORDS = 12;

/**
 * Owns: what is for sale now and what sold of late, as whoever feeds it says, one product at a time. Nothing is built
 * anew for a change, so nobody who asks pays for one; an answer costs as much as the category of the product is large.
 */
export class Shelf {
  readonly #aisles = new Map<string, Aisle>();
  readonly #products = new Map<string, ShelfProduct>();
  #sold: ReadonlyMap<string, number> = new Map();

  has(productId: string): boolean {
    return this.#products.has(productId);
  }

  /** Undefined: it is not for sale. */
  skuOf(productId: string): string | undefined {
    return this.#products.get(productId)?.sku;
  }

  put(product: ShelfProduct): void {
    const before = this.#products.get(product.id);
    if (before !== undefined) {
      if (saysTheSame(before, product)) return;
      this.#aisles.get(before.category)?.remove(before);
    }
    this.#products.set(product.id, product);
    let aisle = this.#aisles.get(product.category);
    if (aisle === undefined) this.#aisles.set(product.category, (aisle = new Aisle()));
    aisle.put(product);
  }

  remove(productId: string): void {
    const before = this.#products.get(productId);
    if (before === undefined) return;
    this.#products.delete(productId);
    this.#aisles.get(before.category)?.remove(before);
  }

  /** @param sold product ids of recent orders, one for each order that holds them */
  setSold(sold: Iterable<string>): void {
    const counts = [...countsOf([...sold])];
    this.#sold = new Map(counts.sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1)));
  }

  /** Ids by how many recent orders they were in, the most first; then others. */
  popular(most: number): readonly string[] {
    const ids: string[] = [];
    for (const id of this.#sold.keys()) {
      if (ids.length >= most) return ids;
      if (this.#products.has(id)) ids.push(id);
    }
    for (const id of this.#products.keys()) {
      if (ids.length >= most) return ids;
      if (!this.#sold.has(id)) ids.push(id);
    }
    return ids;
  }

  /** Products of the same category by the words that names and descriptions share; of those alike the ones that sell. */
  alike(productId: string, most: number): readonly string[] {
    const product = this.#products.get(productId);
    if (product === undefined) return [];
    return this.#aisles.get(product.category)?.alike(product, most, this.#sold) ?? [];
  }
}

function saysTheSame(one: ShelfProduct, other: ShelfProduct): boolean {
  return one.name === other.name && one.description === other.description && one.category === other.category;
}

/** The products of one category by number, and their words. */
class Aisle {
  readonly #words = createInvertedIndex();
  readonly #ids: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #free: number[] = [];

  put(product: ShelfProduct): void {
    const number = this.#free.pop() ?? this.#ids.length;
    this.#ids[number] = product.id;
    this.#numbers.set(product.id, number);
    this.#words.put(number, wordsOf(product));
  }

  remove(product: ShelfProduct): void {
    const number = this.#numbers.get(product.id);
    if (number === undefined) return;
    this.#numbers.delete(product.id);
    this.#free.push(number);
    this.#words.remove(number, wordsOf(product));
  }

  /** What has the words of the product that tell it apart, by BM25; where too little has any, the others of the aisle too. */
  alike(product: ShelfProduct, most: number, sold: ReadonlyMap<string, number>): readonly string[] {
    const scores = new Float64Array(this.#ids.length);
    this.#words.addBm25(this.#tellingWords(product), scores);
    const own = this.#numbers.get(product.id);
    if (own !== undefined) scores[own] = 0;
    let found = positiveOf(scores);
    if (found.length < most) found = Int32Array.from(this.#numbers.values()).filter((at) => at !== own);
    const soldOf = (number: number): number => sold.get(this.#ids[number] ?? '') ?? 0;
    return firstOf(
      found,
      most,
      (one, other) => (scores[other] ?? 0) - (scores[one] ?? 0) || soldOf(other) - soldOf(one) || one - other,
    ).map((number) => this.#ids[number] ?? '');
  }

  #tellingWords(product: ShelfProduct): ReadonlyMap<string, number> {
    const weighed = [...countsOf(wordsOf(product))].map(
      ([word, count]) => [word, count, count * this.#words.rarity(word)] as const,
    );
    weighed.sort((one, other) => other[2] - one[2]);
    return new Map(weighed.slice(0, TELLING_WORDS).map(([word, count]) => [word, count]));
  }
}

/** Where values are above zero. */
function positiveOf(values: Float64Array): Int32Array {
  const places = new Int32Array(values.length);
  let count = 0;
  for (let at = 0; at < values.length; at += 1) if ((values[at] ?? 0) > 0) places[count++] = at;
  return places.subarray(0, count);
}

function wordsOf({ name, description }: ShelfProduct): readonly string[] {
  const named = stemsOf(name);
  return [...Array.from({ length: NAME_WEIGHT }, () => named).flat(), ...stemsOf(description)];
}
