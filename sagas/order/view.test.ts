import t from 'tap';
import type { OrderPayment, OrderShipment } from '../../core/services/orders/ports.ts';
import { ORDER_PROGRESS_TABLE } from '../../core/services/orders/tables.ts';
import { scenes } from './testing/scenes.ts';
import { orderProgress, paymentView, shipmentView } from './view.ts';

t.test('a row fills every column of the progress table', (t) => {
  for (const make of Object.values(scenes)) {
    const { state, context } = make();
    const { table, row } = orderProgress('o1', { value: state, state, context, version: 7, parked: null }, 0);
    t.equal(table, ORDER_PROGRESS_TABLE.name);
    t.strictSame(Object.keys(row).sort(), Object.keys(ORDER_PROGRESS_TABLE.columns).sort(), state);
    t.match(row, { id: 'o1', version: 7, updated_at: '1970-01-01T00:00:00.000Z' });
  }
  t.end();
});

t.test('payment and shipment are what the orders service promises to show', (t) => {
  const { state, context } = scenes['review.withdrawing']();
  const payment: OrderPayment = paymentView(state, context);
  const shipment: OrderShipment | null = shipmentView(context);
  t.strictSame(payment, {
    status: 'paid',
    method: 'credit_card',
    amountCents: 2_000,
    refundedCents: 0,
    transactionId: 't1',
  });
  t.match(shipment, { status: 'scheduled' }, 'a parcel is not back before shipping says so');
  t.equal(shipmentView(scenes.pending().context), null);
  t.end();
});

t.test('a payment reads as what became of the money', (t) => {
  const status = (make: () => { readonly row: Readonly<Record<string, unknown>> }) =>
    (make().row['payment'] as OrderPayment).status;
  t.equal(status(scenes.pending), 'pending');
  t.equal(status(scenes.awaitingPayment), 'pending');
  t.equal(
    status(() => scenes.awaitingPayment().hear('payment.failed')),
    'failed',
  );
  t.equal(status(scenes['compensating.settling']), 'refunding');
  t.equal(status(scenes['compensating.resting']), 'refunding');
  t.equal(status(scenes['failed, settling']), 'unsettled');
  t.equal(status(scenes['cancelled, refunded']), 'refunded');
  const void_ = scenes.awaitingPayment().hear('order.cancel.requested').hear('inventory.released');
  t.equal(
    status(() => void_.hear('payment.refunded', { amountCents: 0 })),
    'failed',
    'nothing was taken',
  );
  t.end();
});
