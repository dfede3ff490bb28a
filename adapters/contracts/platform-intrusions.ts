import { partitionName, partitionOf } from '../../core/kernel/partition.ts';
import type { TapTest } from '../postgres/testing.ts';
import { Person, until } from './platform-person.ts';
import { fraudScored, PARTITIONS, type Scene } from './platform-scene.ts';

export async function spying(t: TapTest, { stage, ada, shelf }: Scene): Promise<void> {
  const orderId = await ada.buy([{ productId: shelf.take(60).id, quantity: 1 }]);
  const eve = await Person.register(stage, 'Eve');
  for (const path of [
    `/api/orders/${orderId}`,
    `/api/orders/${orderId}/saga-log`,
    `/api/inventory/reservations/${orderId}`,
    `/api/payments/transactions/${orderId}`,
    `/api/shipping/shipments/${orderId}`,
  ]) {
    t.equal((await eve.call('GET', path)).status, 404, path);
  }
  t.equal((await eve.call('PUT', `/api/orders/${orderId}/cancel`)).status, 404);
  const [header = '', , signature = ''] = eve.token.split('.');
  const forged = new Person(stage, `${header}.${ada.token.split('.')[1] ?? ''}.${signature}`);
  t.equal((await forged.call('GET', `/api/orders/${orderId}`)).status, 401, 'a forged token');
  await ada.sees(orderId, 'delivered');
}

export async function breaking(t: TapTest, { stage, ada, shelf }: Scene): Promise<void> {
  const { broker } = stage.running;
  const queue = `orders.${partitionName(0)}`;
  const bad = { ...fraudScored('no-order'), data: { orderId: 'no-order', score: 'lots', reasons: [] } };
  await broker.publish([{ exchange: '', routingKey: queue, messages: [bad], mandatory: true }]);
  await stage.putText?.(queue, 'this is no JSON');
  const expected = stage.putText === undefined ? 1 : 2;
  const letters = await until('the dead letters', async () => {
    const found = await broker.deadLetters('orders', 10);
    return found.length === expected ? found : undefined;
  });
  t.match(
    letters.find(({ code }) => code === 'bad_data'),
    { queue, reason: /score/, message: { id: bad.id } },
  );
  if (stage.putText !== undefined) {
    t.match(
      letters.find(({ code }) => code !== 'bad_data'),
      { queue, message: 'this is no JSON' },
    );
  }
  // The partition that met them works on.
  let orderId = await ada.buy([{ productId: shelf.take(60).id, quantity: 1 }]);
  for (const product = shelf.take(100); partitionOf(orderId, PARTITIONS) !== 0;) {
    orderId = await ada.buy([{ productId: product.id, quantity: 1 }]);
  }
  await ada.sees(orderId, 'delivered');
}
