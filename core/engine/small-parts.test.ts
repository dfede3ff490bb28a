import t from 'tap';
import { partitionOf } from '../kernel/partition.ts';
import { pauseMs, retryDelayMs } from './backoff.ts';
import { desiredPartitions } from './membership.ts';
import { microBatch } from './micro-batch.ts';
import { Pace } from './pace.ts';
import { PauseTracker } from './pause.ts';
import { createRouter } from './router.ts';
import { addMessage } from './testing/counter.ts';
import { takersByType } from './topology.ts';

t.test('back-off doubles up to its cap, and jitter halves it at most', async (t) => {
  const none = [0, 1, 2, 3, 9].map((failures) => pauseMs(failures, () => 1));
  t.same(none, [100, 200, 400, 800, 2_000]);
  t.equal(
    pauseMs(0, () => 0),
    50,
  );
});

t.test('retry delays grow along the ladder, jitter picks a neighbour (P25)', async (t) => {
  t.same(
    [1, 2, 3, 7, 50].map((attempts) => retryDelayMs(attempts, () => 0.5)),
    [1_000, 2_000, 4_000, 60_000, 60_000],
  );
  t.same(
    [0, 0.5, 0.99].map((random) => retryDelayMs(3, () => random)),
    [2_000, 4_000, 8_000],
  );
});

t.test('rendezvous hashing spreads partitions and moves only the share of who comes or goes', async (t) => {
  const member = (id: string) => ({ id, worker: true, generation: 1, backlog: 0 });
  const shares = (ids: readonly string[]) =>
    new Map(ids.map((id) => [id, desiredPartitions(ids.map(member), id, 64)] as const));
  const two = shares(['a', 'b']);
  t.same(
    [...two.values()].flat().sort((x, y) => x - y),
    Array.from({ length: 64 }, (_, index) => index),
    'each partition has one worker',
  );
  for (const mine of two.values()) t.ok(mine.length > 16, 'nobody is left with almost nothing');
  const three = shares(['a', 'b', 'c']);
  for (const id of ['a', 'b']) {
    for (const partition of three.get(id) ?? [])
      t.ok(two.get(id)?.includes(partition), 'nothing moves between the others');
  }
  const gateway = { id: 'g', worker: false, generation: 0, backlog: 0 };
  t.same(desiredPartitions([gateway], 'g', 4), [], 'a gateway owns nothing');
  t.same(desiredPartitions([], 'a', 4), [], 'nor does anyone while nobody is known to live');
});

t.test('while workers of a newer build live, those of an older one own nothing', async (t) => {
  const member = (id: string, generation: number) => ({ id, worker: true, generation, backlog: 0 });
  const all = Array.from({ length: 16 }, (_, index) => index);
  const rolling = [member('old-a', 1), member('old-b', 1), member('new', 2)];
  t.same(desiredPartitions(rolling, 'new', 16), all);
  t.same(desiredPartitions(rolling, 'old-a', 16), []);
  const newOnesGone = rolling.filter(({ generation }) => generation === 1);
  t.same(
    [...desiredPartitions(newOnesGone, 'old-a', 16), ...desiredPartitions(newOnesGone, 'old-b', 16)].sort(
      (x, y) => x - y,
    ),
    all,
  );
});

t.test('messages go to the partition of their addressee, in frames of bounded size (P12, P23)', async (t) => {
  const router = createRouter({ partitions: 16, exchangeOf: () => 'commands', takersOf: () => 'partitions' });
  const suffix = `p${partitionOf('other', 16).toString().padStart(2, '0')}`;
  const [frame] = router.frames([addMessage('c1', { add: 1 }, { to: 'other' })]);
  t.equal(frame?.routingKey, `counter.add.${suffix}`);

  const many = Array.from({ length: 600 }, () => addMessage('c1', { add: 1 }));
  const frames = router.frames(many);
  t.same(
    frames.map(({ messages }) => messages.length),
    [256, 256, 88],
  );
  t.same(
    frames.flatMap(({ messages }) => messages),
    many,
    'in order',
  );

  const fat = Array.from({ length: 4 }, () => addMessage('c1', { add: 1, text: 'x'.repeat(200_000) }));
  t.same(
    router.frames(fat).map(({ messages }) => messages.length),
    [2, 2],
  );
});

t.test('messages that no partition queue takes share frames, whoever they are about (P12)', async (t) => {
  const router = createRouter({
    partitions: 16,
    exchangeOf: () => 'events',
    takersOf: (type) =>
      type === 'counter.add' ? 'partitions' : type === 'counter.ask' ? 'shared' : 'nobody',
  });
  const subjects = ['a', 'b', 'c', 'd'];
  t.equal(new Set(subjects.map((subject) => partitionOf(subject, 16))).size, 4, 'four partitions');
  const messages = subjects.flatMap((subject) =>
    ['counter.add', 'counter.ask', 'counter.added'].map((type) => addMessage(subject, { add: 1 }, { type })),
  );
  const frames = router.frames(messages);
  const suffix = `p${partitionOf('a', 16).toString().padStart(2, '0')}`;
  for (const type of ['counter.ask', 'counter.added']) {
    const shared = frames.filter(({ routingKey }) => routingKey.startsWith(`${type}.`));
    t.same(
      shared.map(({ routingKey, messages: held }) => [routingKey, held.map(({ subject }) => subject)]),
      [[`${type}.${suffix}`, subjects]],
      'one frame, in order, under the partition of its first message',
    );
  }
  t.same(
    frames
      .filter(({ messages: [first] }) => first?.type === 'counter.add')
      .map(({ messages: held }) => held.length),
    [1, 1, 1, 1],
    'a frame for each partition that reacts',
  );
  t.equal(frames.find(({ messages: [first] }) => first?.type === 'counter.ask')?.mandatory, true);
  t.equal(frames.find(({ messages: [first] }) => first?.type === 'counter.added')?.mandatory, false);
});

t.test(
  'what a partition queue takes goes by partition, though a shared one takes it as well (P12)',
  async (t) => {
    const accepts = (...types: string[]) => types.map((type) => ({ type, exchange: 'events' }));
    const takers = takersByType(
      [{ service: 'counters', accepts: accepts('counter.add') }],
      [{ service: 'listeners', accepts: accepts('counter.add', 'counter.added') }],
    );
    t.equal(takers.get('counter.add'), 'partitions');
    t.equal(takers.get('counter.added'), 'shared');
    t.equal(takers.get('counter.unheard'), undefined);
  },
);

t.test('time-outs wait after a pause as long as the pause took, a minute at most (P20)', async (t) => {
  const pauses = new PauseTracker();
  t.equal(pauses.timersUntil(1_000), 1_000);
  pauses.down(1_000, 'store');
  t.equal(pauses.timersUntil(20_000), 1_000, 'time stands still while the world is away');
  t.equal(pauses.heldBackUntil(20_000), undefined, 'nobody knows for how long');
  pauses.up(31_000, 'store');
  t.equal(pauses.timersUntil(60_000), 1_000);
  t.equal(pauses.heldBackUntil(60_000), 61_000);
  t.equal(pauses.timersUntil(61_000), 61_000);
  t.equal(pauses.heldBackUntil(61_000), undefined);

  const long = new PauseTracker();
  long.down(0, 'store');
  long.up(3_600_000, 'store');
  t.equal(long.timersUntil(3_600_000 + 59_999), 0);
  t.equal(long.timersUntil(3_600_000 + 60_000), 3_660_000);

  const hiccup = new PauseTracker();
  hiccup.down(0, 'store');
  hiccup.up(100, 'store');
  t.equal(hiccup.timersUntil(101), 101, 'a hiccup holds nothing up');
});

t.test('a pause ends with the last part that was away, not with the first that is back (P20)', async (t) => {
  const pauses = new PauseTracker();
  pauses.down(1_000, 'sending');
  pauses.down(1_000, 'orders.p00');
  pauses.up(1_050, 'store');
  pauses.up(20_000, 'orders.p00');
  t.equal(pauses.timersUntil(20_000), 1_000);
  pauses.up(31_000, 'sending');
  t.equal(pauses.timersUntil(31_001), 1_000, 'a commit that landed in between ended nothing');
});

t.test('a few may begin at once after a rest, then one at each interval', async (t) => {
  let nowMs = 1_000;
  const pace = new Pace({ now: () => nowMs, after: () => () => undefined }, { intervalMs: 5, burst: 3 });
  const begins = (): number[] => {
    const at: number[] = [];
    for (let times = 0; times < 6; times += 1) {
      nowMs += pace.waitMs();
      pace.begin();
      at.push(nowMs);
    }
    return at;
  };
  t.same(begins(), [1_000, 1_000, 1_000, 1_005, 1_010, 1_015]);
  nowMs = 1_018;
  t.equal(pace.waitMs(), 2, 'what waited already counts');
  nowMs = 2_000;
  t.same(
    begins(),
    [2_000, 2_000, 2_000, 2_005, 2_010, 2_015],
    'a long rest saves up no more than a short one',
  );
});

t.test('a micro-batch groups what arrives while the last one is under way', async (t) => {
  const groups: number[][] = [];
  let release: () => void = () => undefined;
  const add = microBatch(async (items: readonly number[]) => {
    groups.push([...items]);
    if (groups.length === 1) {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    }
    return items.map((item) => item * 2);
  });
  const first = add(1);
  await new Promise(setImmediate);
  const rest = [add(2), add(3), add(4)];
  release();
  t.same(await Promise.all([first, ...rest]), [2, 4, 6, 8]);
  t.same(groups, [[1], [2, 3, 4]]);
});

t.test('a micro-batch that fails fails its items, and the next one is tried', async (t) => {
  const double = microBatch((items: readonly number[]) =>
    items.includes(13)
      ? Promise.reject(new Error('unlucky'))
      : Promise.resolve(items.map((item) => item * 2)),
  );
  await t.rejects(double(13), { message: 'unlucky' });
  t.equal(await double(2), 4);
});
