import t from 'tap';
import { DEFAULT_ORDER_POLICY } from '../../core/services/orders/policy.ts';
import { item, OrderWorld } from './testing/order-world.ts';
import { scenes } from './testing/scenes.ts';

const policy = DEFAULT_ORDER_POLICY;
const two = (): OrderWorld => new OrderWorld([item('A', 2), item('B', 1, 500)]);

t.test('a good order goes from stock to the door, showing each step', (t) => {
  const order = two();
  t.equal(order.row['status'], 'pending');
  t.equal(order.row['waiting_for'], 'stock to be reserved: A, B');
  order.hear('inventory.reserved', { sku: 'B' });
  t.equal(order.row['waiting_for'], 'stock to be reserved: A');
  order.hear('inventory.reserved', { sku: 'A' });
  t.equal(order.row['status'], 'awaiting_payment');
  t.match(order.sent, [
    {
      type: 'payment.requested',
      awaitsAnswer: true,
      data: { chargeKey: 'o1', amountCents: 2_500, currency: 'USD', method: { token: 'tok_ok' } },
    },
  ]);
  order.hear('payment.processed');
  t.equal(order.row['status'], 'awaiting_payment', 'confirmed only once the stock is committed');
  t.match(order.row['payment'], { status: 'paid', transactionId: 't1', amountCents: 2_500 });
  t.match(order.sent, [
    { type: 'inventory.commit.requested', subject: 'A', data: { quantity: 2 }, awaitsAnswer: true },
    { type: 'inventory.commit.requested', subject: 'B', data: { quantity: 1 }, awaitsAnswer: true },
  ]);
  order.hear('inventory.committed', { sku: 'A' }).hear('inventory.committed', { sku: 'B' });
  t.equal(order.row['status'], 'confirmed');
  t.match(order.sent[1], {
    type: 'shipping.requested',
    data: {
      shipmentKey: 'o1/1',
      items: [
        { sku: 'A', quantity: 2 },
        { sku: 'B', quantity: 1 },
      ],
    },
  });
  order.hear('shipping.scheduled');
  t.equal(order.row['status'], 'processing');
  t.match(order.row['shipment'], { status: 'scheduled', trackingNumber: 'TRACK1' });
  order.hear('shipping.dispatched').hear('shipping.progressed');
  t.equal(order.row['status'], 'shipped');
  t.match(order.row['shipment'], { status: 'in_transit', progress: 0.5, location: { name: 'Columbus' } });
  order.hear('shipping.delivered');
  t.match(order.row, { status: 'delivered', waiting_for: null, reason: null });
  t.ok(order.finished);
  t.equal(order.timers.size, 0, 'nothing ticks on');
  t.strictSame(
    order.allSent.map(({ type }) => type).filter((type) => type.startsWith('order.')),
    ['order.placed', 'order.confirmed', 'order.processing', 'order.shipped', 'order.delivered'],
  );
  t.end();
});

t.test('the version of the row counts the messages handled', (t) => {
  t.equal(two().row['version'], 1);
  t.equal(two().hear('inventory.reserved').hear('payment.disputed').row['version'], 3);
  t.end();
});

t.test('one SKU short: all others are released, also those that have not answered (P16)', (t) => {
  const order = new OrderWorld([item('A'), item('B'), item('C')]).hear('inventory.reserved', { sku: 'A' });
  order.hear('inventory.reserve.failed', { sku: 'B' });
  t.strictSame(
    order.sent.map(({ type, subject }) => `${type} ${subject}`),
    ['inventory.release.requested A', 'inventory.release.requested C'],
  );
  t.equal(order.row['status'], 'pending', 'not cancelled before the stock is free again');
  order.hear('inventory.reserved', { sku: 'C' }).hear('inventory.released', { sku: 'C' });
  t.equal(order.state, 'compensating.settling');
  order.hear('inventory.released', { sku: 'A' });
  t.match(order.row, { status: 'cancelled', reason: 'out_of_stock' });
  t.match(order.sent, [{ type: 'order.cancelled', data: { reason: 'out_of_stock', refundedCents: 0 } }]);
  t.strictSame(order.all('payment.refund.requested'), [], 'no money was asked for, none is asked back');
  t.end();
});

t.test("a declined payment cancels with the gateway's reason", (t) => {
  const order = scenes.awaitingPayment().hear('payment.failed', { reason: 'insufficient_funds' });
  t.strictSame(order.sentTypes, ['inventory.release.requested']);
  order.hear('inventory.released');
  t.match(order.row, {
    status: 'cancelled',
    reason: 'insufficient_funds',
    payment: { status: 'failed', reason: 'insufficient_funds' },
  });
  t.end();
});

t.test('a silent gateway: stock released, money asked back by key, then cancelled (P15)', (t) => {
  const order = scenes.awaitingPayment().wait(policy.paymentTimeoutMs);
  t.match(order.sent, [
    { type: 'inventory.release.requested', awaitsAnswer: true },
    { type: 'payment.refund.requested', awaitsAnswer: true, data: { chargeKey: 'o1', amountCents: 2_000 } },
  ]);
  order.hear('inventory.released');
  t.equal(order.state, 'compensating.settling', 'not before the money is known to be back');
  order.hear('payment.refunded', { amountCents: 0, refundId: null });
  t.match(order.row, { status: 'cancelled', reason: 'payment_timeout', payment: { refundedCents: 0 } });
  t.equal(order.timers.size, 0);
  t.end();
});

t.test('money that moved after all is refunded before the order is cancelled', (t) => {
  const order = scenes.awaitingPayment().wait(policy.paymentTimeoutMs);
  order.hear('payment.processed').hear('inventory.released').hear('payment.refunded');
  t.match(order.row, { status: 'cancelled', payment: { status: 'refunded', refundedCents: 2_000 } });
  t.match(order.sent, [{ type: 'order.cancelled', data: { refundedCents: 2_000 } }]);
  t.equal(order.all('payment.refund.requested').length, 1);
  t.end();
});

t.test('a late payment for a cancelled order is refunded, and tells no second cancellation', (t) => {
  const order = scenes.awaitingPayment().hear('payment.failed').hear('inventory.released');
  t.equal(order.state, 'cancelled');
  order.hear('payment.processed');
  t.strictSame(order.sentTypes, ['payment.refund.requested']);
  t.equal(order.row['status'], 'cancelled', 'its public status never comes back to life');
  order.hear('payment.refunded');
  t.equal(order.state, 'cancelled');
  t.equal(order.all('order.cancelled').length, 1);
  t.end();
});

t.test('a late reservation for a cancelled order is released (P16)', (t) => {
  const order = scenes['cancelled, never charged']().hear('inventory.reserved');
  t.match(order.sent, [{ type: 'inventory.release.requested', subject: 'A' }]);
  t.equal(order.hear('inventory.released').state, 'cancelled');
  t.end();
});

t.test('money that could not be given back to a cancelled order is not forgotten', (t) => {
  const order = scenes.awaitingPayment().hear('payment.failed').hear('inventory.released');
  order.hear('payment.refund.failed', { reason: 'account closed' });
  t.strictSame(order.sentTypes, ['payment.refund.requested']);
  t.equal(order.hear('payment.refunded').state, 'cancelled');
  t.end();
});

t.test('money that moved against a decline is asked back, whichever news comes first', (t) => {
  const order = scenes.awaitingPayment().hear('payment.refund.failed').hear('payment.failed');
  t.strictSame(order.all('payment.refund.requested').length, 1);
  order.hear('inventory.released').hear('payment.refunded');
  t.match(order.row, { status: 'cancelled', reason: 'payment_unsettled', payment: { refundedCents: 2_000 } });
  t.end();
});

t.test('the hold ran out and the stock is gone: refund, release the rest, cancel (P17)', (t) => {
  const order = two().hear('inventory.reserved', { sku: 'A' }).hear('inventory.reserved', { sku: 'B' });
  order.hear('payment.processed').hear('inventory.committed', { sku: 'A' });
  order.hear('inventory.commit.failed', { sku: 'B' });
  t.match(order.sent, [
    { type: 'inventory.release.requested', subject: 'A' },
    { type: 'payment.refund.requested' },
  ]);
  t.equal(order.sent.length, 2);
  order.hear('payment.refunded').hear('inventory.released', { sku: 'A', restocked: 2 });
  t.match(order.row, { status: 'cancelled', reason: 'out_of_stock' });
  t.end();
});

t.test('stock that stays silent does not hold an order for ever', (t) => {
  const order = scenes.pending().wait(policy.reserveTimeoutMs);
  t.strictSame(order.sentTypes, ['inventory.release.requested']);
  t.match(order.hear('inventory.released').row, { status: 'cancelled', reason: 'stock_timeout' });
  const paid = scenes.committingStock().wait(policy.commitTimeoutMs);
  t.strictSame(paid.sentTypes, ['inventory.release.requested', 'payment.refund.requested']);
  t.end();
});

t.test('a disputed payment is recorded and changes nothing else', (t) => {
  const order = scenes.delivered().hear('payment.disputed', { reason: 'not received' });
  t.match(order.row, { status: 'delivered', payment: { status: 'paid', reason: 'disputed: not received' } });
  t.strictSame(order.sentTypes, []);
  t.end();
});

t.test('an admin gives the money of a delivered order back, once, and the goods stay sold (S5)', (t) => {
  const order = scenes.delivered().hear('order.refund.requested', { reason: 'arrived broken' });
  t.match(order.sent, [{ type: 'payment.refund.requested', data: { reason: 'arrived broken' } }]);
  t.match(order.row, { status: 'delivered', payment: { status: 'refunding' } });
  t.notOk(order.finished, 'it waits for the gateway');
  order.hear('order.refund.requested');
  t.strictSame(order.sentTypes, [], 'asked twice, sent once');

  order.hear('payment.refund.failed', { reason: 'account closed' });
  t.match(order.row, {
    payment: { status: 'unsettled', reason: 'account closed' },
    waiting_for: 'an admin: refund of 2000 cents USD',
  });
  order.hear('order.refund.requested').hear('payment.refunded');
  t.match(order.sent, [{ type: 'notification.requested', data: { text: /refunded \$20\.00/ } }]);
  t.match(order.row, { status: 'delivered', payment: { status: 'refunded', refundedCents: 2_000 } });
  t.ok(order.finished);
  t.strictSame(order.all('inventory.release.requested'), []);
  order.hear('order.refund.requested');
  t.strictSame(order.sentTypes, [], 'what is refunded is not refunded again');
  t.end();
});

t.test('the payment time-out is shorter than the hold, with reserving before it (P17)', (t) => {
  t.ok(policy.reserveTimeoutMs + policy.paymentTimeoutMs < 600_000);
  t.end();
});

t.test('every request awaits its answer, no announcement does (P14)', (t) => {
  for (const scene of Object.values(scenes)) {
    for (const { type, awaitsAnswer } of scene().allSent) {
      const request = type.endsWith('.requested') && type !== 'notification.requested';
      t.equal(awaitsAnswer === true, request || type === 'payment.requested', type);
    }
  }
  t.end();
});
