import { DEFAULT_ORDER_POLICY } from '../../../core/services/orders/policy.ts';
import { OrderWorld } from './order-world.ts';

/** An order of one line, brought to each state in which it can rest. */

export type Scene =
  | 'pending'
  | 'awaitingPayment'
  | 'committingStock'
  | 'confirmed.requestingParcel'
  | 'confirmed.resting'
  | 'processing'
  | 'review.withdrawing'
  | 'review.deciding'
  | 'shipped.underWay'
  | 'shipped.overdue'
  | 'delivered'
  | 'delivered, refunding'
  | 'delivered, refund refused'
  | 'compensating.withdrawing'
  | 'compensating.settling'
  | 'compensating.resting'
  | 'cancelled, never charged'
  | 'cancelled, refunded'
  | 'failed, settling'
  | 'failed, withdrawing to cancel'
  | 'failed, withdrawing for review';

const policy = DEFAULT_ORDER_POLICY;

export const scenes: Readonly<Record<Scene, () => OrderWorld>> = {
  pending: () => new OrderWorld(),
  awaitingPayment: () => scenes.pending().hear('inventory.reserved'),
  committingStock: () => scenes.awaitingPayment().hear('payment.processed'),
  'confirmed.requestingParcel': () => scenes.committingStock().hear('inventory.committed'),
  'confirmed.resting': () => scenes['confirmed.requestingParcel']().hear('shipping.failed'),
  processing: () => scenes['confirmed.requestingParcel']().hear('shipping.scheduled'),
  'review.withdrawing': () => scenes.processing().hear('fraud.scored'),
  'review.deciding': () => scenes.committingStock().hear('fraud.scored').hear('inventory.committed'),
  'shipped.underWay': () => scenes.processing().hear('shipping.dispatched'),
  'shipped.overdue': () => scenes['shipped.underWay']().wait(policy.deliveryTimeoutMs),
  delivered: () => scenes['shipped.underWay']().hear('shipping.delivered'),
  'delivered, refunding': () => scenes.delivered().hear('order.refund.requested'),
  'delivered, refund refused': () => scenes['delivered, refunding']().hear('payment.refund.failed'),
  'compensating.withdrawing': () => scenes.processing().hear('order.cancel.requested'),
  'compensating.settling': () => scenes['review.deciding']().hear('order.cancel.requested'),
  'compensating.resting': () => scenes['compensating.settling']().hear('payment.refund.failed'),
  'cancelled, never charged': () => scenes.pending().hear('inventory.reserve.failed'),
  'cancelled, refunded': () =>
    scenes['compensating.settling']().hear('inventory.released').hear('payment.refunded'),
  'failed, settling': () => scenes['compensating.settling']().wait(policy.settleTimeoutMs),
  'failed, withdrawing to cancel': () => scenes['compensating.withdrawing']().wait(policy.withdrawTimeoutMs),
  'failed, withdrawing for review': () => scenes['review.withdrawing']().wait(policy.withdrawTimeoutMs),
};
