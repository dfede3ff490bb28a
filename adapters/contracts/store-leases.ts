import { FenceLost } from '../../core/kernel/errors.ts';
import type { TapTest } from '../postgres/testing.ts';
import { LEASE_MS, type StoreUnderTest, actorOf, commitOf } from './store-fixture.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Ownership: P1, P2, P4, P5 and the living members. */
export async function leaseContract(t: TapTest, under: StoreUnderTest): Promise<void> {
  const { store, other, setAtRest } = under;

  await t.test('the partition count of the first start stays (P4)', async (t) => {
    t.equal(await store.fixPartitions(4), 4);
    t.equal(await other.fixPartitions(8), 4);
    t.strictSame(await store.leases(), [
      { partition: 0, owner: null, epoch: 0, live: false },
      { partition: 1, owner: null, epoch: 0, live: false },
      { partition: 2, owner: null, epoch: 0, live: false },
      { partition: 3, owner: null, epoch: 0, live: false },
    ]);
  });

  await t.test('a lease is taken when free, and not while another holds it (P1)', async (t) => {
    t.strictSame(await store.open('a', [1, 0], LEASE_MS), [
      { partition: 0, epoch: 1 },
      { partition: 1, epoch: 1 },
    ]);
    t.strictSame(await other.open('b', [0, 1, 2], LEASE_MS), [{ partition: 2, epoch: 1 }]);
    t.match(await other.leases(), [
      { partition: 0, owner: 'a', epoch: 1, live: true },
      { partition: 1, owner: 'a', epoch: 1, live: true },
      { partition: 2, owner: 'b', epoch: 1, live: true },
      { partition: 3, owner: null, epoch: 0, live: false },
    ]);
  });

  await t.test('the owner may open its own again, at a higher epoch', async (t) => {
    t.strictSame(await store.open('a', [0], LEASE_MS), [{ partition: 0, epoch: 2 }]);
    await t.rejects(store.commit(commitOf('a', [{ partition: 0, epoch: 1 }])), FenceLost);
  });

  await t.test('renewal extends what is held at the epoch, and nothing else', async (t) => {
    const fences = [
      { partition: 0, epoch: 2 },
      { partition: 1, epoch: 7 },
      { partition: 2, epoch: 1 },
    ];
    t.strictSame(await store.renew('a', fences, LEASE_MS), [0]);
  });

  await t.test('a lease that ran out by the clock of the store is taken at the next epoch', async (t) => {
    t.strictSame(await store.open('a', [3], 30), [{ partition: 3, epoch: 1 }]);
    await pause(60);
    t.match(await store.leases(), [{}, {}, {}, { partition: 3, owner: 'a', live: false }]);
    t.strictSame(
      await store.renew('a', [{ partition: 3, epoch: 1 }], 30),
      [3],
      'nobody took it: still its own',
    );
    await pause(60);
    t.strictSame(await other.open('b', [3], LEASE_MS), [{ partition: 3, epoch: 2 }]);
    t.strictSame(await store.renew('a', [{ partition: 3, epoch: 1 }], LEASE_MS), []);
  });

  await t.test('a writer that lost its lease writes nothing (P2)', async (t) => {
    const stale = commitOf('a', [{ partition: 3, epoch: 1 }], {
      actors: [actorOf('stale', 0, { partition: 3 })],
    });
    await t.rejects(store.commit(stale), { code: 'fence_lost' });
    t.strictSame((await store.hydrate([{ kind: 'parcel', id: 'stale' }], [])).actors, []);
  });

  await t.test('one lost partition undoes a joint commit over several (P5)', async (t) => {
    const joint = commitOf(
      'a',
      [
        { partition: 0, epoch: 2 },
        { partition: 1, epoch: 1 },
        { partition: 3, epoch: 1 },
      ],
      { actors: [actorOf('joint', 0)] },
    );
    await t.rejects(store.commit(joint), { code: 'fence_lost' });
    t.strictSame((await store.hydrate([{ kind: 'parcel', id: 'joint' }], [])).actors, []);
    await store.commit({ ...joint, fences: joint.fences.slice(0, 2) });
    t.match((await store.hydrate([{ kind: 'parcel', id: 'joint' }], [])).actors, [
      { id: 'joint', version: 1 },
    ]);
  });

  await t.test('a released lease is free at once, and only its holder releases it', async (t) => {
    await other.release('b', [{ partition: 1, epoch: 1 }]);
    await store.release('a', [{ partition: 0, epoch: 1 }]);
    t.strictSame(await other.open('b', [0, 1], LEASE_MS), []);
    await store.release('a', [{ partition: 1, epoch: 1 }]);
    await t.rejects(store.commit(commitOf('a', [{ partition: 1, epoch: 1 }])), FenceLost);
    t.strictSame(await other.open('b', [1], LEASE_MS), [{ partition: 1, epoch: 2 }]);
  });

  await t.test('a commit under way holds off a takeover until it has ended (P2)', async (t) => {
    if (!under.concurrent) return;
    const held = await store.open('a', [0], 1);
    await pause(5);
    let taken = false;
    let takeover = Promise.resolve();
    await under.whileCommitIsOpen(commitOf('a', held, { actors: [actorOf('held', 0)] }), async () => {
      takeover = other.open('b', [0], LEASE_MS).then((fences) => {
        taken = fences.length === 1;
      });
      await pause(150);
      t.notOk(taken, 'waits for the lock');
    });
    await takeover;
    t.ok(taken, 'and takes the lease once the commit is done');
  });

  await t.test('two who open at the same moment get different partitions', async (t) => {
    await store.fixPartitions(4);
    await Promise.all([0, 1, 2, 3].map(async (partition) => releaseAny(under, partition)));
    const [mine, theirs] = await Promise.all([
      store.open('a', [0, 1, 2, 3], LEASE_MS),
      other.open('b', [3, 2, 1, 0], LEASE_MS),
    ]);
    t.equal(mine.length + theirs.length, 4);
  });

  await t.test('the living are those seen of late; who leaves is gone at once', async (t) => {
    const [a, b] = [
      { id: 'a', worker: true, generation: 3, backlog: 5 },
      { id: 'b', worker: false, generation: 0, backlog: 0 },
    ];
    t.strictSame((await store.heartbeat(a)).members, [a]);
    t.strictSame((await other.heartbeat(b)).members, [a, b]);
    await store.heartbeat({ ...a, backlog: 6 });
    t.match((await other.heartbeat(b)).members, [{ id: 'a', backlog: 6 }, { id: 'b' }]);
    await store.leave('a');
    t.match((await other.heartbeat(b)).members, [{ id: 'b' }]);
  });

  await t.test('what is paused is told with every heartbeat', async (t) => {
    const member = { id: 'c', worker: true, generation: 1, backlog: 0 };
    t.strictSame((await store.heartbeat(member)).pauses, []);
    const [everything, parcels] = [
      { kind: null, partition: 1 },
      { kind: 'parcel', partition: 3 },
    ];
    await setAtRest([everything, parcels]);
    const { pauses } = await store.heartbeat(member);
    t.strictSame(
      [...pauses].sort((one, two) => (one.partition ?? 0) - (two.partition ?? 0)),
      [everything, parcels],
    );
    await setAtRest([]);
    t.strictSame((await other.heartbeat(member)).pauses, []);
    await store.leave('c');
  });
}

async function releaseAny({ store }: StoreUnderTest, partition: number): Promise<void> {
  const lease = (await store.leases()).find((held) => held.partition === partition);
  if (lease?.owner === null || lease === undefined) return;
  await store.release(lease.owner, [{ partition, epoch: lease.epoch }]);
}
