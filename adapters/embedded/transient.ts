import { LRUCache } from 'lru-cache';
import { LocalWindows } from '../../core/services/local-windows.ts';
import type { AmountChange, AmountLimits, TransientState, Turn } from '../../core/services/transient.ts';

/** Keys kept at most, of each kind; beyond it the ones unused for longest go. */
const KEYS_MAX = 100_000;

/** Short-lived state of one process, on lru-cache. A restart forgets it. */
export class EmbeddedTransientState implements TransientState {
  readonly #amounts = new LRUCache<string, ReadonlyMap<string, number>>({ max: KEYS_MAX });
  readonly #once = new LRUCache<string, true>({ max: KEYS_MAX });
  readonly #counters = new LRUCache<string, number>({ max: KEYS_MAX });
  readonly #windows = new LocalWindows(() => performance.now());

  readAmounts(key: string): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(this.#read(key));
  }

  addAmount(key: string, field: string, by: number, limits: AmountLimits): Promise<AmountChange> {
    const amounts = new Map(this.#read(key));
    const amount = (amounts.get(field) ?? 0) + by;
    if (amount > limits.amountMax) return Promise.resolve({ outcome: 'too_large' });
    amounts.set(field, amount);
    if (amounts.size > limits.fieldsMax) return Promise.resolve({ outcome: 'too_many_fields' });
    this.#amounts.set(key, amounts, { ttl: limits.ttlMs });
    return Promise.resolve({ outcome: 'changed', amount });
  }

  replaceAmount(key: string, field: string, amount: number, ttlMs: number): Promise<boolean> {
    const amounts = new Map(this.#read(key));
    if (!amounts.has(field)) return Promise.resolve(false);
    this.#amounts.set(key, amounts.set(field, amount), { ttl: ttlMs });
    return Promise.resolve(true);
  }

  removeAmount(key: string, field: string): Promise<boolean> {
    const amounts = new Map(this.#read(key));
    const removed = amounts.delete(field);
    if (removed) this.#rewrite(key, amounts);
    return Promise.resolve(removed);
  }

  subtractAmounts(
    key: string,
    taken: ReadonlyMap<string, number>,
    onceKey: string,
    onceMs: number,
  ): Promise<boolean> {
    if (this.#once.has(onceKey)) return Promise.resolve(false);
    this.#once.set(onceKey, true, { ttl: onceMs });
    const amounts = new Map(this.#read(key));
    for (const [field, by] of taken) {
      const left = (amounts.get(field) ?? 0) - by;
      if (left > 0) amounts.set(field, left);
      else amounts.delete(field);
    }
    this.#rewrite(key, amounts);
    return Promise.resolve(true);
  }

  mergeAmounts(from: string, to: string, limits: AmountLimits): Promise<void> {
    const moved = this.#read(from);
    if (moved.size === 0) return Promise.resolve();
    const amounts = new Map(this.#read(to));
    for (const [field, by] of moved) {
      if (!amounts.has(field) && amounts.size >= limits.fieldsMax) continue;
      amounts.set(field, Math.min((amounts.get(field) ?? 0) + by, limits.amountMax));
    }
    this.#amounts.set(to, amounts, { ttl: limits.ttlMs });
    this.#amounts.delete(from);
    return Promise.resolve();
  }

  takeTurn(key: string, limit: number, windowMs: number): Promise<Turn> {
    return this.#windows.takeTurn(key, limit, windowMs);
  }

  giveBack(key: string, ticket: string): Promise<void> {
    return this.#windows.giveBack(key, ticket);
  }

  increment(key: string, by: number, ttlMs: number): Promise<number> {
    const before = this.#counters.get(key);
    const after = (before ?? 0) + by;
    if (before === undefined) this.#counters.set(key, after, { ttl: ttlMs });
    else this.#counters.set(key, after, { noUpdateTTL: true });
    return Promise.resolve(after);
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#amounts.clear();
    this.#once.clear();
    this.#counters.clear();
    return Promise.resolve();
  }

  #read(key: string): ReadonlyMap<string, number> {
    return this.#amounts.get(key) ?? new Map<string, number>();
  }

  /** Keeps the time that was left: taking something out is no reason to keep the rest for longer. */
  #rewrite(key: string, amounts: ReadonlyMap<string, number>): void {
    if (amounts.size === 0) this.#amounts.delete(key);
    else this.#amounts.set(key, amounts, { noUpdateTTL: true });
  }
}
