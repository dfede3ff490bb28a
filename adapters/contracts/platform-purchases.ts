import { randomUUID } from 'node:crypto';
import type { NotificationView } from '../../core/services/notifications/ports.ts';
import type { ReservationView, StockLevel } from '../../core/services/inventory/ports.ts';
import type { ShipmentView } from '../../core/services/shipping/ports.ts';
import type { TapTest } from '../postgres/testing.ts';
import { type Person } from './platform-person.ts';
import { until } from '../../core/kernel/testing-until.ts';
import { ended, type Scene, transactions } from './platform-scene.ts';

export async function buying(t: TapTest, { ada, shelf }: Scene): Promise<void> {
  const [first, second] = [shelf.take(60), shelf.take(60)];
  await ada.call('POST', '/api/cart/add', { body: { productId: first.id, quantity: 2 } });
  await ada.call('POST', '/api/cart/add', { body: { productId: second.id, quantity: 3 } });
  const { status, body, headers } = await ada.checkout(undefined);
  t.equal(status, 202);
  const { orderId, totalCents } = body;
  t.equal(totalCents, 2 * first.priceCents + 3 * second.priceCents);
  t.equal(headers.get('location'), `/api/orders/${orderId}`);
  t.same((await ada.get<{ items: unknown[] }>('/api/cart')).items, [], 'the cart is empty');

  const order = await ada.sees(orderId, 'delivered');
  t.match(order, { payment: { status: 'paid', amountCents: totalCents }, shipment: { status: 'delivered' } });
  t.same(await way(ada, orderId), [
    'pending',
    'awaitingPayment',
    'committingStock',
    'confirmed',
    'processing',
    'shipped',
    'delivered',
  ]);
  t.same(await ada.stock(first.sku), { onHand: first.available - 2, reserved: 0 });
  t.same(await ada.stock(second.sku), { onHand: second.available - 3, reserved: 0 });
  t.match(await transactions(ada, orderId), [
    { kind: 'charge', status: 'processed', amountCents: totalCents },
  ]);
  const shipments = await ada.items<ShipmentView>(`/api/shipping/shipments/${orderId}`);
  t.equal(shipments.length, 1);
  t.match(shipments, [
    { status: 'delivered', progress: 1, trackingNumber: order.shipment?.trackingNumber ?? '' },
  ]);
  await until('three e-mails', async () => {
    const sent = await ada.items<NotificationView>('/api/notifications');
    const mails = sent.filter((each) => each.orderId === orderId && each.channel === 'email');
    return mails.length === 3 && mails.every((each) => each.status === 'sent') ? true : undefined;
  });
}

export async function declining(t: TapTest, { ada, shelf }: Scene): Promise<void> {
  const product = shelf.take(60);
  const orderId = await ada.buy([{ productId: product.id, quantity: 2 }], 'tok_declined');
  const order = await ada.sees(orderId, 'cancelled');
  t.match(order, { reason: 'declined', payment: { status: 'failed', reason: 'declined' }, shipment: null });
  t.same(await ada.stock(product.sku), { onHand: product.available, reserved: 0 }, 'stock is as before');
  t.match(await ada.items<ReservationView>(`/api/inventory/reservations/${orderId}`), [
    { sku: product.sku, status: 'released' },
  ]);
  t.notOk((await transactions(ada, orderId)).some(({ status }) => status === 'processed'));
}

export async function shortage(t: TapTest, { stage, ada, admin, shelf }: Scene): Promise<void> {
  const [scarce, plenty] = [shelf.take(10, 49), shelf.take(60)];
  const tooMany = [
    { productId: plenty.id, quantity: 1 },
    { productId: scarce.id, quantity: scarce.available + 1 },
  ];
  const refused = await ada.checkout(tooMany);
  t.match(refused, { status: 409, body: { code: 'out_of_stock' } });
  t.same(await ada.stock(plenty.sku), { onHand: plenty.available, reserved: 0 }, 'nothing is held');

  // Both find enough stock on the shelf when they are taken in; there is enough for one of them only.
  const most = Math.floor(scarce.available / 2) + 1;
  const lines = [
    { productId: plenty.id, quantity: 1 },
    { productId: scarce.id, quantity: most },
  ];
  const letGo = stage.running.holdBack();
  const orderIds = await Promise.all([ada.buy(lines), ada.buy(lines)]).finally(letGo);
  const ends = await Promise.all(orderIds.map((orderId) => ended(ada, orderId)));
  t.same(ends.map(({ status }) => status).sort(), ['cancelled', 'delivered']);
  const loser = ends.find(({ status }) => status === 'cancelled');
  t.equal(loser?.reason, 'out_of_stock');
  t.same(await transactions(ada, loser?.id ?? ''), [], 'was never charged');
  t.same(await ada.stock(scarce.sku), { onHand: scarce.available - most, reserved: 0 });
  t.same(
    await ada.stock(plenty.sku),
    { onHand: plenty.available - 1, reserved: 0 },
    'the other line is free',
  );

  const emptied = shelf.take(60);
  const { warehouses } = await ada.get<StockLevel>(`/api/inventory/${emptied.sku}`);
  const move = async (sign: 1 | -1): Promise<void> => {
    for (const { id, onHand } of warehouses.filter((each) => each.onHand > 0)) {
      const { status } = await admin.call('POST', `/api/admin/inventory/${emptied.sku}/adjust`, {
        body: { warehouseId: id, delta: sign * onHand, reason: 'stocktaking' },
      });
      t.equal(status, 200);
    }
  };
  await move(-1);
  t.equal((await ada.checkout([{ productId: emptied.id, quantity: 1 }])).status, 409, 'sold out');
  await move(1);
  t.same(await ada.stock(emptied.sku), { onHand: emptied.available, reserved: 0 });
}

export async function repeating(t: TapTest, { ada, shelf }: Scene): Promise<void> {
  const product = shelf.take(60);
  const lines = [{ productId: product.id, quantity: 1 }];
  const key = randomUUID();
  const [first, second] = await Promise.all([ada.checkout(lines, { key }), ada.checkout(lines, { key })]);
  t.same([first.status, second.status], [202, 202]);
  t.equal(first.body.orderId, second.body.orderId, 'at the same time');
  await ada.sees(first.body.orderId, 'delivered');
  const later = await ada.checkout(lines, { key });
  t.equal(later.status, 202);
  t.same(later.body.orderId, first.body.orderId, 'and later on');
  const other = await ada.checkout([{ productId: product.id, quantity: 2 }], { key });
  t.equal(other.status, 422, 'another body under the same key');
  t.same(await ada.stock(product.sku), { onHand: product.available - 1, reserved: 0 }, 'bought once');
}

/** The saga's states in the order in which they were entered, without what is nested in them. */
async function way(person: Person, orderId: string): Promise<readonly string[]> {
  const states = (await person.log(orderId)).map(({ to }) => to.split('.')[0] ?? '');
  return states.filter((state, index) => state !== states[index - 1]);
}
