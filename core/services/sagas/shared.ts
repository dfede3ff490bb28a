/**
 * One reading for all who ask: whoever comes while it is being read, or while it is fresh, gets the same. It is fresh for
 * `msMin`, or for `share` times as long as it took to read, so that reading costs at most a fixed part of the time.
 */
export class Shared<Value> {
  readonly #read: () => Promise<Value>;
  readonly #limits: { readonly msMin: number; readonly share: number; readonly now: () => number };
  #current: { readonly value: Promise<Value>; until: number } | undefined;

  constructor(
    read: () => Promise<Value>,
    limits: { readonly msMin: number; readonly share: number; readonly now: () => number },
  ) {
    this.#read = read;
    this.#limits = limits;
  }

  get(): Promise<Value> {
    const { msMin, share, now } = this.#limits;
    const begun = now();
    if (this.#current !== undefined && begun < this.#current.until) return this.#current.value;
    const current = { value: this.#read(), until: Infinity };
    this.#current = current;
    current.value.then(
      () => {
        const ended = now();
        current.until = ended + Math.max(msMin, (ended - begun) * share);
      },
      () => {
        if (this.#current === current) this.#current = undefined;
      },
    );
    return current.value;
  }
}
