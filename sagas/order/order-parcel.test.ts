import t from 'tap';
import { DEFAULT_ORDER_POLICY } from '../../core/services/orders/policy.ts';
import { item, OrderWorld } from './testing/order-world.ts';
import { scenes } from './testing/scenes.ts';

const policy = DEFAULT_ORDER_POLICY;

t.test('a suspicious order is in review at once, is charged, and is not shipped', (t) => {
  const order = scenes.pending().hear('fraud.scored', { score: 93, reasons: ['new account', 'far away'] });
  t.match(order.row, { status: 'in_review', reason: 'fraud score 93: new account, far away' });
  order.hear('inventory.reserved').hear('payment.processed').hear('inventory.committed');
  t.equal(order.state, 'review.deciding');
  t.equal(order.row['status'], 'in_review');
  t.strictSame(order.all('shipping.requested'), []);
  t.equal(order.timers.size, 0, 'the decision has no time-out');
  order.hear('order.review.decided', { decision: 'approve' });
  t.strictSame(order.sentTypes, ['order.confirmed', 'shipping.requested']);
  t.equal(order.row['status'], 'confirmed');
  t.end();
});

t.test('a review decided before payment holds nothing up', (t) => {
  const order = scenes.pending().hear('fraud.scored').hear('order.review.decided', { decision: 'approve' });
  t.match(order.row, { status: 'pending', reason: null });
  order.hear('inventory.reserved').hear('payment.processed').hear('inventory.committed');
  t.equal(order.state, 'confirmed.requestingParcel');
  order.hear('fraud.scored', { score: 99 });
  t.equal(order.state, 'confirmed.requestingParcel', 'what was approved is not reviewed again');
  t.end();
});

t.test('a score at the threshold holds nothing; at 100 none ever does', (t) => {
  t.equal(scenes.pending().hear('fraud.scored', { score: 80 }).row['status'], 'pending');
  const never = new OrderWorld([item('A')], { fraudReviewAbove: 100 });
  t.equal(never.hear('fraud.scored', { score: 100 }).row['status'], 'pending');
  t.end();
});

t.test('a parcel is withdrawn for review, and sent again under a new key once approved (P18)', (t) => {
  const order = scenes.processing().hear('fraud.scored');
  t.match(order.sent, [{ type: 'shipping.cancel.requested', data: { shipmentKey: 'o1/1' } }]);
  t.equal(order.row['status'], 'in_review');
  order.hear('shipping.cancelled');
  t.equal(order.state, 'review.deciding');
  t.match(order.row['shipment'], { status: 'withdrawn' });
  order.hear('order.review.decided', { decision: 'approve' });
  t.match(order.sent, [{ type: 'shipping.requested', data: { shipmentKey: 'o1/2' } }]);
  t.equal(order.sent.length, 1, 'it was confirmed before');
  order.hear('shipping.scheduled', { shipmentKey: 'o1/1' });
  t.equal(order.row['status'], 'confirmed', 'news of the withdrawn parcel is old');
  t.equal(order.hear('shipping.scheduled').row['status'], 'processing');
  t.end();
});

t.test('approved while the parcel is still being withdrawn: it is sent again when it is back', (t) => {
  const order = scenes['review.withdrawing']().hear('order.review.decided', { decision: 'approve' });
  t.equal(order.state, 'review.withdrawing');
  t.match(order.hear('shipping.cancelled').sent, [{ data: { shipmentKey: 'o1/2' } }]);
  t.end();
});

t.test('in review, dispatch wins the race', (t) => {
  for (const news of ['shipping.dispatched', 'shipping.cancel.refused'] as const) {
    const order = scenes['review.withdrawing']().hear(news);
    t.equal(order.row['status'], 'shipped', news);
    t.strictSame(order.sentTypes, ['order.shipped']);
    t.equal(order.hear('order.review.decided', { decision: 'reject' }).row['status'], 'shipped');
  }
  t.end();
});

t.test(
  'rejected: parcel back, then refund and restock, then cancelled; the words of the review are not told',
  (t) => {
    const order = scenes['review.withdrawing']();
    order.hear('order.review.decided', { decision: 'reject', reason: 'stolen card' });
    t.strictSame(order.sentTypes, [], 'neither money nor stock moves before the parcel is back');
    order.hear('shipping.cancelled');
    t.strictSame(order.sentTypes, ['inventory.release.requested', 'payment.refund.requested']);
    order.hear('payment.refunded').hear('inventory.released', { restocked: 2 });
    t.match(order.row, { status: 'cancelled', reason: 'cancelled by an admin' });
    t.match(order.sent, [{ type: 'order.cancelled', data: { reason: 'cancelled by an admin' } }]);
    t.end();
  },
);

t.test("shoppers read their own reason for a cancellation, and none of the shop's people's words", (t) => {
  const cancelled = (requestedBy: string) => {
    const order = scenes.awaitingPayment();
    order.hear('order.cancel.requested', { requestedBy, reason: 'looks like a reseller' });
    const asked = order.sent.map(({ data }) => JSON.stringify(data));
    order.hear('inventory.released').hear('payment.refunded', { refundedCents: 0 });
    return { order, told: [...asked, ...order.sent.map(({ data }) => JSON.stringify(data))].join() };
  };
  const byShopper = cancelled('u1');
  t.match(byShopper.order.row, { status: 'cancelled', reason: 'looks like a reseller' });
  const byAdmin = cancelled('admin-7');
  t.match(byAdmin.order.row, { status: 'cancelled', reason: 'cancelled by an admin' });
  t.notMatch(byAdmin.told, /reseller/);
  t.match(byAdmin.order.context.cancelRequest, { requestedBy: 'admin-7', reason: 'looks like a reseller' });
  t.end();
});

t.test('cancelled with a parcel under way: withdrawn first, then refund and restock', (t) => {
  const order = scenes.processing().hear('order.cancel.requested', { reason: 'too slow' });
  t.strictSame(order.sentTypes, ['shipping.cancel.requested']);
  t.equal(order.row['status'], 'processing');
  order.hear('order.cancel.requested', { reason: 'again' });
  t.strictSame(order.sentTypes, [], 'asked twice, done once');
  order.hear('shipping.cancelled').hear('inventory.released').hear('payment.refunded');
  t.match(order.row, { status: 'cancelled', reason: 'too slow', shipment: { status: 'withdrawn' } });
  t.end();
});

t.test('cancelled too late: dispatch wins and the shopper is told', (t) => {
  const order = scenes['compensating.withdrawing']().hear('shipping.cancel.refused');
  t.match(order.sent, [
    { type: 'notification.requested', data: { email: 'ada@example.com', orderId: 'o1' } },
    { type: 'order.shipped' },
  ]);
  t.match(order.row, { status: 'shipped', reason: null });
  order.hear('shipping.dispatched');
  t.strictSame(order.sentTypes, [], 'shipped is told once');
  t.equal(order.hear('shipping.delivered').row['status'], 'delivered');
  t.strictSame(order.all('payment.refund.requested'), []);
  t.end();
});

t.test('an answer that comes too late names the request: whose it was, and when', (t) => {
  const letter = (requestedBy: string): string => {
    const order = scenes.processing().wait(90_000).hear('order.cancel.requested', { requestedBy });
    t.match(order.context.cancelRequest, { requestedBy, at: '2026-01-05T12:01:30.000Z' });
    // Who asks once more takes nothing from the first.
    order.wait(90_000).hear('order.cancel.requested', { requestedBy: 'u9' });
    const [sent] = order.hear('shipping.dispatched').sent;
    t.match(order.context.cancelRequest, { requestedBy, tooLate: true }, 'and is settled by it');
    order.hear('order.cancel.requested', { requestedBy: 'u1' });
    t.strictSame(order.sentTypes, [], 'who asks again is not told again');
    return (sent?.data as { text: string } | undefined)?.text ?? '';
  };
  t.match(
    letter('u1'),
    /your request of 2026-01-05, 12:01 UTC, to cancel order o1 came after its parcel had left/,
  );
  t.match(letter('admin-7'), /our team's request of 2026-01-05, 12:01 UTC, to cancel order o1/);
  t.end();
});

t.test('a refusal that comes before any tracking number: shipped is told with the number', (t) => {
  const order = scenes['confirmed.requestingParcel']().hear('order.cancel.requested');
  order.hear('shipping.cancel.refused');
  t.strictSame(order.sentTypes, ['notification.requested']);
  t.match(order.hear('shipping.dispatched').sent, [
    { type: 'order.shipped', data: { trackingNumber: 'TRACK1' } },
  ]);
  t.end();
});

t.test('cancelled while the gateway has not answered: money asked back by key', (t) => {
  const order = scenes.awaitingPayment().hear('order.cancel.requested');
  t.strictSame(order.sentTypes, ['inventory.release.requested', 'payment.refund.requested']);
  t.end();
});

t.test('a refused parcel is asked for again under a new key, then given up', (t) => {
  const order = scenes['confirmed.requestingParcel']().hear('shipping.failed');
  t.equal(order.row['status'], 'confirmed');
  order.wait(policy.shippingRetryMs);
  t.match(order.sent, [{ type: 'shipping.requested', data: { shipmentKey: 'o1/2' } }]);
  order.hear('shipping.failed').wait(policy.shippingRetryMs).hear('shipping.failed');
  t.strictSame(order.sentTypes, ['inventory.release.requested', 'payment.refund.requested']);
  t.equal(order.all('shipping.requested').length, policy.shipmentFailuresMax);
  order.hear('inventory.released').hear('payment.refunded');
  t.match(order.row, { status: 'cancelled', reason: 'undeliverable', shipment: { status: 'failed' } });
  t.end();
});

t.test('shipping stays silent, or never dispatches: withdraw, refund, cancel', (t) => {
  const silent = scenes['confirmed.requestingParcel']().wait(policy.shippingTimeoutMs);
  t.match(silent.sent, [{ type: 'shipping.cancel.requested' }]);
  t.equal(silent.row['reason'], 'shipping_timeout');
  const lying = scenes.processing().wait(policy.dispatchTimeoutMs);
  t.match(lying.sent, [{ type: 'shipping.cancel.requested' }]);
  t.equal(lying.row['reason'], 'dispatch_timeout');
  t.end();
});

t.test('news of a parcel that overtake each other end in the same place', (t) => {
  const order = scenes['confirmed.requestingParcel']().hear('shipping.dispatched').hear('shipping.scheduled');
  t.equal(order.row['status'], 'shipped');
  t.match(order.row['shipment'], { status: 'dispatched', estimatedDeliveryAt: '2026-01-08T12:00:00.000Z' });
  order.hear('shipping.progressed', { progress: 0.8 }).hear('shipping.progressed', { progress: 0.3 });
  t.match(order.row['shipment'], { progress: 0.8 });
  order.hear('shipping.delivered').hear('shipping.progressed', { progress: 0.9 });
  t.match(order.row, { status: 'delivered', shipment: { status: 'delivered', progress: 1 } });
  t.end();
});

t.test('an overdue parcel is shown as such and can still arrive', (t) => {
  const order = scenes['shipped.overdue']();
  t.match(order.row, { status: 'shipped', waiting_for: 'delivery, which is overdue: ask the carrier' });
  t.equal(order.hear('shipping.delivered').row['status'], 'delivered');
  t.end();
});
