import t from 'tap';
import { Inbox, message } from '../contracts/broker-inbox.ts';
import { contractTopology } from '../contracts/broker.ts';
import type { Frame } from '../../core/engine/ports.ts';
import { EVENTS, partitionQueue } from '../../core/engine/topology.ts';
import { createMemoryJournal } from './broker-journal.ts';
import { createEmbeddedBroker } from './broker.ts';
import { eventually } from '../../core/kernel/testing-until.ts';

const topology = contractTopology();
const queue = partitionQueue('orders', 1);
const exclusive = { prefetch: 4, exclusive: true };
const event: Frame = {
  exchange: EVENTS,
  routingKey: 'payment.processed.p01',
  messages: [message('e')],
  mandatory: true,
};
const unavailable = { code: 'broker_unavailable', retryable: true };

/** Whether a promise is kept by now, all immediate work done. */
async function kept(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return (await Promise.race([promise, Promise.resolve(open)])) !== open;
}

await t.test('a publish is kept only when the last of the queues it reached has acknowledged', async (t) => {
  const broker = createEmbeddedBroker({ topology });
  const [orders, analytics] = [new Inbox('hold'), new Inbox('hold')];
  await broker.consume(queue, exclusive, orders);
  await broker.consume('analytics', { prefetch: 4, exclusive: false }, analytics);
  const published = broker.publish([event]);
  await orders.until(1);
  orders.acknowledgeAll();
  t.equal(await kept(published), false);
  analytics.acknowledgeAll();
  await published;
  await broker.close();
});

await t.test('a queue that may lose frames keeps the newest, and no publish waits for it', async (t) => {
  const broker = createEmbeddedBroker({ topology });
  const look = (id: string): Frame => ({
    ...event,
    routingKey: 'product.viewed.p00',
    messages: [message(id)],
  });
  for (const id of ['a', 'b', 'c', 'd', 'e']) await broker.publish([look(id)]);
  t.equal(await broker.depth('looks'), 3);
  const inbox = new Inbox('acknowledge');
  await broker.consume('looks', { prefetch: 4, exclusive: false }, inbox);
  await inbox.until(3);
  await broker.publish([look('f')]);
  await inbox.until(4);
  t.same(inbox.ids(), ['c', 'd', 'e', 'f']);
  await broker.close();
});

await t.test('closing breaks what is not kept: nobody believes it was consumed', async (t) => {
  const broker = createEmbeddedBroker({ topology });
  const inbox = new Inbox('hold');
  await broker.consume(queue, exclusive, inbox);
  const published = broker.publish([event]);
  const [delivery] = await inbox.until(1);
  const retried = broker.retry(queue, 60, message('of another frame'), 1);
  const outcomes = Promise.allSettled([published, retried]);
  await broker.close();
  delivery?.ack();
  t.match(await outcomes, [
    { status: 'rejected', reason: unavailable },
    { status: 'rejected', reason: unavailable },
  ]);
});

await t.test('a retried frame counts as consumed only when its copy is', async (t) => {
  const broker = createEmbeddedBroker({ topology });
  const inbox = new Inbox('hold');
  await broker.consume('payments', { prefetch: 4, exclusive: false }, inbox);
  const request = { exchange: 'commands', routingKey: 'payment.requested.p00', mandatory: true };
  const published = broker.publish([{ ...request, messages: [message('a'), message('b')] }]);
  const [original] = await inbox.until(1);
  // The participant read it: another object, the same id.
  await broker.retry('payments', 60, { ...message('b') }, 1);
  original?.ack();
  t.equal(await kept(published), false);
  const [, copy] = await inbox.until(2);
  await broker.retry('payments', 60, copy?.messages[0], 2);
  copy?.ack();
  t.equal(await kept(published), false, 'nor while a copy of the copy is on its way');
  (await inbox.until(3))[2]?.ack();
  await published;
  await broker.close();
});

await t.test(
  'dead letters outlive the broker in their journal, and stay until their copy is consumed',
  async (t) => {
    const journal = createMemoryJournal();
    const before = createEmbeddedBroker({ topology, journal });
    await before.deadLetter({
      service: 'orders',
      queue,
      message: message('d'),
      code: 'bad_data',
      reason: 'a test',
      attempts: 1,
      headers: {},
      diedAt: '2026-01-02T03:04:05.000Z',
    });
    await before.close();
    const after = createEmbeddedBroker({ topology, journal });
    t.match(await after.deadLetters('orders', 10), [{ message: message('d'), code: 'bad_data' }]);
    const replayed = after.replayDeadLetters('orders');
    t.equal(await kept(replayed), false);
    t.equal((await after.deadLetters('orders', 10)).length, 1);
    const inbox = new Inbox('acknowledge');
    await after.consume(queue, exclusive, inbox);
    t.equal(await replayed, 1);
    t.same(inbox.ids(), ['d']);
    t.same(await after.deadLetters('orders', 10), []);
    await after.close();
  },
);

await t.test('a consumer that leaves in the middle of a hand-over gets no more', async (t) => {
  const broker = createEmbeddedBroker({ topology });
  const first = new Inbox('hold');
  const subscription = await broker.consume(queue, exclusive, first);
  const second = new Inbox('acknowledge');
  await broker.consume(queue, exclusive, second);
  first.then = () => {
    if (first.deliveries.length === 2) void subscription.abandon();
  };
  const ids = ['1', '2', '3', '4', '5', '6'];
  const published = broker.publish(
    ids.map((id) => ({ ...event, exchange: '', routingKey: queue, messages: [message(id)] })),
  );
  await eventually(() => second.deliveries.length === 6);
  t.same([first.ids(), second.ids()], [['1', '2'], ids]);
  t.same(
    second.deliveries.map(({ redeliveries }) => redeliveries),
    [1, 1, 0, 0, 0, 0],
    'only what was handed over counts',
  );
  await published;
  await broker.close();
});
