import { partitionName } from '../../core/kernel/partition.ts';
import { createDeadLetterJournal } from '../postgres/dead-letters/journal.ts';
import type { TapTest } from '../postgres/testing.ts';
import { Person } from './platform-person.ts';
import { until } from '../../core/kernel/testing-until.ts';
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
  const { broker, database } = stage.running;
  const queues = Array.from({ length: PARTITIONS }, (_, partition) => `orders.${partitionName(partition)}`);
  const bad = { ...fraudScored('no-order'), data: { orderId: 'no-order', score: 'lots', reasons: [] } };
  await broker.publish(
    queues.map((routingKey) => ({ exchange: '', routingKey, messages: [bad], mandatory: true })),
  );
  await stage.putText?.('orders.p00', 'this is no JSON');
  const expected = queues.length + (stage.putText === undefined ? 0 : 1);
  const letters = await until('the dead letters', async () => {
    const found = await createDeadLetterJournal(database).list('orders', 100);
    return found.length === expected ? found : undefined;
  });
  const badData = letters.filter(({ code }) => code === 'bad_data');
  t.same(badData.map(({ queue }) => queue).sort(), queues);
  for (const letter of badData) t.match(letter, { reason: /score/, message: { id: bad.id } });
  if (stage.putText !== undefined) {
    const unreadable = letters.find(({ code }) => code !== 'bad_data');
    t.match(unreadable, { queue: 'orders.p00', message: 'this is no JSON' });
  }
  // Every partition met one; whichever gets the next order works on.
  await ada.sees(await ada.buy([{ productId: shelf.take(60).id, quantity: 1 }]), 'delivered');
}
