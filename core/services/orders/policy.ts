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

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export const DEFAULT_ORDER_POLICY: OrderPolicy = {
  fraudReviewAbove: 80,
  reserveTimeoutMs: 2 * MINUTE_MS,
  paymentTimeoutMs: 30_000,
  commitTimeoutMs: 10 * MINUTE_MS,
  shippingTimeoutMs: 30 * MINUTE_MS,
  shippingRetryMs: 30_000,
  shipmentFailuresMax: 3,
  dispatchTimeoutMs: 14 * DAY_MS,
  deliveryTimeoutMs: 30 * DAY_MS,
  withdrawTimeoutMs: 60 * MINUTE_MS,
  settleTimeoutMs: 60 * MINUTE_MS,
  refundRetryMs: MINUTE_MS,
  refundFailuresMax: 5,
};
