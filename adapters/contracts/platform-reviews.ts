import { partitionName, partitionOf } from '../../core/kernel/partition.ts';
import type { ShipmentView } from '../../core/services/shipping/ports.ts';
import type { TapTest } from '../postgres/testing.ts';
import { type Line } from './platform-person.ts';
import { until } from '../../core/kernel/testing-until.ts';
import { fraudScored, PARTITIONS, type Scene, transactions } from './platform-scene.ts';

export async function cancelling(t: TapTest, { ada, shelf }: Scene): Promise<void> {
  const product = shelf.take(60);
  const lines = [{ productId: product.id, quantity: 4 }];
  const [paid, fresh] = [await ada.buy(lines), await ada.buy(lines)];
  t.equal((await ada.call('PUT', `/api/orders/${fresh}/cancel`)).status, 202, 'at once');
  await ada.sees(paid, 'processing');
  t.equal((await ada.call('PUT', `/api/orders/${paid}/cancel`)).status, 202, 'paid and packed');
  await ada.sees(fresh, 'cancelled');
  const order = await ada.sees(paid, 'cancelled');
  t.match(order.payment, { status: 'refunded', refundedCents: 4 * product.priceCents });
  t.same(await ada.stock(product.sku), { onHand: product.available, reserved: 0 }, 'the stock is back');
  const moneyOf = async (orderId: string): Promise<number> =>
    (await transactions(ada, orderId))
      .filter(({ status }) => status === 'processed')
      .reduce((sum, each) => sum + (each.kind === 'charge' ? each.amountCents : -each.amountCents), 0);
  t.ok((await moneyOf(paid)) <= 0, 'no money is kept');
  t.ok((await moneyOf(fresh)) <= 0, 'nor that of the fresh one');
  const again = await ada.call('PUT', `/api/orders/${paid}/cancel`);
  t.equal(again.status, 409, 'what is cancelled stays so');
}

export async function rejecting(t: TapTest, scene: Scene): Promise<void> {
  const { ada, admin, shelf } = scene;
  const product = shelf.take(60);
  const orderId = await suspicious(scene, [{ productId: product.id, quantity: 2 }]);
  const body = { decision: 'reject', reason: 'a stolen card' };
  t.equal((await ada.call('POST', `/api/admin/orders/${orderId}/review`, { body })).status, 403);
  t.equal((await admin.call('POST', `/api/admin/orders/${orderId}/review`, { body })).status, 200);
  const order = await ada.sees(orderId, 'cancelled');
  t.match(order.payment, { status: 'refunded', refundedCents: 2 * product.priceCents });
  t.same(await ada.stock(product.sku), { onHand: product.available, reserved: 0 }, 'restocked');
  const shipments = await ada.items<ShipmentView>(`/api/shipping/shipments/${orderId}`);
  t.ok(
    shipments.every(({ status }) => status === 'cancelled'),
    'no parcel leaves',
  );
}

export async function approving(t: TapTest, { ada, admin }: Scene, orderId: string): Promise<void> {
  t.match(await ada.order(orderId), { status: 'in_review', reason: 'in_review' });
  const body = { decision: 'approve', reason: 'a good customer' };
  t.equal((await admin.call('POST', `/api/admin/orders/${orderId}/review`, { body })).status, 200);
  t.match((await ada.sees(orderId, 'delivered')).payment, { status: 'paid' });
}

/** An order that is paid, packed and then found suspicious; resolves once it is in review with its parcel withdrawn. */
export async function suspicious({ stage, ada, admin }: Scene, lines: readonly Line[]): Promise<string> {
  const orderId = await ada.buy(lines);
  await ada.sees(orderId, 'processing');
  const routingKey = `fraud.scored.${partitionName(partitionOf(orderId, PARTITIONS))}`;
  await stage.running.broker.publish([
    { exchange: 'events', routingKey, messages: [fraudScored(orderId)], mandatory: true },
  ]);
  await until('the parcel to be withdrawn', async () => {
    const { sagaState } = await admin.order(orderId);
    return sagaState === 'review.deciding' ? true : undefined;
  });
  return orderId;
}
