import t from 'tap';
import { completed, difference } from '../../core/engine/difference.ts';
import { DEFAULT_ORDER_POLICY } from '../../core/services/orders/policy.ts';
import type { OrderContext } from './context.ts';
import { usualOrder } from './stored.ts';
import { item, ORDER_ID, orderBehaviour, OrderWorld } from './testing/order-world.ts';
import { scenes } from './testing/scenes.ts';
import { stories } from './testing/stories.ts';

const ROW = { id: ORDER_ID, version: 1 };
const FACTS = {
  userId: 'u1',
  email: 'ada@example.com',
  customerName: 'Ada',
  lines: [{ sku: 'A', quantity: 2, state: 'requested' }],
  totalCents: 2_000,
  currency: 'USD',
  shippingAddress: { street: '1 Main St', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' },
  paymentMethod: { type: 'credit_card', token: 'tok_ok' },
  placedAt: '2026-01-05T12:00:00.000Z',
};

t.test('an order is stored without its id and without what is as usual', (t) => {
  t.strictSame(new OrderWorld().stored, { value: 'pending', context: FACTS });
  t.strictSame(scenes['compensating.withdrawing']().stored, {
    value: { compensating: 'withdrawing' },
    context: {
      ...FACTS,
      status: 'processing',
      lines: [{ sku: 'A', quantity: 2, state: 'committed' }],
      payment: { state: 'paid', transactionId: 't1' },
      shipment: {
        state: 'withdrawing',
        number: 1,
        tracking: { trackingNumber: 'TRACK1', carrier: 'Swift' },
        estimatedDeliveryAt: '2026-01-08T12:00:00.000Z',
      },
      cancelReason: 'changed my mind',
      cancelRequest: {
        requestedBy: 'u1',
        reason: 'changed my mind',
        at: '2026-01-05T12:00:00.000Z',
        tooLate: false,
      },
    },
  });
  t.end();
});

// Orders in the database rely on it: a change that fails here needs another definition (stored.ts).
t.test('what a stored order leaves out means what it meant when definition 3 wrote it', (t) => {
  const { context } = orderBehaviour.deserialize({ value: 'pending', context: FACTS }, ROW);
  t.strictSame(context, {
    orderId: ORDER_ID,
    ...FACTS,
    policy: {
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
    },
    status: 'pending',
    payment: { state: 'none', transactionId: null, refundedCents: 0, refundFailures: 0, reason: null },
    shipment: {
      state: 'none',
      number: 0,
      failures: 0,
      tracking: null,
      estimatedDeliveryAt: null,
      dispatchedAt: null,
      deliveredAt: null,
      progress: null,
      location: null,
    },
    review: 'none',
    suspicion: null,
    cancelReason: null,
    cancelRequest: null,
    refundReason: null,
    failure: null,
  });
  t.end();
});

t.test('an order keeps the policy it was placed with, whatever is usual', (t) => {
  const policy = { paymentTimeoutMs: 7_000, fraudReviewAbove: 100 };
  const order = new OrderWorld([item('A', 2)], policy).hear('inventory.reserved');
  t.match(order.stored, { context: { policy } });
  t.strictSame(order.context.policy, { ...DEFAULT_ORDER_POLICY, ...policy });
  t.equal(order.wait(6_999).state, 'awaitingPayment');
  t.equal(order.wait(1).state, 'compensating.settling');
  t.end();
});

// OrderWorld holds this after every step of every test; here under policies of every kind, too.
t.test('whatever an order has lived through, it comes out of the store as it went in', (t) => {
  const settings = Object.keys(DEFAULT_ORDER_POLICY);
  for (const [name, live] of [...Object.entries(stories), ...Object.entries(scenes)]) {
    const { context } = live();
    for (let chosen = 0; chosen < 2 ** settings.length; chosen += 613) {
      const changed = settings
        .filter((_, bit) => (chosen >> bit) % 2 === 1)
        .map((name) => [name, 1] as const);
      const policy = { ...context.policy, ...Object.fromEntries(changed) };
      const order: OrderContext = { ...context, policy };
      const usual = usualOrder(ORDER_ID);
      const stored = JSON.parse(JSON.stringify(difference({ ...order }, { ...usual }))) as typeof order;
      t.strictSame(completed({ ...stored }, { ...usual }), order, name);
    }
  }
  t.end();
});
