/** An attempt to take the money of an order. Times in milliseconds since 1970, UTC. */
export interface PaymentAttempt {
  /** One per attempt, ever. */
  readonly chargeKey: string;
  readonly orderId: string;
  readonly userId: string;
  /** A keyed hash; null: nobody knows. */
  readonly network: string | null;
  readonly atMs: number;
  readonly amountCents: number;
  readonly method: string;
  readonly accountCreatedAtMs: number | null;
  /** Whether the gateway took it; null: void, not yet known, or never. */
  readonly succeeded: boolean | null;
}

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A gateway answers within so long: the outcome of an earlier attempt counts from then on. */
const OUTCOME_KNOWN_MS = 10_000;
/** How far back attempts of the shopper, and of the network, count, and how many of the latest. */
export const OWN_MS = 90 * DAY_MS;
export const NETWORK_MS = DAY_MS;
export const PAST_ATTEMPTS_MAX = 60;
/** The latest attempts of all shoppers, which tell how the gateway is doing. */
export const RECENT_ATTEMPTS = 100;

/** Whether an earlier attempt is known, by a time, to have failed. */
export function hadFailed({ succeeded, atMs }: PaymentAttempt, nowMs: number): boolean {
  return succeeded === false && atMs + OUTCOME_KNOWN_MS <= nowMs;
}

/** Whether it is known, by a time, how an earlier attempt ended. */
export function wasDecided({ succeeded, atMs }: PaymentAttempt, nowMs: number): boolean {
  return succeeded !== null && atMs + OUTCOME_KNOWN_MS <= nowMs;
}
