/**
 * Short-lived state that all gateways share: carts, limits and counters. Losing it costs convenience, never an
 * order: nothing here is the truth about money or stock.
 *
 * Adapters: Redis (shared by all processes) and lru-cache (one process; the oldest go when it is full).
 *
 * When Redis is gone every call rejects with OrreryError `transient_unavailable` (retryable) within about a
 * second, and callers say what that means: carts answer 503, a checkout with explicit items still works, and
 * limits fall back to windows in this process (FailOpenLimiter), so that they stay approximately kept.
 */

/** What became of an attempt to change one amount. */
export type AmountChange =
  | { readonly outcome: 'changed'; readonly amount: number }
  | { readonly outcome: 'too_large' | 'too_many_fields' };

export interface AmountLimits {
  /** Largest amount of one field. */
  readonly amountMax: number;
  /** Most fields under one key. */
  readonly fieldsMax: number;
  /** The whole key goes this long after its last change, in milliseconds. */
  readonly ttlMs: number;
}

/** Positive integer amounts by field under a key, such as the quantities in a cart. Every call is atomic. */
export interface Amounts {
  /** In the order in which the fields were first set; empty when there is nothing under the key. */
  readAmounts(key: string): Promise<ReadonlyMap<string, number>>;
  /** Adds to a field; refused as a whole, nothing changed, when a limit would be broken. */
  addAmount(key: string, field: string, by: number, limits: AmountLimits): Promise<AmountChange>;
  /** Sets a field that exists; false when it does not. */
  replaceAmount(key: string, field: string, amount: number, ttlMs: number): Promise<boolean>;
  /** False when the field was not there. */
  removeAmount(key: string, field: string): Promise<boolean>;
  /**
   * Takes amounts off, fields that reach zero go. Done once per `onceKey` within `onceMs`: a repeat changes
   * nothing and resolves with false.
   */
  subtractAmounts(
    key: string,
    amounts: ReadonlyMap<string, number>,
    onceKey: string,
    onceMs: number,
  ): Promise<boolean>;
  /** Moves everything under `from` to `to`, adding up; amounts are cut to the limits, and `from` is gone. */
  mergeAmounts(from: string, to: string, limits: AmountLimits): Promise<void>;
}

export type Turn =
  | { readonly allowed: true; /** For `giveBack`. */ readonly ticket: string }
  | { readonly allowed: false; /** When the next turn is free, at least 1. */ readonly retryAfterMs: number };

/** Sliding windows: at most `limit` turns in any `windowMs`. */
export interface Limiter {
  /** Takes a turn when one is free. A refused attempt does not count. */
  takeTurn(key: string, limit: number, windowMs: number): Promise<Turn>;
  /** Returns a turn that was not used after all; unknown and expired tickets are ignored. */
  giveBack(key: string, ticket: string): Promise<void>;
}

export interface TransientState extends Amounts, Limiter {
  /** Adds to a counter and resolves with its new value; it goes `ttlMs` after it was first counted. */
  increment(key: string, by: number, ttlMs: number): Promise<number>;
  /** Resolves when the state answers; for health checks. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
