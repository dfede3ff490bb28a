import type { Broker } from '../../core/engine/ports.ts';
import { COMMANDS, EVENTS, partitionQueue } from '../../core/engine/topology.ts';
import { Inbox, message } from './broker-inbox.ts';
import { exclusive, frame, numbered, shared, type BrokerWorld, type TapTest } from './broker-world.ts';
import { eventually } from '../../core/kernel/testing-until.ts';

/** Order, hand-over, prefetch, and what a publish promises. */
export async function deliveryContract(t: TapTest, world: BrokerWorld, broker: Broker): Promise<void> {
  await t.test(
    'frames of a queue arrive in the order of the calls, and within a call in array order',
    async (t) => {
      const inbox = new Inbox('acknowledge');
      const subscription = await broker.consume(partitionQueue('orders', 0), exclusive, inbox);
      const ids = numbered('m', 300);
      await Promise.all(
        Array.from({ length: 100 }, (_, call) =>
          broker.publish([
            frame(0, ids[call * 3] ?? '', ids[call * 3 + 1] ?? ''),
            frame(0, ids[call * 3 + 2] ?? ''),
          ]),
        ),
      );
      await inbox.until(200);
      t.same(inbox.ids(), ids);
      t.ok(inbox.deliveries.every(({ redeliveries, attempts }) => redeliveries === 0 && attempts === 0));
      await subscription.cancel();
    },
  );

  await t.test('headers of a frame arrive with it, and of others none do', async (t) => {
    const inbox = new Inbox('acknowledge');
    const subscription = await broker.consume(partitionQueue('orders', 0), exclusive, inbox);
    await broker.publish([{ ...frame(0, 'with'), headers: { 'x-mark': 'a/1' } }, frame(0, 'without')]);
    await inbox.until(2);
    t.same(
      inbox.deliveries.map(({ headers }) => headers),
      [{ 'x-mark': 'a/1' }, {}],
    );
    await subscription.cancel();
  });

  await t.test('an event reaches every queue bound to it, once, and no other', async (t) => {
    const orders = new Inbox('acknowledge');
    const neighbour = new Inbox('acknowledge');
    const analytics = new Inbox('acknowledge');
    const subscriptions = [
      await broker.consume(partitionQueue('orders', 1), exclusive, orders),
      await broker.consume(partitionQueue('orders', 2), exclusive, neighbour),
      await broker.consume('analytics', shared, analytics),
    ];
    const event = {
      exchange: EVENTS,
      routingKey: 'payment.processed.p01',
      messages: [message('e')],
      mandatory: true,
    };
    await broker.publish([event]);
    await orders.until(1);
    await analytics.until(1);
    t.same([orders.ids(), neighbour.ids(), analytics.ids()], [['e'], [], ['e']]);
    for (const subscription of subscriptions) await subscription.cancel();
  });

  await t.test('what a consumer abandons comes again, in order, before anything newer', async (t) => {
    const queue = partitionQueue('orders', 2);
    const first = new Inbox('hold');
    const subscription = await broker.consume(queue, exclusive, first);
    const published = broker.publish(numbered('a', 10).map((id) => frame(2, id)));
    await first.until(10);
    first.deliveries[0]?.ack();
    first.deliveries[1]?.ack();
    await eventually(async () => (await broker.depth(queue)) === 0);
    await subscription.abandon();
    first.deliveries[2]?.ack();
    const newer = broker.publish([frame(2, 'newer')]);

    const second = new Inbox('acknowledge');
    const successor = await broker.consume(queue, exclusive, second);
    await second.until(9);
    t.same(second.ids(), [...numbered('a', 10).slice(2), 'newer']);
    t.same(
      second.deliveries.map(({ redeliveries }) => redeliveries > 0),
      [...Array.from({ length: 8 }, () => true), false],
      'an acknowledgement after the abandon had no effect',
    );
    await Promise.all([published, newer]);
    await successor.cancel();
    t.same(first.lost, [], 'leaving is no loss');
  });

  await t.test('the order survives one consumer after another giving up half way', async (t) => {
    const queue = partitionQueue('orders', 2);
    const published = broker.publish(numbered('h', 40).map((id) => frame(2, id)));
    let done = 0;
    for (let round = 0; round < 5; round += 1) {
      const inbox = new Inbox('hold');
      const subscription = await broker.consume(queue, { prefetch: 10, exclusive: true }, inbox);
      await inbox.until(10);
      for (const delivery of inbox.deliveries.slice(0, 3)) delivery.ack();
      await inbox.until(13);
      t.same(inbox.ids(), numbered('h', 40).slice(done, done + 13));
      done += 3;
      await subscription.abandon();
    }
    const last = new Inbox('acknowledge');
    const subscription = await broker.consume(queue, { prefetch: 10, exclusive: true }, last);
    await last.until(25);
    t.same(last.ids(), numbered('h', 40).slice(15));
    t.ok((last.deliveries[0]?.redeliveries ?? 0) >= 2, 'each time it is counted');
    await published;
    await subscription.cancel();
  });

  await t.test('after a cancel nothing more arrives, and what had arrived can be acknowledged', async (t) => {
    const queue = partitionQueue('orders', 3);
    const first = new Inbox('hold');
    const subscription = await broker.consume(queue, { prefetch: 2, exclusive: true }, first);
    const published = broker.publish(numbered('c', 5).map((id) => frame(3, id)));
    await first.until(2);
    await subscription.cancel();
    for (const delivery of first.deliveries) delivery.ack();
    const second = new Inbox('acknowledge');
    const successor = await broker.consume(queue, exclusive, second);
    await second.until(3);
    t.same([first.ids(), second.ids()], [numbered('c', 2), ['c2', 'c3', 'c4']]);
    await published;
    await successor.cancel();
  });

  await t.test('a consumer holds at most `prefetch` frames, however many messages they carry', async (t) => {
    const queue = partitionQueue('orders', 3);
    const inbox = new Inbox('hold');
    const subscription = await broker.consume(queue, { prefetch: 3, exclusive: true }, inbox);
    const published = broker.publish(numbered('p', 7).map((id) => frame(3, `${id}x`, `${id}y`)));
    await inbox.until(3);
    await eventually(async () => (await broker.depth(queue)) === 4);
    t.equal(inbox.deliveries.length, 3);
    inbox.deliveries[0]?.ack();
    await inbox.until(4);
    t.equal(inbox.deliveries.length, 4);
    inbox.acknowledgeAll();
    await inbox.until(7);
    await published;
    t.equal(await broker.depth(queue), 0);
    await subscription.cancel();
  });

  await t.test('a publish resolves only once its frames are safe', async (t) => {
    const queue = partitionQueue('orders', 4);
    let resolved = false;
    const published = broker.publish([frame(4, 's')]).then(() => {
      resolved = true;
    });
    const inbox = new Inbox('hold');
    if (world.resolves === 'stored') {
      await published;
      t.equal(await broker.depth(queue), 1, 'it lies in the queue');
    }
    const subscription = await broker.consume(queue, exclusive, inbox);
    await inbox.until(1);
    if (world.resolves === 'consumed') t.equal(resolved, false, 'its consumer is not done with it');
    inbox.acknowledgeAll();
    await published;
    await subscription.cancel();
  });

  await t.test('a mandatory frame that no queue takes is refused, any other is not', async (t) => {
    const nowhere = { exchange: EVENTS, routingKey: 'unheard.of.p00', messages: [message('x')] };
    await t.rejects(broker.publish([{ ...nowhere, mandatory: true }]), {
      code: 'broker_unavailable',
      retryable: true,
    });
    await broker.publish([{ ...nowhere, mandatory: false }]);
  });

  await t.test('a partition has one active consumer; the next follows when it leaves', async (t) => {
    const queue = partitionQueue('orders', 5);
    const other = world.resolves === 'stored' ? await world.open() : broker;
    const [first, second] = [new Inbox('hold'), new Inbox('acknowledge')];
    const active = await broker.consume(queue, exclusive, first);
    const waiting = await other.consume(queue, exclusive, second);
    const published = broker.publish(numbered('x', 6).map((id) => frame(5, id)));
    await first.until(6);
    t.same(second.ids(), []);
    await active.abandon();
    await second.until(6);
    t.same(second.ids(), numbered('x', 6));
    await published;
    await waiting.cancel();
    if (other !== broker) await other.close();
  });

  await t.test('consumers of a shared queue compete: each frame goes to one of them', async (t) => {
    const [left, right] = [new Inbox('acknowledge'), new Inbox('acknowledge')];
    const subscriptions = [
      await broker.consume('payments', { prefetch: 1, exclusive: false }, left),
      await broker.consume('payments', { prefetch: 1, exclusive: false }, right),
    ];
    const ids = numbered('w', 40);
    const request = { exchange: COMMANDS, routingKey: 'payment.requested.p00', mandatory: true };
    await broker.publish(ids.map((id) => ({ ...request, messages: [message(id)] })));
    await eventually(() => left.deliveries.length + right.deliveries.length === 40);
    t.same([...left.ids(), ...right.ids()].sort(), [...ids].sort());
    t.ok(left.deliveries.length > 0 && right.deliveries.length > 0);
    for (const subscription of subscriptions) await subscription.cancel();
  });
}
