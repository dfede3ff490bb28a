import type { OrderPolicy } from '../../messages/order-input.ts';

export type { OrderPolicy };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What holds where the settings say nothing. */
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
