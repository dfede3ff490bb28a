import type { OrderPolicy } from '../../core/messages/order-input.ts';
import { BEGINNING } from './context.ts';
import type { OrderContext } from './context.ts';

/*
 * What a stored order leaves out: its id, which is its row's, and what is still as most orders have it. Orders in the
 * database rely on every value here, and on every one of BEGINNING: who changes one raises ORDER_DEFINITION, with a step
 * (migrate.ts) that writes the old value into the orders that left it out. A fact that is new needs no step.
 */

/**
 * Not the settings' defaults, though once the same: those may change, and an order keeps the policy it was placed with.
 */
const USUAL_POLICY: OrderPolicy = {
  fraudReviewAbove: 80,
  reserveTimeoutMs: 120_000,
  paymentTimeoutMs: 30_000,
  commitTimeoutMs: 600_000,
  shippingTimeoutMs: 1_800_000,
  shippingRetryMs: 30_000,
  shipmentFailuresMax: 3,
  dispatchTimeoutMs: 1_209_600_000,
  deliveryTimeoutMs: 2_592_000_000,
  withdrawTimeoutMs: 3_600_000,
  settleTimeoutMs: 3_600_000,
  refundRetryMs: 60_000,
  refundFailuresMax: 5,
};

export function usualOrder(orderId: string): Partial<OrderContext> {
  // The spread comes last: keys added after one make an object several times as slow, and this one is read often.
  return { orderId, policy: USUAL_POLICY, ...BEGINNING };
}
