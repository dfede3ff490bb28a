/**
 * What is known of an order when it is placed. Address, network and device are any texts that are equal where the thing
 * itself is: the platform keeps hashes only. Times in milliseconds since 1970, UTC.
 */
export interface OrderFacts {
  readonly orderId: string;
  readonly userId: string;
  readonly placedAtMs: number;
  readonly totalCents: number;
  readonly lines: readonly { readonly quantity: number; readonly priceCents: number }[];
  readonly payment: 'credit_card' | 'paypal';
  readonly address: string;
  /** Null: nobody knows. */
  readonly network: string | null;
  readonly device: string | null;
  readonly accountCreatedAtMs: number | null;
}

/** An earlier order of the same shopper, address, network or device, with what became of it so far. */
export interface PastOrder extends Pick<
  OrderFacts,
  'orderId' | 'userId' | 'placedAtMs' | 'totalCents' | 'address' | 'network' | 'device'
> {
  /** When its payment was declined, and when the money was asked back for what had arrived; null: not (yet). */
  readonly declinedAtMs: number | null;
  readonly refundAskedAtMs: number | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How far back earlier orders count. */
export const HISTORY_MS = 365 * DAY_MS;
/** Of each shopper, address, network and device only so many of the latest earlier orders count. */
export const HISTORY_ORDERS_MAX = 60;
