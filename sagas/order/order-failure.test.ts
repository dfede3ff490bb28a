import t from 'tap';
import { DEFAULT_ORDER_POLICY } from '../../core/services/orders/policy.ts';
import { scenes } from './testing/scenes.ts';

const policy = DEFAULT_ORDER_POLICY;

t.test('a refund that fails is asked for again, then named to an operator', (t) => {
  const order = scenes['compensating.settling']().hear('inventory.released');
  for (let attempt = 1; attempt < policy.refundFailuresMax; attempt += 1) {
    order.hear('payment.refund.failed');
    t.equal(order.state, 'compensating.resting');
    order.wait(policy.refundRetryMs);
    t.strictSame(order.sentTypes, ['payment.refund.requested']);
  }
  order.hear('payment.refund.failed');
  const unsettled = ['refund of 2000 cents USD, charge o1'];
  t.match(order.sent, [{ type: 'order.failed', data: { reason: 'refund_failed', unsettled } }]);
  t.match(order.row, {
    status: 'failed',
    payment: { status: 'unsettled' },
    waiting_for: 'an operator: refund of 2000 cents USD, charge o1',
  });
  t.notOk(order.finished);
  t.match(
    order.hear('order.cancel.requested').sent,
    [{ type: 'payment.refund.requested' }],
    'tried once more',
  );
  order.hear('payment.refunded');
  t.match(order.row, { status: 'cancelled', payment: { refundedCents: 2_000 }, waiting_for: null });
  t.end();
});

t.test('"nothing had moved" after a failed refund is doubtful: the gateway is asked again', (t) => {
  const order = scenes['compensating.resting']().hear('inventory.released');
  order.hear('payment.refunded', { amountCents: 0, refundId: null });
  t.equal(order.state, 'compensating.resting', 'the answers may have overtaken each other');
  t.strictSame(order.wait(policy.refundRetryMs).sentTypes, ['payment.refund.requested']);
  order.hear('payment.refunded', { amountCents: 0, refundId: null });
  t.equal(order.state, 'cancelled');

  const stuck = scenes['failed, settling']().hear('inventory.released').hear('payment.refund.failed');
  stuck.hear('payment.refunded', { amountCents: 0, refundId: null });
  t.strictSame(stuck.sentTypes, ['payment.refund.requested']);
  t.end();
});

t.test('what stays unanswered is named, and settled by a late answer', (t) => {
  const order = scenes['failed, settling']();
  t.match(order.all('order.failed'), [
    { reason: 'settlement_timeout', unsettled: ['refund of 2000 cents USD, charge o1', 'release of 2 × A'] },
  ]);
  order.hear('payment.refunded');
  t.match(order.row, { status: 'failed', waiting_for: 'an operator: release of 2 × A' });
  order.hear('inventory.released');
  t.match(order.row, { status: 'cancelled', reason: 'changed my mind' });
  t.ok(order.finished);
  t.end();
});

t.test('an unanswered withdrawal is named; the late answer decides', (t) => {
  const order = scenes['failed, withdrawing to cancel']();
  t.strictSame(order.all('payment.refund.requested'), [], 'no refund while the parcel may leave');
  order.hear('shipping.cancelled').hear('inventory.released').hear('payment.refunded');
  t.equal(order.row['status'], 'cancelled');
  const review = scenes['failed, withdrawing for review']();
  t.match(review.all('order.failed'), [{ unsettled: ['withdrawal of shipment o1/1'] }]);
  t.equal(review.hear('shipping.cancelled').row['status'], 'in_review');
  t.end();
});
