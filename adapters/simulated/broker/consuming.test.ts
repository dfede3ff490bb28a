import t from 'tap';
import { Inbox } from '../../contracts/broker-inbox.ts';
import { exclusive, frame, numbered, shared } from '../../contracts/broker-world.ts';
import type { Subscription } from '../../../core/engine/ports.ts';
import { partitionQueue } from '../../../core/engine/topology.ts';
import { BrokerStage, type Actor, watch } from './testing.ts';

const QUEUE = partitionQueue('orders', 0);
const HEARTBEAT_MS = 5_000;
const unavailable = { code: 'broker_unavailable', retryable: true };

async function listen(stage: BrokerStage, { port }: Actor, inbox: Inbox): Promise<Subscription> {
  return stage.soon(port.consume(QUEUE, exclusive, inbox));
}

/** Publishes a frame for each id, in order. */
async function send(stage: BrokerStage, { port }: Actor, ...ids: string[]): Promise<void> {
  await stage.soon(port.publish(ids.map((id) => frame(0, id))));
}

function redeliveries(inbox: Inbox): number[] {
  return inbox.deliveries.map((delivery) => delivery.redeliveries);
}

await t.test(
  'a partition passes on when its consumer cancels, abandons or loses its connection',
  async (t) => {
    const stage = new BrokerStage();
    const [a, b, c, d] = [stage.enter('a'), stage.enter('b'), stage.enter('c'), stage.enter('d')];
    const inboxes = [0, 1, 2, 3].map(() => new Inbox('hold')) as [Inbox, Inbox, Inbox, Inbox];
    const first = await listen(stage, a, inboxes[0]);
    const second = await listen(stage, b, inboxes[1]);
    await listen(stage, c, inboxes[2]);
    await listen(stage, d, inboxes[3]);
    await send(stage, d, '1');
    t.same(
      inboxes.map((inbox) => inbox.ids()),
      [['1'], [], [], []],
    );

    await stage.soon(first.cancel());
    await send(stage, d, '2');
    t.same(
      inboxes.map((inbox) => inbox.ids()),
      [['1'], ['2'], [], []],
      'the one that cancelled keeps what it has',
    );
    inboxes[0].acknowledgeAll();
    await stage.pass();
    t.same(
      stage.told('acknowledged').map(({ client }) => client),
      ['a'],
    );

    await stage.soon(second.abandon());
    t.same(
      inboxes.map((inbox) => inbox.ids()),
      [['1'], ['2'], ['2'], []],
    );

    stage.broker.drop('c', 'consumer');
    await stage.pass();
    t.same(
      inboxes.map((inbox) => inbox.ids()),
      [['1'], ['2'], ['2'], ['2']],
    );
    t.same(redeliveries(inboxes[3]), [2]);
    t.same(
      inboxes.map(({ lost }) => lost.length),
      [0, 0, 1, 0],
      'only a loss is told',
    );
    t.same(
      stage.told('activated').map(({ client }) => client),
      ['a', 'b', 'c', 'd'],
    );
  },
);

await t.test(
  'a connection lost in silence: another takes over, and what its process does is ignored',
  async (t) => {
    const stage = new BrokerStage();
    const [a, b] = [stage.enter('a'), stage.enter('b')];
    const [before, after] = [new Inbox('hold'), new Inbox('hold')];
    await listen(stage, a, before);
    await listen(stage, b, after);
    await send(stage, b, '1', '2');
    t.same(before.ids(), ['1', '2']);

    stage.broker.drop('a', 'consumer', HEARTBEAT_MS);
    before.acknowledgeAll();
    await stage.pass();
    t.same(after.ids(), ['1', '2']);
    t.same(redeliveries(after), [1, 1]);
    t.same([before.lost.length, a.port.connected()], [0, true], 'it knows nothing yet');
    t.same(stage.told('acknowledged'), [], 'and its acknowledgements go nowhere');
    t.equal(await stage.soon(b.port.depth(QUEUE)), 0);

    await stage.pass(HEARTBEAT_MS);
    t.equal(before.lost.length, 1);
    t.equal(a.port.connected(), true, 'its connection has returned');
    after.acknowledgeAll();
    await stage.pass();
    t.same(
      stage.told('acknowledged').map(({ client }) => client),
      ['b', 'b'],
    );
    t.ok(stage.broker.idle());
  },
);

await t.test(
  'a connection that only the server believes in keeps the partition from everybody',
  async (t) => {
    const stage = new BrokerStage();
    const a = stage.enter('a');
    const [before, after] = [new Inbox('hold'), new Inbox('acknowledge')];
    await listen(stage, a, before);
    stage.broker.drop('a', 'both', 0, HEARTBEAT_MS);
    await stage.pass();
    t.equal(before.lost.length, 1);
    await listen(stage, a, after);
    await send(stage, a, '1', '2');
    t.same([before.ids(), after.ids()], [[], []], 'the frames went into the void');
    await stage.pass(HEARTBEAT_MS);
    t.same(after.ids(), ['1', '2']);
    t.same(redeliveries(after), [1, 1]);
  },
);

await t.test('what comes back comes before newer frames, or behind them, in its order', async (t) => {
  const orders: string[][] = [];
  for (const returnedLast of [0, 1]) {
    const stage = new BrokerStage({ returnedLast });
    const [a, b] = [stage.enter('a'), stage.enter('b')];
    const [few, all] = [new Inbox('hold'), new Inbox('acknowledge')];
    await stage.soon(a.port.consume(QUEUE, { prefetch: 3, exclusive: true }, few));
    await listen(stage, b, all);
    await send(stage, b, ...numbered('m', 6));
    few.deliveries[0]?.ack();
    await stage.pass();
    t.same(few.ids(), ['m0', 'm1', 'm2', 'm3']);
    stage.broker.drop('a', 'consumer');
    await stage.pass();
    orders.push(all.ids());
    t.same(
      stage.told('returned').map(({ last }) => last),
      [returnedLast === 1],
    );
  }
  t.same(orders, [
    ['m1', 'm2', 'm3', 'm4', 'm5'],
    ['m4', 'm5', 'm1', 'm2', 'm3'],
  ]);
});

await t.test('by default chance decides which of the two', async (t) => {
  const seen = new Set<boolean>();
  for (let seed = 1; seed <= 20; seed += 1) {
    const stage = new BrokerStage({ seed, returnedLast: 0.5 });
    const a = stage.enter('a');
    await listen(stage, a, new Inbox('hold'));
    await send(stage, a, '1');
    stage.broker.drop('a', 'consumer');
    for (const { last } of stage.told('returned')) seen.add(last);
  }
  t.equal(seen.size, 2);
});

await t.test('an acknowledgement on its way is lost with its connection', async (t) => {
  const stage = new BrokerStage();
  const a = stage.enter('a');
  const inbox = new Inbox('hold');
  await listen(stage, a, inbox);
  await send(stage, a, '1', '2');
  inbox.deliveries[0]?.ack();
  await stage.pass();
  inbox.deliveries[1]?.ack();
  stage.broker.drop('a', 'consumer');
  await stage.pass();
  const again = new Inbox('acknowledge');
  await listen(stage, a, again);
  t.same(again.ids(), ['2']);
});

await t.test('a delivery on its way is lost with its connection, and counts as given out', async (t) => {
  const stage = new BrokerStage();
  const a = stage.enter('a');
  const inbox = new Inbox('hold');
  await listen(stage, a, inbox);
  void a.port.publish([frame(0, '1')]);
  await stage.passUntil(() => stage.told('stored').length > 0, 0.05);
  t.same(inbox.ids(), [], 'it has left its queue and not arrived');
  stage.broker.drop('a', 'consumer', HEARTBEAT_MS);
  await stage.pass(HEARTBEAT_MS + 500);
  t.same([inbox.ids(), inbox.lost.length], [[], 1]);
  const again = new Inbox('hold');
  await listen(stage, a, again);
  t.same([again.ids(), redeliveries(again)], [['1'], [1]]);
});

await t.test('who has cancelled is told of no loss, and what it still held comes again', async (t) => {
  const stage = new BrokerStage();
  const a = stage.enter('a');
  const inbox = new Inbox('hold');
  const subscription = await listen(stage, a, inbox);
  await send(stage, a, '1');
  await stage.soon(subscription.cancel());
  stage.broker.drop('a', 'both');
  await stage.pass();
  t.same(inbox.lost, []);
  const again = new Inbox('hold');
  await listen(stage, a, again);
  t.same(again.ids(), ['1']);
});

await t.test('a process that stood still reads what had reached it, too late', async (t) => {
  const stage = new BrokerStage();
  const [a, b] = [stage.enter('a'), stage.enter('b')];
  const [still, other] = [new Inbox('acknowledge'), new Inbox('acknowledge')];
  await listen(stage, a, still);
  await listen(stage, b, other);
  a.process.pause();
  await send(stage, b, '1');
  stage.broker.drop('a', 'both');
  await stage.pass();
  t.same([still.ids(), other.ids()], [[], ['1']]);
  a.process.resume();
  await stage.pass();
  t.same([still.ids(), still.lost.length], [['1'], 1]);
  t.same([redeliveries(still), redeliveries(other)], [[0], [1]]);
  t.same(
    stage.told('acknowledged').map(({ client }) => client),
    ['b'],
  );
});

await t.test('frames of a dead process come back when the server notices, not before', async (t) => {
  const stage = new BrokerStage();
  const [a, b] = [stage.enter('a'), stage.enter('b')];
  const [dead, heir] = [new Inbox('hold'), new Inbox('acknowledge')];
  await listen(stage, a, dead);
  await listen(stage, b, heir);
  await send(stage, b, '1');
  a.process.kill();
  stage.broker.vanish('a', HEARTBEAT_MS);
  await send(stage, b, '2');
  await stage.pass(HEARTBEAT_MS - 1_001);
  t.same(heir.ids(), []);
  t.notOk(stage.broker.idle());
  await stage.pass(2);
  await stage.pass();
  t.same(heir.ids(), ['1', '2']);
  t.same([dead.ids(), dead.lost], [['1'], []], 'nobody told the dead');
  t.ok(stage.broker.idle());
});

await t.test('what a dead process still asks for has no effect and no answer', async (t) => {
  const stage = new BrokerStage();
  const a = stage.enter('a');
  const inbox = new Inbox('hold');
  const subscription = await listen(stage, a, inbox);
  await send(stage, a, '1');
  a.process.kill();
  const asked = [
    watch(a.port.publish([frame(0, '2')])),
    watch(a.port.consume(QUEUE, exclusive, inbox)),
    watch(a.port.depth(QUEUE)),
    watch(a.port.replayDeadLetters('orders')),
    watch(subscription.cancel()),
    watch(subscription.abandon()),
  ];
  inbox.acknowledgeAll();
  t.equal(a.port.connected(), false);
  await stage.pass();
  stage.broker.vanish('a');
  await stage.pass();
  t.same(
    asked.map(({ end }) => end),
    asked.map(() => 'open'),
  );
  const heir = new Inbox('acknowledge');
  await listen(stage, stage.enter('b'), heir);
  t.same([heir.ids(), redeliveries(heir)], [['1'], [1]]);
});

await t.test(
  'while the broker is away everything is refused and consumers are lost; then it returns',
  async (t) => {
    const stage = new BrokerStage();
    const a = stage.enter('a');
    const inbox = new Inbox('hold');
    await listen(stage, a, inbox);
    a.weather({ away: true });
    t.equal(a.port.connected(), true, 'nobody knows yet');
    await stage.pass(10);
    t.equal(a.port.connected(), false, 'looking was enough to notice');
    t.equal(inbox.lost.length, 1);
    const refused = [
      a.port.publish([frame(0, '1')]),
      a.port.consume(QUEUE, exclusive, inbox),
      a.port.depth(QUEUE),
    ];
    for (const asked of await Promise.allSettled(refused))
      t.match(asked, { status: 'rejected', reason: unavailable });
    await stage.pass(10_000);
    t.equal(a.port.connected(), false);
    a.weather({});
    await stage.pass(2_000);
    t.equal(a.port.connected(), true);
    const again = new Inbox('hold');
    await listen(stage, a, again);
    await send(stage, a, '2');
    t.same(again.ids(), ['2']);
  },
);

await t.test('a delivery that can not be made costs the consumer its connection', async (t) => {
  const stage = new BrokerStage();
  const [a, b] = [stage.enter('a'), stage.enter('b')];
  const [away, there] = [new Inbox('hold'), new Inbox('hold')];
  await listen(stage, a, away);
  await listen(stage, b, there);
  a.weather({ away: true });
  await send(stage, b, '1');
  t.same([away.ids(), there.ids()], [[], ['1']]);
  t.equal(away.lost.length, 1);
});

await t.test(
  'who asks for a shared queue alone is refused, and so is everybody while one has it',
  async (t) => {
    const stage = new BrokerStage();
    const a = stage.enter('a');
    const first = await stage.soon(a.port.consume('payments', shared, new Inbox('hold')));
    await t.rejects(stage.soon(a.port.consume('payments', exclusive, new Inbox('hold'))), unavailable);
    await stage.soon(first.cancel());
    await stage.soon(a.port.consume('payments', exclusive, new Inbox('hold')));
    await t.rejects(stage.soon(a.port.consume('payments', shared, new Inbox('hold'))), unavailable);
  },
);

await t.test('each queue keeps its order; between queues it varies with the seed', async (t) => {
  const orders = new Set<string>();
  for (let seed = 1; seed <= 20; seed += 1) {
    const stage = new BrokerStage({ seed });
    const a = stage.enter('a');
    a.weather({ latencyMs: 20 });
    const inbox = new Inbox('acknowledge');
    for (const partition of [1, 2]) {
      await stage.soon(a.port.consume(partitionQueue('orders', partition), exclusive, inbox));
    }
    for (let n = 0; n < 5; n += 1) {
      void a.port.publish([frame(1, `left${String(n)}`), frame(2, `right${String(n)}`)]);
      await stage.pass(1);
    }
    await stage.pass();
    const ids = inbox.ids();
    t.same(
      ids.filter((id) => id.startsWith('left')),
      numbered('left', 5),
    );
    t.same(
      ids.filter((id) => id.startsWith('right')),
      numbered('right', 5),
    );
    orders.add(ids.join());
  }
  t.ok(orders.size > 10, 'nearly each seed has its own', { found: orders.size });
});

await t.test('a hint reaches those who are connected in that moment', async (t) => {
  const stage = new BrokerStage();
  const [a, b, c] = [stage.enter('a'), stage.enter('b'), stage.enter('c')];
  const heard: string[] = [];
  for (const [name, { port }] of Object.entries({ a, b, c })) {
    await stage.soon(port.onBroadcast('topic', (payload) => heard.push(`${name}${JSON.stringify(payload)}`)));
  }
  b.process.kill();
  stage.broker.vanish('b');
  stage.broker.drop('c', 'consumer');
  a.port.broadcast('topic', 1);
  await stage.pass();
  a.port.broadcast('topic', 2);
  await stage.pass();
  t.same(heard, ['a1', 'a2', 'c2']);
});
