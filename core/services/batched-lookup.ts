/**
 * Answers many single lookups with few queries: while one query is under way, the keys asked for meanwhile gather
 * for the next. The batch size finds itself, without timers.
 *
 * I1: a query starts after the call that it answers, so an answer is never older than its question.
 * I2: at most one query runs at a time, with at most `keysMax` keys.
 */
export class BatchedLookup<Value> {
  readonly #load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
  readonly #keysMax: number;
  #waiting = new Map<string, Waiter<Value>[]>();
  #running = false;

  constructor(load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>, keysMax: number) {
    this.#load = load;
    this.#keysMax = keysMax;
  }

  /** Undefined when there is nothing under the key; rejects when the query does. */
  find(key: string): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      const others = this.#waiting.get(key);
      if (others === undefined) this.#waiting.set(key, [waiter]);
      else others.push(waiter);
      if (this.#running) return;
      this.#running = true;
      // Whoever asks in this same turn of the event loop still joins.
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, this.#keysMax);
      for (const [key] of batch) this.#waiting.delete(key);
      try {
        const found = await this.#load(batch.map(([key]) => key));
        for (const [key, waiters] of batch) for (const waiter of waiters) waiter.resolve(found.get(key));
      } catch (error) {
        for (const [, waiters] of batch) for (const waiter of waiters) waiter.reject(error);
      }
    }
    this.#running = false;
  }
}

interface Waiter<Value> {
  resolve(value: Value | undefined): void;
  reject(error: unknown): void;
}
