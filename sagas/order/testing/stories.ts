import { DEFAULT_ORDER_POLICY } from '../../../core/services/orders/policy.ts';
import { item, OrderWorld } from './order-world.ts';

const policy = DEFAULT_ORDER_POLICY;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

const one = (): OrderWorld => new OrderWorld([item('A', 2)]);
const two = (): OrderWorld => new OrderWorld([item('A', 2), item('B', 1, 500)]);

const paid = (order: OrderWorld): OrderWorld =>
  order
    .wait(SECOND_MS)
    .hear('inventory.reserved', { sku: 'A' })
    .wait(SECOND_MS)
    .hear('payment.processed')
    .wait(SECOND_MS);
const confirmed = (): OrderWorld => paid(one()).hear('inventory.committed').wait(SECOND_MS);
const scheduled = (): OrderWorld => confirmed().hear('shipping.scheduled').wait(HOUR_MS);
const shipped = (): OrderWorld => scheduled().hear('shipping.dispatched').wait(HOUR_MS);
const byAdmin = { requestedBy: 'admin-7', reason: 'asked for by telephone' };

/**
 * Lives of orders worth keeping: every ending, every detour. They are lived through once, when they are first
 * recorded (record-histories.ts); from then on the recording is the truth, and a change of a story changes nothing.
 */
export const stories: Readonly<Record<string, () => OrderWorld>> = {
  delivered: () =>
    two()
      .wait(SECOND_MS)
      .hear('inventory.reserved', { sku: 'B', quantity: 1 })
      .hear('inventory.reserved', { sku: 'A' })
      .wait(SECOND_MS)
      .hear('payment.processed')
      .hear('inventory.committed', { sku: 'A' })
      .hear('inventory.committed', { sku: 'B', quantity: 1 })
      .wait(SECOND_MS)
      .hear('shipping.scheduled')
      .wait(HOUR_MS)
      .hear('shipping.dispatched')
      .wait(HOUR_MS)
      .hear('shipping.progressed', { progress: 0.25 })
      .hear('shipping.progressed', {
        progress: 0.75,
        location: { name: 'Gary', latitude: 41, longitude: -87 },
      })
      .hear('shipping.progressed', { progress: 0.5 })
      .wait(HOUR_MS)
      .hear('shipping.delivered'),

  'delivered, then disputed': () =>
    shipped().hear('shipping.delivered').wait(HOUR_MS).hear('payment.disputed'),

  'delivered, its refund refused, then done': () =>
    shipped()
      .hear('shipping.delivered')
      .wait(HOUR_MS)
      .hear('order.refund.requested', byAdmin)
      .hear('payment.refund.failed')
      .wait(HOUR_MS)
      .hear('order.refund.requested', byAdmin)
      .hear('payment.refunded'),

  declined: () =>
    one()
      .wait(SECOND_MS)
      .hear('inventory.reserved')
      .hear('payment.failed', { reason: 'insufficient_funds' })
      .hear('inventory.released', { freed: 2 }),

  'out of stock': () =>
    new OrderWorld([item('A'), item('B'), item('C')])
      .hear('inventory.reserved', { sku: 'A' })
      .hear('inventory.reserve.failed', { sku: 'B' })
      .hear('inventory.reserved', { sku: 'C' })
      .hear('inventory.released', { sku: 'C', freed: 1 })
      .hear('inventory.released', { sku: 'A', freed: 1 }),

  'stock stays silent, then reserves late': () =>
    one()
      .wait(policy.reserveTimeoutMs)
      .hear('inventory.released')
      .wait(SECOND_MS)
      .hear('inventory.reserved')
      .hear('inventory.released', { freed: 2 }),

  'cancelled while stock is reserved': () =>
    two()
      .hear('inventory.reserved', { sku: 'A' })
      .hear('order.cancel.requested')
      .hear('inventory.released', { sku: 'A', freed: 2 })
      .hear('inventory.released', { sku: 'B', quantity: 1 }),

  'cancelled while it is paid': () =>
    one()
      .hear('inventory.reserved')
      .wait(SECOND_MS)
      .hear('order.cancel.requested')
      .hear('payment.processed')
      .hear('inventory.released', { freed: 2 })
      .hear('payment.refunded'),

  'cancelled before dispatch': () =>
    scheduled()
      .hear('order.cancel.requested')
      .hear('order.cancel.requested', byAdmin)
      .hear('shipping.cancelled')
      .hear('payment.refunded')
      .hear('inventory.released', { restocked: 2 }),

  'cancelled too late': () =>
    shipped()
      .hear('order.cancel.requested')
      .wait(HOUR_MS)
      .hear('shipping.delivered')
      .hear('order.cancel.requested'),

  'cancelled by an admin, overtaken by dispatch': () =>
    scheduled()
      .hear('order.cancel.requested', byAdmin)
      .hear('shipping.cancel.refused', { reason: 'already dispatched' })
      .hear('shipping.dispatched')
      .wait(HOUR_MS)
      .hear('shipping.delivered'),

  'cancelled, and dispatched in the same moment': () =>
    scheduled()
      .hear('order.cancel.requested')
      .hear('shipping.dispatched')
      .hear('shipping.cancel.refused', { reason: 'already dispatched' })
      .hear('shipping.delivered'),

  'reviewed before payment and approved': () =>
    one()
      .hear('inventory.reserved')
      .hear('fraud.scored', { score: 91, reasons: ['new account', 'far address'] })
      .hear('payment.processed')
      .hear('inventory.committed')
      .wait(HOUR_MS)
      .hear('order.review.decided', { decision: 'approve', reason: 'known customer' })
      .hear('shipping.scheduled')
      .hear('shipping.dispatched')
      .hear('shipping.delivered'),

  'reviewed after payment, the parcel withdrawn, rejected': () =>
    scheduled()
      .hear('fraud.scored', { score: 99, reasons: [] })
      .hear('shipping.cancelled')
      .wait(HOUR_MS)
      .hear('order.review.decided', { decision: 'reject', reason: 'stolen card' })
      .hear('inventory.released', { restocked: 2 })
      .hear('payment.refunded'),

  'reviewed, the parcel withdrawn, approved and booked again': () =>
    confirmed()
      .hear('fraud.scored')
      .hear('order.review.decided', { decision: 'approve' })
      .hear('shipping.cancelled')
      .hear('shipping.scheduled')
      .hear('shipping.dispatched')
      .hear('shipping.delivered'),

  'payment times out, no money moved': () =>
    one()
      .hear('inventory.reserved')
      .wait(policy.paymentTimeoutMs)
      .hear('inventory.released', { freed: 2 })
      .hear('payment.refunded', { amountCents: 0, refundId: null }),

  'cancelled, then paid late and refunded': () =>
    one()
      .hear('inventory.reserved')
      .hear('payment.failed')
      .hear('inventory.released', { freed: 2 })
      .wait(HOUR_MS)
      .hear('payment.processed')
      .hear('payment.refunded'),

  'refund fails, then succeeds': () =>
    paid(one())
      .hear('order.cancel.requested')
      .hear('payment.refund.failed', { reason: 'bank_unavailable' })
      .hear('inventory.released', { freed: 2 })
      .wait(policy.refundRetryMs)
      .hear('payment.refunded'),

  'refund fails for good, an operator tries again': () => {
    const order = paid(one()).hear('order.cancel.requested').hear('inventory.released', { freed: 2 });
    for (let failures = 1; failures < policy.refundFailuresMax; failures += 1) {
      order.hear('payment.refund.failed', { reason: 'account_closed' }).wait(policy.refundRetryMs);
    }
    return order
      .hear('payment.refund.failed', { reason: 'account_closed' })
      .wait(HOUR_MS)
      .hear('order.cancel.requested', byAdmin)
      .hear('payment.refunded');
  },

  'settling stays unanswered, late answers end it': () =>
    paid(one())
      .hear('order.cancel.requested')
      .wait(policy.settleTimeoutMs)
      .hear('payment.refunded')
      .hear('inventory.released', { freed: 2 }),

  'hold expired, stock lost': () =>
    paid(two().hear('inventory.reserved', { sku: 'B', quantity: 1 }))
      .hear('inventory.committed', { sku: 'A' })
      .hear('inventory.commit.failed', { sku: 'B', quantity: 1, reason: 'out_of_stock' })
      .hear('inventory.released', { sku: 'A', restocked: 2 })
      .hear('payment.refunded'),

  'commitment stays unanswered': () =>
    paid(one())
      .wait(policy.commitTimeoutMs)
      .hear('inventory.released', { freed: 2 })
      .hear('payment.refunded')
      .hear('inventory.committed')
      .hear('inventory.released', { restocked: 2 }),

  'parcel refused, booked again': () =>
    confirmed()
      .hear('shipping.failed')
      .wait(policy.shippingRetryMs)
      .hear('shipping.scheduled')
      .hear('shipping.dispatched')
      .hear('shipping.delivered'),

  undeliverable: () => {
    const order = confirmed();
    for (let failures = 1; failures < policy.shipmentFailuresMax; failures += 1) {
      order.hear('shipping.failed', { reason: 'no such street' }).wait(policy.shippingRetryMs);
    }
    return order
      .hear('shipping.failed', { reason: 'no such street' })
      .hear('payment.refunded')
      .hear('inventory.released', { restocked: 2 });
  },

  'no parcel is scheduled in time': () =>
    confirmed()
      .wait(policy.shippingTimeoutMs)
      .hear('shipping.cancelled')
      .hear('inventory.released', { restocked: 2 })
      .hear('payment.refunded'),

  'no parcel leaves in time, its withdrawal stays unanswered': () =>
    scheduled()
      .wait(policy.dispatchTimeoutMs)
      .wait(policy.withdrawTimeoutMs)
      .hear('shipping.cancelled')
      .hear('payment.refunded')
      .hear('inventory.released', { restocked: 2 }),

  'reviewed, the withdrawal stays unanswered': () =>
    scheduled()
      .hear('fraud.scored')
      .wait(policy.withdrawTimeoutMs)
      .hear('shipping.cancelled')
      .wait(HOUR_MS)
      .hear('order.review.decided', { decision: 'reject', reason: 'no answer by telephone' })
      .hear('payment.refunded')
      .hear('inventory.released', { restocked: 2 }),

  'delivery is overdue, then fails': () =>
    shipped()
      .wait(policy.deliveryTimeoutMs)
      .hear('shipping.failed', { reason: 'lost' })
      .hear('payment.refunded')
      .hear('inventory.released', { restocked: 2 }),
};
