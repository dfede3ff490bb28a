import type { Broker, DeadLetter } from '../../core/engine/ports.ts';
import { COMMANDS, EVENTS, partitionQueue } from '../../core/engine/topology.ts';
import { Inbox, message } from './broker-inbox.ts';
import { exclusive, numbered, shared, type BrokerWorld, type TapTest } from './broker-world.ts';

/** Retries, dead letters, and bodies that somebody else wrote. */
export async function failureContract(t: TapTest, world: BrokerWorld, broker: Broker): Promise<void> {
  await t.test('a retry returns after its delay, to its queue alone, and counts the attempts', async (t) => {
    const [orders, analytics] = [new Inbox('hold'), new Inbox('acknowledge')];
    const subscriptions = [
      await broker.consume(partitionQueue('orders', 6), exclusive, orders),
      await broker.consume('analytics', shared, analytics),
    ];
    const event = {
      exchange: EVENTS,
      routingKey: 'payment.processed.p06',
      messages: [message('r')],
      mandatory: true,
    };
    const published = broker.publish([event]);
    const [original] = await orders.until(1);
    const beganAt = Date.now();
    await broker.retry(partitionQueue('orders', 6), 65, original?.messages[0], 1);
    original?.ack();
    const [, second] = await orders.until(2);
    t.ok(Date.now() - beganAt >= 50, 'not before its delay');
    t.same([second?.attempts, second?.messages], [1, [message('r')]]);
    await broker.retry(partitionQueue('orders', 6), 65, second?.messages[0], 2);
    second?.ack();
    const [, , third] = await orders.until(3);
    t.equal(third?.attempts, 2);
    t.equal(analytics.deliveries.length, 1, 'the other queue of the event got the first one only');
    third?.ack();
    await published;
    for (const subscription of subscriptions) await subscription.cancel();
  });

  await t.test('messages that wait for their retry leave room for others', async (t) => {
    const inbox = new Inbox('hold');
    const subscription = await broker.consume('payments', { prefetch: 2, exclusive: false }, inbox);
    const request = { exchange: COMMANDS, routingKey: 'payment.requested.p00', mandatory: true };
    const published = broker.publish(numbered('q', 6).map((id) => ({ ...request, messages: [message(id)] })));
    for (let taken = 0; taken < 6; taken += 1) {
      const delivery = (await inbox.until(taken + 1))[taken];
      await broker.retry('payments', 60, delivery?.messages[0], 1);
      delivery?.ack();
    }
    inbox.acknowledgeFrom(6);
    await inbox.until(12);
    t.same(inbox.ids().slice(6), numbered('q', 6));
    await published;
    await subscription.cancel();
  });

  await t.test('a dead letter keeps its cause, stays when looked at, and goes back once', async (t) => {
    const queue = partitionQueue('orders', 7);
    const letters = numbered('d', 40).map((id) => deadLetter(queue, id));
    for (const letter of letters) await broker.deadLetter(letter);
    const stored = await broker.deadLetters('orders', 100);
    t.match(stored, letters, 'oldest first, with everything that was said');
    const ids = stored.map(({ id }) => id);
    t.equal(new Set(ids).size, 40);
    t.same(await broker.deadLetters('orders', 100), stored, 'looking changes nothing');
    t.same(await broker.deadLetters('orders', 20), stored.slice(0, 20));
    t.same(await broker.deadLetters('payments', 10), [], 'another service has its own');

    const inbox = new Inbox('acknowledge');
    const subscription = await broker.consume(queue, exclusive, inbox);
    t.equal(await broker.replayDeadLetters('orders', [ids[22] ?? '', 'unknown']), 1);
    await inbox.until(1);
    t.same(inbox.deliveries[0]?.messages, [message('d22')]);
    t.equal(inbox.deliveries[0]?.attempts, 0, 'its attempts start again');
    const left = await broker.deadLetters('orders', 100);
    t.same(
      left.map(({ id }) => id),
      ids.filter((id) => id !== ids[22]),
      'the others stay in their order',
    );
    t.equal(await broker.replayDeadLetters('orders', [ids[22] ?? '']), 0, 'it is gone');
    const counts = await Promise.all([
      broker.replayDeadLetters('orders'),
      broker.replayDeadLetters('orders'),
    ]);
    t.same([...counts].sort(), [0, 39], 'two who ask at the same time send it back once');
    await inbox.until(40);
    t.same(
      inbox.ids().slice(1),
      numbered('d', 40).filter((id) => id !== 'd22'),
    );
    t.same(await broker.deadLetters('orders', 10), []);
    await subscription.cancel();
  });

  await t.test('a body that is no JSON arrives as its text, and can be buried and replayed', async (t) => {
    const queue = partitionQueue('orders', 7);
    const inbox = new Inbox('acknowledge');
    const subscription = await broker.consume(queue, exclusive, inbox);
    await world.put(queue, '{"half a mess');
    const [delivery] = await inbox.until(1);
    t.same([delivery?.messages, delivery?.unreadable], [[], '{"half a mess']);
    await broker.deadLetter({ ...deadLetter(queue, 'u'), message: '{"half a mess', code: 'unreadable' });
    t.equal(await broker.replayDeadLetters('orders'), 1);
    t.equal((await inbox.until(2))[1]?.unreadable, '{"half a mess');
    await subscription.cancel();
  });

  await t.test('a single message put on a queue by hand is understood', async (t) => {
    const queue = partitionQueue('orders', 7);
    const inbox = new Inbox('acknowledge');
    const subscription = await broker.consume(queue, exclusive, inbox);
    await world.put(queue, JSON.stringify(message('bare')));
    const [delivery] = await inbox.until(1);
    t.same([delivery?.messages, delivery?.unreadable], [[message('bare')], undefined]);
    await subscription.cancel();
  });
}

function deadLetter(queue: string, id: string): DeadLetter {
  return {
    service: 'orders',
    queue,
    message: message(id),
    code: 'bad_data',
    reason: `nobody understands ${id}`,
    stack: 'Error: …\n    at decide',
    attempts: 3,
    headers: { attempts: 3, origin: 'a test' },
    diedAt: '2026-01-02T03:04:05.000Z',
  };
}
