import t from 'tap';
import { Inbox, message } from '../../contracts/broker-inbox.ts';
import { exclusive, frame, numbered } from '../../contracts/broker-world.ts';
import type { Message } from '../../../core/kernel/message.ts';
import type { DeadLetter, Frame } from '../../../core/engine/ports.ts';
import { partitionQueue } from '../../../core/engine/topology.ts';
import { streamOf, whole } from '../../../core/kernel/seeded-random.ts';
import type { BrokerEvent } from './broker.ts';
import { type Actor, BrokerStage, RepeatingSender, watch } from './testing.ts';

const QUEUE = partitionQueue('orders', 0);
const unavailable = { code: 'broker_unavailable', retryable: true };
const SEEDS = 100;

const frames = (ids: readonly string[]): Frame[] => ids.map((id) => frame(0, id));

/** Ids of what has come to rest in queues, in order. */
function stored(stage: BrokerStage): string[] {
  return stage
    .told('stored')
    .flatMap(({ frame: { messages } }) => messages.map((each) => (each as Message).id));
}

function letter(id: string): DeadLetter {
  const diedAt = '2026-01-02T03:04:05.000Z';
  return {
    service: 'orders',
    queue: QUEUE,
    message: message(id),
    code: 'bad',
    reason: '',
    attempts: 1,
    headers: {},
    diedAt,
  };
}

await t.test(
  'a lost publish: a first part arrives at most, and nothing that was sent behind it',
  async (t) => {
    const arrived = new Set<number>();
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const stage = new BrokerStage({ seed });
      const a = stage.enter('a');
      a.weather({ publishLost: 1 });
      const lost = watch(a.port.publish(frames(numbered('lost', 4))));
      a.weather({});
      const behind = watch(a.port.publish(frames(['behind'])));
      await stage.pass();
      t.same([lost.end, behind.end], ['broker_unavailable', 'broker_unavailable']);
      const ids = stored(stage);
      t.same(ids, numbered('lost', 4).slice(0, ids.length));
      arrived.add(ids.length);
    }
    t.same([...arrived].sort(), [0, 1, 2, 3], 'cut anywhere, but never whole');
  },
);

await t.test('a lost confirm: all has arrived, and the publisher can not know', async (t) => {
  const stage = new BrokerStage();
  const a = stage.enter('a');
  a.weather({ confirmLost: 1 });
  await t.rejects(stage.soon(a.port.publish(frames(['1', '2']))), unavailable);
  t.same(stored(stage), ['1', '2']);
  a.weather({});
  await stage.soon(a.port.publish(frames(['3'])));
  t.same(stored(stage), ['1', '2', '3'], 'its connection has returned');
});

await t.test('a publisher that sends again on its own repeats the end of what it sent', async (t) => {
  const repeated = new Set<number>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const stage = new BrokerStage({ seed });
    const a = stage.enter('a');
    a.weather({ duplicate: 1 });
    await stage.soon(a.port.publish(frames(['1', '2', '3'])));
    const ids = stored(stage);
    const again = ids.length - 3;
    t.same(ids, ['1', '2', '3', ...['1', '2', '3'].slice(3 - again)]);
    repeated.add(again);
  }
  t.same([...repeated].sort(), [1, 2, 3]);
});

await t.test(
  'a dropped connection: of what is on its way a first part arrives, all of it is unknown',
  async (t) => {
    const arrived = new Set<number>();
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const stage = new BrokerStage({ seed });
      const a = stage.enter('a');
      const calls = [['1', '2'], ['3'], ['4', '5']].map((ids) => watch(a.port.publish(frames(ids))));
      stage.broker.drop('a', 'publisher');
      await t.rejects(
        stage.soon(Promise.all([a.port.publish(frames(['6']))])),
        unavailable,
        'nor what comes after it',
      );
      t.same(
        calls.map(({ end }) => end),
        calls.map(() => 'broker_unavailable'),
      );
      const ids = stored(stage);
      t.same(ids, ['1', '2', '3', '4', '5'].slice(0, ids.length));
      arrived.add(ids.length);
    }
    t.same([...arrived].sort(), [0, 1, 2, 3, 4, 5]);
  },
);

await t.test(
  'a publisher cut off in silence learns it late; until then its publishes go nowhere',
  async (t) => {
    const stage = new BrokerStage();
    const a = stage.enter('a');
    stage.broker.drop('a', 'publisher', 5_000);
    const published = watch(a.port.publish(frames(['1'])));
    await stage.pass(4_900);
    t.equal(published.end, 'open');
    await stage.pass(200);
    t.equal(published.end, 'broker_unavailable');
    await stage.pass();
    t.same(stored(stage), []);
  },
);

await t.test('a confirm on its way is lost with its connection', async (t) => {
  const stage = new BrokerStage();
  const a = stage.enter('a');
  const published = watch(a.port.publish(frames(['1'])));
  await stage.passUntil(() => stored(stage).length > 0, 0.05);
  t.equal(published.end, 'open');
  stage.broker.drop('a', 'publisher', 5_000);
  await stage.pass(4_900);
  t.equal(published.end, 'open', 'it does not come, and nobody knows yet');
  await stage.pass(200);
  t.equal(published.end, 'broker_unavailable');
});

await t.test(
  'frames that a process had on the wire arrive though it is dead, as far as they got',
  async (t) => {
    const arrived = new Set<number>();
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const stage = new BrokerStage({ seed });
      const a = stage.enter('a');
      const published = watch(a.port.publish(frames(['1', '2'])));
      a.process.kill();
      stage.broker.vanish('a');
      t.equal(stage.broker.idle(), false, 'something is on its way');
      await stage.pass();
      t.equal(published.end, 'open');
      arrived.add(stored(stage).length);
    }
    t.same([...arrived].sort(), [0, 1, 2]);
  },
);

await t.test(
  'a sender that repeats everything unconfirmed, in order, keeps the order, whatever is lost',
  async (t) => {
    let repeats = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const stage = new BrokerStage({ seed });
      const a = stage.enter('a');
      a.weather({ latencyMs: 5, publishLost: 0.2, confirmLost: 0.2, duplicate: 0.2 });
      await sendAll(stage, a, numbered('m', 30), seed);
      const ids = stored(stage);
      t.same([...new Set(ids)], numbered('m', 30));
      repeats += ids.length - 30;
    }
    t.ok(repeats > SEEDS, 'there was something to get wrong', { repeats });
  },
);

/** Sends ids in small calls, now and then cut off, until all are confirmed. */
async function sendAll(
  stage: BrokerStage,
  { port }: Actor,
  ids: readonly string[],
  seed: number,
): Promise<void> {
  const random = streamOf(seed, 'cuts');
  const sender = new RepeatingSender(port, (id) => frame(0, id));
  for (let next = 0; next < ids.length;) {
    const count = whole(random, 1, 3);
    sender.send(ids.slice(next, next + count));
    next += count;
    await stage.pass(whole(random, 0, 20));
    sender.repeat();
    if (random() < 0.1) stage.broker.drop('a', 'publisher');
  }
  await stage.passUntil(() => {
    sender.repeat();
    return sender.done;
  }, 50);
}

await t.test('a replay that is cut off leaves the letter where its copy is safe', async (t) => {
  const stage = new BrokerStage();
  const [a, b] = [stage.enter('a'), stage.enter('b')];
  await stage.soon(a.port.deadLetter(letter('1')));
  const replayed = watch(a.port.replayDeadLetters('orders'));
  await stage.passUntil(() => stored(stage).length > 0, 0.1);
  stage.broker.drop('a', 'consumer');
  await stage.pass();
  t.equal(replayed.end, 'broker_unavailable');
  t.equal(await stage.soon(b.port.replayDeadLetters('orders')), 1);
  t.same(stored(stage), ['1', '1']);
  t.match(stage.told('replayed'), [{ client: 'b', letter: { queue: QUEUE } }]);
});

await t.test('two processes that replay at the same time send a letter back once', async (t) => {
  const stage = new BrokerStage();
  const [a, b] = [stage.enter('a'), stage.enter('b')];
  await stage.soon(a.port.deadLetter(letter('1')));
  const counts = await stage.soon(Promise.all([a, b].map(({ port }) => port.replayDeadLetters('orders'))));
  t.same([...counts].sort(), [0, 1]);
  t.same(stored(stage), ['1']);
  t.same(await stage.soon(a.port.deadLetters('orders', 9)), []);
});

await t.test('a dead letter may be lost on its way or doubled, like any publish', async (t) => {
  const stage = new BrokerStage();
  const a = stage.enter('a');
  a.weather({ publishLost: 1 });
  await t.rejects(stage.soon(a.port.deadLetter(letter('1'))), unavailable);
  a.weather({ duplicate: 1 });
  await stage.soon(a.port.deadLetter(letter('2')));
  a.weather({});
  const letters = await stage.soon(a.port.deadLetters('orders', 9));
  t.same(
    letters.map((each) => (each.message as Message).id),
    ['2', '2'],
  );
  t.equal(new Set(letters.map(({ id }) => id)).size, 2);
  t.ok(stage.broker.idle(), 'letters wait for people, not for the run');
});

await t.test(
  'a copy rests in a retry queue, whatever becomes of the process that put it there',
  async (t) => {
    const stage = new BrokerStage();
    const [a, b] = [stage.enter('a'), stage.enter('b')];
    await stage.soon(a.port.retry(QUEUE, 200, message('1'), 3));
    a.process.kill();
    stage.broker.vanish('a');
    const inbox = new Inbox('acknowledge');
    await stage.soon(b.port.consume(QUEUE, exclusive, inbox));
    t.match(inbox.deliveries, [{ messages: [message('1')], attempts: 3, redeliveries: 0 }]);
    t.match(stage.told('retried'), [{ queue: QUEUE, delayMs: 240, attempts: 3, client: 'a' }]);
  },
);

await t.test('closing ends what is unconfirmed as unknown when nobody answers', async (t) => {
  const stage = new BrokerStage();
  const a = stage.enter('a');
  stage.broker.drop('a', 'publisher', 60_000);
  const published = watch(a.port.publish(frames(['1'])));
  const closed = watch(a.port.close());
  await stage.pass(1_900);
  t.same([published.end, closed.end], ['open', 'open']);
  await stage.pass(200);
  t.same([published.end, closed.end], ['broker_unavailable', 'kept']);
});

await t.test('the same seed gives the same run, to the event', async (t) => {
  const run = async (seed: number): Promise<readonly BrokerEvent[]> => {
    const stage = new BrokerStage({ seed, returnedLast: 0.5 });
    const a = stage.enter('a');
    a.weather({ latencyMs: 5, publishLost: 0.1, confirmLost: 0.1, duplicate: 0.1 });
    await stage.soon(a.port.consume(QUEUE, exclusive, new Inbox('acknowledge')));
    await sendAll(stage, a, numbered('m', 20), 1);
    return stage.events;
  };
  const [one, again, other] = [await run(7), await run(7), await run(8)];
  t.same(one, again);
  t.notSame(one, other);
});
