/** An order that was seen, as the fraud model learns from it. */
export interface FraudRow {
  /** Milliseconds since 1970 UTC. */
  readonly placedAtMs: number;
  /** The values of its signals when it was placed; NaN where nobody knew. */
  readonly values: readonly number[];
  /** Null: no model served then. */
  readonly score: number | null;
  /** A person's word; null: nobody looked. */
  readonly review: 'approved' | 'rejected' | null;
  /** The shopper's bank took the money back, or asked to. */
  readonly disputed: boolean;
}

/** Orders seen, the newest first, in slices. */
export interface FraudRows {
  newest(most: number): AsyncIterable<readonly FraudRow[]>;
}
