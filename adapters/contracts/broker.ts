import type tap from 'tap';
import type { Broker, DeadLetter, Frame } from '../../core/engine/ports.ts';
import {
  COMMANDS,
  EVENTS,
  buildTopology,
  partitionQueue,
  retryName,
  type Topology,
} from '../../core/engine/topology.ts';
import { Inbox, eventually, message } from './broker-inbox.ts';

type TapTest = Parameters<Parameters<typeof tap.test>[0]>[0];

/** What the suite needs of an adapter under test. */
export interface BrokerWorld {
  /** A broker as a further process sees it; the in-process broker has only one process. */
  open(): Promise<Broker>;
  /** Puts a raw body on a queue, as somebody does by hand. */
  put(queue: string, body: string): Promise<void>;
  /** When a publish resolves: the queues have the frame, or their consumers are done with it (P10). */
  readonly resolves: 'stored' | 'consumed';
}

const PARTITIONS = 8;
const RETRY_MS = [60, 240] as const;

/** Orders own partitions, payments compete; both take payment events. A short retry ladder. */
export function contractTopology(): Topology {
  const built = buildTopology(
    [
      {
        service: 'orders',
        accepts: [
          { type: 'order.placed', exchange: EVENTS },
          { type: 'payment.processed', exchange: EVENTS },
        ],
      },
    ],
    [
      { service: 'payments', accepts: [{ type: 'payment.requested', exchange: COMMANDS }] },
      { service: 'analytics', accepts: [{ type: 'payment.processed', exchange: EVENTS }] },
    ],
    PARTITIONS,
  );
  const ladder = new Set(built.queues.filter(({ kind }) => kind === 'retry').map(({ name }) => name));
  return {
    exchanges: [...built.exchanges.filter((name) => !ladder.has(name)), ...RETRY_MS.map(retryName)],
    queues: [
      ...built.queues.filter(({ name }) => !ladder.has(name)),
      ...RETRY_MS.map((ttlMs) => ({ name: retryName(ttlMs), kind: 'retry' as const, ttlMs })),
    ],
    bindings: [
      ...built.bindings.filter(({ queue }) => !ladder.has(queue)),
      ...RETRY_MS.map((ttlMs) => ({ queue: retryName(ttlMs), exchange: retryName(ttlMs), pattern: '#' })),
    ],
  };
}

/** Each test works on a partition of its own, so that one's frames never reach another. */
function frame(partition: number, ...ids: string[]): Frame {
  const routingKey = `order.placed.p0${String(partition)}`;
  return { exchange: EVENTS, routingKey, messages: ids.map((id) => message(id)), mandatory: true };
}

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index)}`);

/** The behaviour every broker adapter shows. Opens and closes its own brokers. */
export async function brokerContract(t: TapTest, world: BrokerWorld): Promise<void> {
  const broker = await world.open();
  const exclusive = { prefetch: 64, exclusive: true };
  const shared = { prefetch: 64, exclusive: false };

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

  await t.test('publishing while handling a delivery neither recurses nor loses', async (t) => {
    const inbox = new Inbox('acknowledge');
    const published: Promise<void>[] = [];
    let depth = 0;
    inbox.then = ({ messages }) => {
      t.equal(depth, 0, 'not within the handler');
      depth += 1;
      const count = Number((messages[0] as { id: string }).id);
      if (count < 50) published.push(broker.publish([frame(7, String(count + 1))]));
      depth -= 1;
    };
    const subscription = await broker.consume(partitionQueue('orders', 7), exclusive, inbox);
    await broker.publish([frame(7, '1')]);
    await inbox.until(50);
    await Promise.all(published);
    t.same(
      inbox.ids(),
      Array.from({ length: 50 }, (_, index) => String(index + 1)),
    );
    await subscription.cancel();
  });

  await t.test('a broadcast reaches everyone who listens to its topic now', async (t) => {
    const other = world.resolves === 'stored' ? await world.open() : broker;
    const heard: string[] = [];
    const hear = (who: string) => (payload: unknown) => {
      heard.push(`${who}:${JSON.stringify(payload)}`);
    };
    const leave = await broker.onBroadcast('order:1', hear('a'));
    const endB = await other.onBroadcast('order:1', hear('b'));
    const endC = await other.onBroadcast('order:*', hear('c'));
    broker.broadcast('order:1', { n: 1 });
    await eventually(() => heard.length === 2);
    await leave();
    other.broadcast('order:1', { n: 2 });
    await eventually(() => heard.length === 3);
    t.same(heard.sort(), ['a:{"n":1}', 'b:{"n":1}', 'b:{"n":2}'], 'topics are names, not patterns');
    await endB();
    await endC();
    if (other !== broker) await other.close();
  });

  await t.test('what does not exist is refused', async (t) => {
    await t.rejects(broker.consume('nowhere', shared, new Inbox('hold')), { code: 'broker_unavailable' });
    await t.rejects(broker.depth('nowhere'), { code: 'broker_unavailable' });
    t.ok(broker.connected(), 'and nothing else suffers');
    await broker.publish([]);
  });

  await t.test('a closed broker refuses, and closing is no loss', async (t) => {
    const inbox = new Inbox('hold');
    await broker.consume(partitionQueue('orders', 4), exclusive, inbox);
    await broker.close();
    t.same(inbox.lost, []);
    t.equal(broker.connected(), false);
    await t.rejects(broker.publish([frame(4, 'late')]), { code: 'broker_unavailable' });
    await t.rejects(broker.consume(partitionQueue('orders', 4), exclusive, inbox), {
      code: 'broker_unavailable',
    });
    await broker.close();
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
