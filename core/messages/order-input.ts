import type { Address, PaymentMethod } from './shapes.ts';

/* What intake tells the saga of a new order: the one shape that both must agree on. */

/**
 * The settings an order lives by. They are copied into the order when it is placed, so a later change of a
 * setting never alters an order that is under way. Times in milliseconds.
 */
export interface OrderPolicy {
  /** A fraud score above this holds an order for review; 100: never. */
  readonly fraudReviewAbove: number;
  /** Stock stays silent this long while reserving: cancel. */
  readonly reserveTimeoutMs: number;
  /** No definite word about the money this long: release, take back, cancel. Shorter than the hold (P17). */
  readonly paymentTimeoutMs: number;
  /** Stock stays silent this long after payment: refund, cancel. */
  readonly commitTimeoutMs: number;
  /** No parcel was scheduled this long: withdraw it, refund, cancel. */
  readonly shippingTimeoutMs: number;
  /** Rest before a refused parcel is asked for again. */
  readonly shippingRetryMs: number;
  /** Refused parcels before the order counts as undeliverable. */
  readonly shipmentFailuresMax: number;
  /** A scheduled parcel was not dispatched this long: withdraw it, refund, cancel. */
  readonly dispatchTimeoutMs: number;
  /** A dispatched parcel counts as overdue after this long; the order goes on waiting, visibly. */
  readonly deliveryTimeoutMs: number;
  /** No word this long whether a parcel could be withdrawn: an operator must look. */
  readonly withdrawTimeoutMs: number;
  /** Refund or releases unanswered this long: an operator must look. */
  readonly settleTimeoutMs: number;
  /** Rest before a failed refund is asked for again. */
  readonly refundRetryMs: number;
  /** Failed refunds before an operator must look. */
  readonly refundFailuresMax: number;
}

/** Units of one SKU, lines of the same SKU added up: one request per SKU (P21). */
export interface MergedLine {
  readonly sku: string;
  readonly quantity: number;
}

/** Everything the saga of an order ever needs to know from its placing. */
export interface OrderInput {
  readonly orderId: string;
  readonly userId: string;
  readonly email: string;
  readonly customerName: string;
  /** In the order in which the SKUs first appear. */
  readonly lines: readonly MergedLine[];
  readonly totalCents: number;
  readonly currency: string;
  readonly shippingAddress: Address;
  readonly paymentMethod: PaymentMethod;
  /** ISO 8601 UTC. */
  readonly placedAt: string;
  readonly policy: OrderPolicy;
}
