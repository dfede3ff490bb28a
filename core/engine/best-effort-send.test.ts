import t from 'tap';
import { BrokerUnavailable } from '../kernel/errors.ts';
import type { Message } from '../kernel/message.ts';
import { BestEffortSend } from './best-effort-send.ts';
import type { Frame } from './ports.ts';
import { createRouter } from './router.ts';

function message(id: number): Message {
  const subject = String(id);
  return {
    id: subject,
    type: 'seen',
    subject,
    correlationId: subject,
    causationId: null,
    time: '',
    version: 1,
    data: {},
  };
}

/** A broker that answers when told to. */
function stage() {
  const batches: { readonly ids: number[]; answer(error?: Error): void }[] = [];
  const dropped: [number, string][] = [];
  const timers: (() => void)[] = [];
  let connected = true;
  const sender = new BestEffortSend({
    broker: {
      connected: () => connected,
      publish: (frames: readonly Frame[]) =>
        new Promise<void>((resolve, reject) => {
          const ids = frames.flatMap(({ messages }) => messages.map(({ id }) => Number(id)));
          batches.push({ ids, answer: (error) => (error === undefined ? resolve() : reject(error)) });
        }),
    },
    router: createRouter({ partitions: 4, exchangeOf: () => 'events', takersOf: () => 'shared' }),
    clock: {
      now: () => 0,
      after: (_ms, callback) => {
        timers.push(callback);
        return () => undefined;
      },
    },
    onDropped: (messages, reason) => dropped.push([messages, reason]),
  });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { sender, batches, dropped, timers, settle, connect: (up: boolean) => (connected = up) };
}

t.test('what comes within a moment leaves together, one batch at a time', async (t) => {
  const { sender, batches, dropped, timers, settle } = stage();
  for (let id = 0; id < 3; id += 1) sender.send(message(id));
  t.same([timers.length, batches.length], [1, 0], 'nobody waits for the broker');
  timers[0]?.();
  for (let id = 3; id < 300; id += 1) sender.send(message(id));
  t.same(
    batches.map(({ ids }) => ids),
    [[0, 1, 2]],
  );
  batches[0]?.answer();
  await settle();
  t.same(
    batches.map(({ ids }) => ids.length),
    [3, 256],
    'the next follows by itself',
  );
  batches[1]?.answer();
  await settle();
  batches[2]?.answer();
  await settle();
  t.same(
    batches.flatMap(({ ids }) => ids),
    Array.from({ length: 300 }, (_, id) => id),
    'each once, in order',
  );
  sender.send(message(300));
  t.equal(timers.length, 2, 'and then a new moment begins');
  t.same(dropped, []);
});

t.test('while the broker is away, or does not answer, messages are dropped and counted', async (t) => {
  const { sender, batches, dropped, timers, settle, connect } = stage();
  connect(false);
  sender.send(message(0));
  sender.send(message(1));
  timers[0]?.();
  await settle();
  t.same([batches.length, dropped], [0, [[2, 'unsent']]]);

  connect(true);
  sender.send(message(2));
  timers[1]?.();
  for (let id = 0; id < 2_005; id += 1) sender.send(message(id));
  t.same(
    dropped.slice(1),
    Array.from({ length: 5 }, () => [1, 'full']),
    'beside those under way 2,000 wait',
  );
  batches[0]?.answer(new BrokerUnavailable('lost'));
  await settle();
  t.same(dropped.at(-1), [1, 'unsent'], 'nothing is sent twice');
  t.equal(batches[1]?.ids.length, 256, 'what waited goes on');
});

t.test('closing sends what waits, and waits for that a moment at most', async (t) => {
  const { sender, batches, dropped, timers } = stage();
  sender.send(message(0));
  const closed = sender.close();
  t.same(
    batches.map(({ ids }) => ids),
    [[0]],
  );
  timers.at(-1)?.();
  await closed;
  sender.send(message(1));
  t.same(dropped, [[1, 'unsent']]);
  await t.resolves(stage().sender.close(), 'with nothing to send');
});
