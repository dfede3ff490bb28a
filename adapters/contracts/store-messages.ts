import type { Commit, OutboxKey, OutboxRow } from '../../core/engine/ports.ts';
import type { TapTest } from '../postgres/testing.ts';
import { LEASE_MS, type StoreUnderTest, actorOf, commitOf, messageOf } from './store-fixture.ts';

function outboxOf(writer: string, epoch: number, sequence: number): OutboxRow {
  return { writer, epoch, sequence, messages: [messageOf(`${writer}-${String(epoch)}-${String(sequence)}`)] };
}

function keyOf({ writer, epoch, sequence }: OutboxRow): OutboxKey {
  return { writer, epoch, sequence };
}

/** Sending (P9), wake-ups (P20) and the inbox's end (P6). */
export async function messageContract(t: TapTest, under: StoreUnderTest): Promise<void> {
  const { store, other } = under;
  await store.fixPartitions(12);
  const fences = await store.open('a', [0, 1, 2], LEASE_MS);
  const commit = (parts: Partial<Commit>): Promise<void> => store.commit(commitOf('a', fences, parts));
  const firstIds = (rows: readonly OutboxRow[]): unknown[] => rows.map((row) => row.messages[0]?.id);

  await t.test('left-overs of a partition come in the order of its commits (P9)', async (t) => {
    const written = [
      outboxOf('p01', 2, 1),
      outboxOf('p01', 1, 2),
      outboxOf('p02', 1, 1),
      outboxOf('p01', 1, 10),
    ];
    for (const row of written) await commit({ outbox: [row] });
    t.strictSame(firstIds(await store.leftovers([1])), ['p01-1-2', 'p01-1-10', 'p01-2-1']);
    t.strictSame(await store.leftovers([2]), [outboxOf('p02', 1, 1)]);
    t.strictSame(await store.leftovers([0]), []);
  });

  await t.test('confirmed rows go with a later commit, or alone', async (t) => {
    await commit({ outbox: [outboxOf('p00', 1, 1)], confirmed: [keyOf(outboxOf('p01', 1, 2))] });
    t.strictSame(firstIds(await store.leftovers([0, 1])), ['p00-1-1', 'p01-1-10', 'p01-2-1']);
    await store.confirmOutbox(
      [outboxOf('p01', 1, 10), outboxOf('p01', 2, 1), outboxOf('p00', 1, 1)].map(keyOf),
    );
    await store.confirmOutbox([]);
    t.strictSame(await store.leftovers([0, 1]), []);
  });

  await t.test('a commit without fences sends for intake, and one with nothing in it is fine', async (t) => {
    await store.commit(commitOf('a', [], { outbox: [outboxOf('member-b', 0, 1)] }));
    await store.commit(commitOf('a', []));
    t.strictSame(firstIds(await store.leftovers([2])), ['p02-1-1']);
  });

  await t.test(
    'only rows of writers that are gone are adopted, oldest first, by one of them (P9)',
    async (t) => {
      await store.heartbeat({ id: 'member-a', worker: true, generation: 3, backlog: 0 });
      await store.heartbeat({ id: 'member-b', worker: false, generation: 0, backlog: 0 });
      for (const row of [
        outboxOf('member-a', 0, 1),
        outboxOf('member-z', 0, 2),
        outboxOf('member-z', 0, 1),
        outboxOf('member-y', 0, 1),
      ]) {
        await store.commit(commitOf('a', [], { outbox: [row] }));
      }
      const [first, second] = [
        await store.adoptOutbox('member-a', 2),
        await other.adoptOutbox('member-b', 10),
      ];
      t.strictSame(firstIds(first), ['member-z-0-2', 'member-z-0-1'], 'in the order of their commits');
      t.strictSame(firstIds(second), ['member-y-0-1']);
      t.strictSame(
        first.map((row) => row.writer),
        ['member-a', 'member-a'],
      );
      t.strictSame(
        firstIds(await store.adoptOutbox('member-a', 10)),
        ['member-z-0-2', 'member-z-0-1'],
        'rows it took before come again: the answer may have been lost',
      );
      t.strictSame(
        firstIds(await other.adoptOutbox('member-b', 10)),
        ['member-y-0-1'],
        "not the living one's",
      );

      await store.leave('member-a');
      const third = await other.adoptOutbox('member-b', 10);
      t.strictSame(
        firstIds(third).sort(),
        ['member-a-0-1', 'member-y-0-1', 'member-z-0-1', 'member-z-0-2'],
        'adopted rows again',
      );
      await other.confirmOutbox([...second, ...third].map(keyOf));
      await other.leave('member-b');
      t.strictSame(firstIds(await store.adoptOutbox('member-c', 10)), ['member-b-0-1']);
      t.strictSame(firstIds(await store.leftovers([2])), ['p02-1-1'], "a partition's rows are never adopted");
    },
  );

  await t.test('due wake-ups come earliest first, of the partitions asked for (P20)', async (t) => {
    const waking = (id: string, partition: number, wakeAt: number | null): Commit['actors'][number] =>
      actorOf(id, 0, { partition, wakeAt, wakeChanged: true });
    await commit({
      actors: [
        waking('w1', 0, 300),
        waking('w2', 1, 100),
        waking('w3', 0, 200),
        waking('w4', 2, 50),
        waking('w5', 0, null),
      ],
    });
    const due = async (nowMs: number, limit = 10): Promise<unknown[]> =>
      (await store.dueWakes([0, 1], nowMs, limit)).map((wake) => [wake.id, wake.partition, wake.wakeAt]);
    t.strictSame(await due(99), []);
    t.strictSame(await due(200), [
      ['w2', 1, 100],
      ['w3', 0, 200],
    ]);
    t.strictSame(await due(1000, 1), [['w2', 1, 100]]);

    const w3 = { kind: 'parcel', id: 'w3', partition: 0, wakeAt: 400 };
    await commit({ wakes: [w3, { ...w3, id: 'w2', partition: 1, wakeAt: null }] });
    t.strictSame(await due(1000), [
      ['w1', 0, 300],
      ['w3', 0, 400],
    ]);
    await commit({
      actors: [actorOf('w1', 1, { wakeAt: null, wakeChanged: true, finished: true })],
      wakes: [{ ...w3, id: 'w1', wakeAt: 1 }],
    });
    t.strictSame(await due(1000), [['w3', 0, 400]], "the actor's own wake-up counts");
    t.match((await store.hydrate([{ kind: 'parcel', id: 'w3' }], [])).actors, [{ wakeAt: 400, version: 1 }]);
  });

  await t.test('ids of earlier days are forgotten, the rest stays', async (t) => {
    const days = ['2026-01-01', '2026-01-02', '2026-01-03'];
    await commit({ inbox: days.map((day) => ({ messageId: 'same', day })) });
    await store.forgetInbox('2026-01-03');
    const { seen } = await store.hydrate([], [{ id: 'same', day: '2026-01-02', remember: 'inbox' }]);
    t.strictSame([...seen], []);
    const rest = await store.hydrate([], [{ id: 'same', day: '2026-01-03', remember: 'inbox' }]);
    t.strictSame([...rest.seen], ['same']);
  });
}
