/**
 * Items in order, for what is read from one end and changed an item at a time. Adding behind the last and looking at
 * the first cost nothing; everything else a binary search and the move of what lies behind.
 *
 * `Key` is what the order is told by; two items never compare as equal.
 */
export class SortedList<Item extends Key, Key = Item> {
  readonly items: readonly Item[];
  readonly #items: Item[] = [];
  readonly #compare: (one: Key, other: Key) => number;

  constructor(compare: (one: Key, other: Key) => number) {
    this.items = this.#items;
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: Item): void {
    const last = this.#items.at(-1);
    if (last === undefined || this.#compare(last, item) < 0) this.#items.push(item);
    else this.#items.splice(this.#placeOf(item), 0, item);
  }

  find(key: Key): Item | undefined {
    const item = this.#items[this.#placeOf(key)];
    return item !== undefined && this.#compare(item, key) === 0 ? item : undefined;
  }

  /** Takes the item of this key out; undefined when there is none. */
  remove(key: Key): Item | undefined {
    const place = this.#placeOf(key);
    const item = this.#items[place];
    if (item === undefined || this.#compare(item, key) !== 0) return undefined;
    this.#items.splice(place, 1);
    return item;
  }

  /** Index of the first item that is not before the key. */
  #placeOf(key: Key): number {
    let from = 0;
    let to = this.#items.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#compare(this.#items[middle] as Item, key) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** The order of texts by their code units, as databases compare them without a language. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
