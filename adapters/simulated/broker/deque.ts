/** A queue open at both ends, in a ring that doubles when it is full: every operation takes the same short time. */
export class Deque<Item> implements Iterable<Item> {
  private slots: (Item | undefined)[] = new Array<Item | undefined>(8);
  private head = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** The item that `shift` would take. */
  get first(): Item | undefined {
    return this.slots[this.head];
  }

  push(item: Item): void {
    if (this.count === this.slots.length) this.grow();
    this.slots[this.index(this.count)] = item;
    this.count += 1;
  }

  unshift(item: Item): void {
    if (this.count === this.slots.length) this.grow();
    this.head = this.index(-1);
    this.slots[this.head] = item;
    this.count += 1;
  }

  shift(): Item | undefined {
    if (this.count === 0) return undefined;
    const item = this.slots[this.head];
    this.slots[this.head] = undefined;
    this.head = this.index(1);
    this.count -= 1;
    return item;
  }

  clear(): void {
    this.slots = new Array<Item | undefined>(8);
    this.head = 0;
    this.count = 0;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (let offset = 0; offset < this.count; offset += 1) yield this.slots[this.index(offset)] as Item;
  }

  /** Where the item `offset` behind the first lies; the ring's size is a power of two. */
  private index(offset: number): number {
    return (this.head + offset) & (this.slots.length - 1);
  }

  private grow(): void {
    const slots = new Array<Item | undefined>(this.slots.length * 2);
    for (let offset = 0; offset < this.count; offset += 1) slots[offset] = this.slots[this.index(offset)];
    this.slots = slots;
    this.head = 0;
  }
}
