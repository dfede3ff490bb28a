import { firstOf } from '../search/first-of.ts';

/**
 * Sums by item number, in an array that is used again for every shopper: quicker than a map of those that are there.
 * Not for several callers at once.
 */
export class ItemSums {
  readonly #sums: Float64Array;
  readonly #touched: Int32Array;
  #count = 0;

  /** @param items numbers are below it */
  constructor(items: number) {
    this.#sums = new Float64Array(items);
    this.#touched = new Int32Array(items);
  }

  /** 0 of what nothing was added to. */
  get(item: number): number {
    return this.#sums[item] ?? 0;
  }

  /** @param value above zero */
  add(item: number, value: number): void {
    const before = this.#sums[item] ?? 0;
    if (before === 0) this.#touched[this.#count++] = item;
    this.#sums[item] = before + value;
  }

  /** The items of the largest sums, largest first, ties by number. */
  top(count: number): number[] {
    return firstOf(
      this.#touched.subarray(0, this.#count),
      count,
      (one, other) => (this.#sums[other] ?? 0) - (this.#sums[one] ?? 0) || one - other,
    );
  }

  clear(): void {
    for (let at = 0; at < this.#count; at += 1) this.#sums[this.#touched[at] ?? 0] = 0;
    this.#count = 0;
  }
}
