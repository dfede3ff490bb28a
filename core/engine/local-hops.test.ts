import t from 'tap';
import { BrokerUnavailable } from '../kernel/errors.ts';
import type { Message } from '../kernel/message.ts';
import { ManualClock } from '../kernel/testing-clock.ts';
import { LocalHops } from './local-hops.ts';
import type { Broker, Consumer, Delivery, Frame, PublishHow, Subscription } from './ports.ts';
import { buildTopology, COMMANDS, EVENTS } from './topology.ts';

/*
 * The short way (P13), beside a broker whose frames travel only when the test lets them: order and loss are what it is
 * about, and they show in what is on the way.
 */

const TOPOLOGY = buildTopology(
  [
    {
      service: 'counters',
      accepts: [
        { type: 'counter.add', exchange: COMMANDS },
        { type: 'counter.answered', exchange: EVENTS },
        { type: 'counter.heard', exchange: EVENTS },
      ],
    },
  ],
  [{ service: 'listeners', accepts: [{ type: 'counter.heard', exchange: EVENTS }] }],
  2,
);
const QUEUE = 'counters.p01';
const EXCLUSIVE = { prefetch: 8, exclusive: true } as const;

function message(id: string, type: string): Message {
  const time = '2026-01-02T03:04:05.000Z';
  return { id, type, subject: 'a', correlationId: 'a', causationId: null, time, version: 1, data: {} };
}

function frame(id: string, type = 'counter.add', exchange = COMMANDS): Frame {
  return { exchange, routingKey: `${type}.p01`, messages: [message(id, type)], mandatory: true };
}

/** Takes everything for the one consumer there is, and delivers it when told to. */
class SlowBroker {
  readonly published: { readonly frame: Frame; readonly how: PublishHow }[] = [];
  readonly #onTheWay: Frame[] = [];
  #consumer: Consumer | undefined;
  down = false;

  publish(frames: readonly Frame[], how: PublishHow = {}): Promise<void> {
    if (this.down) return Promise.reject(new BrokerUnavailable('down'));
    for (const each of frames) {
      this.published.push({ frame: each, how });
      this.#onTheWay.push(each);
    }
    return Promise.resolve();
  }

  consume(_queue: string, _options: unknown, consumer: Consumer): Promise<Subscription> {
    this.#consumer = consumer;
    const nothing = (): Promise<void> => Promise.resolve();
    return Promise.resolve({ cancel: nothing, abandon: nothing });
  }

  /** What is on the way arrives. */
  arrive(): void {
    for (const { messages, headers = {} } of this.#onTheWay.splice(0)) {
      this.#consumer?.onDelivery({ messages, headers, redeliveries: 0, attempts: 0, ack: () => undefined });
    }
  }

  /** What is on the way goes to somebody else. */
  stray(): void {
    this.#onTheWay.splice(0);
  }

  loseConsumer(): void {
    this.#consumer?.onLost(new Error('gone'));
  }

  /** What was published and is no mark, with its key. */
  keys(): string[] {
    return this.published.flatMap(({ frame: { messages, routingKey } }) =>
      messages.map(({ id }) => `${id} ${routingKey}`),
    );
  }
}

class Inbox implements Consumer {
  readonly deliveries: Delivery[] = [];
  lost = 0;

  onDelivery(delivery: Delivery): void {
    this.deliveries.push(delivery);
  }

  onLost(): void {
    this.lost += 1;
  }

  ids(): string[] {
    return this.deliveries.flatMap(({ messages }) => messages.map((each) => (each as Message).id));
  }
}

async function stage() {
  const broker = new SlowBroker();
  const clock = new ManualClock();
  // Only what the tests below use of it is there.
  const hops = new LocalHops({ broker: broker as unknown as Broker, topology: TOPOLOGY, name: 'p1', clock });
  const inbox = new Inbox();
  const subscription = await hops.consume(QUEUE, EXCLUSIVE, inbox);
  return { broker, clock, hops, inbox, subscription };
}

/** A stage whose queue is known to be behind nothing. */
async function openStage() {
  const opened = await stage();
  const first = opened.hops.publish([frame('first')]);
  opened.broker.arrive();
  opened.inbox.deliveries[0]?.ack();
  await first;
  return opened;
}

async function stateOf(publish: Promise<void>): Promise<'waits' | 'arrived' | 'failed'> {
  const ended = publish.then(
    () => 'arrived' as const,
    () => 'failed' as const,
  );
  // Later than any chain of promises of what has happened so far.
  const now = new Promise<'waits'>((resolve) => setImmediate(resolve, 'waits'));
  return Promise.race([ended, now]);
}

await t.test(
  'what is for a partition held here goes past the broker, and has arrived once acknowledged',
  async (t) => {
    const { broker, hops, inbox } = await openStage();
    const sent = broker.published.length;
    const publish = hops.publish([frame('m')]);
    t.same(inbox.ids(), ['first', 'm'], 'delivered at once');
    t.equal(broker.published.length, sent);
    t.equal(await stateOf(publish), 'waits', 'its outbox row stays until the commit');
    inbox.deliveries[1]?.ack();
    t.equal(await stateOf(publish), 'arrived');
  },
);

await t.test('nothing overtakes what was sent through the broker before', async (t) => {
  const { broker, hops, inbox } = await stage();
  await hops.publish([frame('older')], { again: true });
  void hops.publish([frame('one')]);
  void hops.publish([frame('two')]);
  t.same(inbox.ids(), [], 'they wait for what is on its way');
  broker.arrive();
  t.same(inbox.ids(), ['older', 'one', 'two']);
  void hops.publish([frame('three')]);
  t.same(inbox.ids(), ['older', 'one', 'two', 'three']);

  await hops.publish([frame('again')], { again: true });
  void hops.publish([frame('four')]);
  t.same(
    inbox.ids().slice(4),
    [],
    'what is published again takes the long way, and the newer waits behind it',
  );
  broker.arrive();
  t.same(inbox.ids().slice(4), ['again', 'four']);
});

await t.test('what passes by while a mark is on its way needs another one', async (t) => {
  const { broker, hops, inbox } = await stage();
  void hops.publish([frame('one')]);
  await hops.publish([frame('again')], { again: true });
  broker.arrive();
  t.same(inbox.ids(), ['again'], 'the mark was ahead of it');
  broker.arrive();
  t.same(inbox.ids(), ['again', 'one']);
});

await t.test('a mark that somebody else has taken is sent again', async (t) => {
  const { broker, clock, hops, inbox } = await stage();
  void hops.publish([frame('one')]);
  broker.stray();
  clock.advance(1_999);
  broker.arrive();
  t.same(inbox.ids(), []);
  clock.advance(1);
  broker.arrive();
  t.same(inbox.ids(), ['one']);
  clock.advance(10_000);
  t.equal(broker.published.length, 2, 'and no more once it has come back');
});

await t.test(
  'a mark that can not be sent fails what waits for it, and the next try sends another',
  async (t) => {
    const { broker, hops, inbox } = await stage();
    broker.down = true;
    await t.rejects(hops.publish([frame('one')]), { code: 'broker_unavailable' });
    broker.down = false;
    void hops.publish([frame('two')]);
    broker.arrive();
    t.same(inbox.ids(), ['two']);
  },
);

await t.test(
  'a partition that is handed over: what came is finished, what waits and what comes goes the long way',
  async (t) => {
    const { broker, hops, inbox, subscription } = await openStage();
    const came = hops.publish([frame('came')]);
    await hops.publish([frame('again')], { again: true });
    const waits = hops.publish([frame('waits')]);
    await subscription.cancel();
    t.equal(await stateOf(waits), 'failed');
    t.equal(await stateOf(came), 'waits');
    inbox.deliveries.find(({ messages }) => (messages[0] as Message).id === 'came')?.ack();
    t.equal(await stateOf(came), 'arrived');
    await hops.publish([frame('newer')]);
    t.ok(broker.keys().includes('newer counter.add.p01'));
  },
);

await t.test('what is given back fails, so that it is published again', async (t) => {
  for (const lose of ['abandon', 'lose'] as const) {
    const { broker, hops, inbox, subscription } = await openStage();
    const given = hops.publish([frame('given')]);
    if (lose === 'abandon') await subscription.abandon();
    else broker.loseConsumer();
    t.equal(await stateOf(given), 'failed');
    t.equal(inbox.lost, lose === 'lose' ? 1 : 0);
    inbox.deliveries[1]?.ack();
    await hops.publish([frame('newer')]);
    t.ok(broker.keys().includes('newer counter.add.p01'));
  }
});

await t.test('a subscription that follows another takes over from it', async (t) => {
  const { broker, hops, subscription } = await openStage();
  const next = new Inbox();
  await hops.consume(QUEUE, EXCLUSIVE, next);
  await subscription.abandon();
  void hops.publish([frame('m')]);
  broker.arrive();
  t.same(next.ids(), ['m'], 'the end of the old one takes nothing from the new one');
});

await t.test(
  'commands stay inside; events go out as well, where no partition finds them twice',
  async (t) => {
    const { broker, hops, inbox } = await openStage();
    const sent = broker.published.length;
    void hops.publish([
      frame('command'),
      frame('e1', 'counter.answered', EVENTS),
      frame('e2', 'counter.answered', EVENTS),
      frame('heard', 'counter.heard', EVENTS),
    ]);
    t.same(inbox.ids().slice(1), ['command', 'e1', 'e2', 'heard']);
    const copies = broker.published.slice(sent).map(({ frame: copy }) => copy);
    t.match(copies, [
      {
        exchange: EVENTS,
        routingKey: 'counter.answered.local',
        mandatory: false,
        messages: [{ id: 'e1' }, { id: 'e2' }],
      },
      { exchange: EVENTS, routingKey: 'counter.heard.local', mandatory: true, messages: [{ id: 'heard' }] },
    ]);
  },
);

await t.test('an event whose copy the broker did not take has not arrived', async (t) => {
  const { broker, hops, inbox } = await openStage();
  broker.down = true;
  const publish = hops.publish([frame('e', 'counter.answered', EVENTS)]);
  inbox.deliveries[1]?.ack();
  await t.rejects(publish, { code: 'broker_unavailable' });
});

await t.test(
  'other partitions, queues without partitions and queues by name take the long way',
  async (t) => {
    const { broker, hops, inbox } = await openStage();
    const sent = broker.published.length;
    await hops.publish([
      { ...frame('elsewhere'), routingKey: 'counter.add.p00' },
      { ...frame('by name'), exchange: '', routingKey: QUEUE },
    ]);
    const competing = new Inbox();
    await hops.consume('listeners', { prefetch: 8, exclusive: false }, competing);
    await hops.publish([{ ...frame('shared', 'counter.told', EVENTS), mandatory: false }]);
    t.same(inbox.ids(), ['first']);
    t.equal(broker.published.length, sent + 3);
  },
);
