import t from 'tap';
import type { Charge } from '../../../core/services/payments/charge.ts';
import { inventoryTables } from '../../../core/services/inventory/tables.ts';
import { ORDER_TABLES } from '../../../core/services/orders/tables.ts';
import type { Commit, Fence, OutboxRow } from '../../../core/engine/ports.ts';
import { batchOf } from '../../contracts/orders-fixture.ts';
import { actorOf, commitOf, logOf, messageOf } from '../../contracts/store-fixture.ts';
import { MemoryDatabase } from './database.ts';
import { MemoryEngineStore } from './engine.ts';
import type { Landed } from './landed.ts';
import { MemoryPaymentStore } from './payments.ts';
import { MemoryPlacementStore } from './placements.ts';
import { seedStock } from './seed.ts';

const LEASE_MS = 3_000;

function world() {
  const landed: Landed[] = [];
  const clock = { now: Date.UTC(2026, 0, 5) };
  const database = new MemoryDatabase({
    services: { orders: ORDER_TABLES, inventory: inventoryTables, payments: [] },
    now: () => clock.now,
    onCommit: (change) => landed.push(change),
  });
  return { database, clock, landed, take: () => landed.splice(0) };
}

function outboxRow(writer: string, sequence: number): OutboxRow {
  return { writer, epoch: 0, sequence, messages: [messageOf(`${writer}/${String(sequence)}`)] };
}

function charge(changes: Partial<Charge> = {}): Charge {
  return {
    chargeKey: 'order-1/charge',
    orderId: 'order-1',
    amountCents: 1_000,
    currency: 'USD',
    method: 'paypal',
    status: 'requested',
    verdict: null,
    transactionId: null,
    reason: null,
    voided: false,
    attemptedAtMs: null,
    refund: 'none',
    refundId: null,
    refundReason: null,
    refundedCents: null,
    createdAtMs: 0,
    updatedAtMs: 0,
    ...changes,
  };
}

t.test('a write has happened when the call returns, and a refused one has not', async (t) => {
  const { database } = world();
  const store = new MemoryEngineStore(database, 'orders');
  const { actors, log } = database.service('orders');
  const written = store.commit(commitOf('a', [], { actors: [actorOf('one', 0)], log: [logOf('one', 1)] }));
  t.match(actors.find('parcel', 'one'), { version: 1 });
  const refused = store.commit(commitOf('a', [], { actors: [actorOf('two', 0)], log: [logOf('one', 1)] }));
  t.equal(actors.find('parcel', 'two'), undefined);
  await written;
  await t.rejects(refused, { code: 'fence_lost' });
  t.strictSame(
    log.ofActor('parcel', 'one').map(({ version }) => version),
    [1],
  );
});

t.test('the witness is shown each fence beside the lease it was checked against (P2)', async (t) => {
  const { database, clock, take } = world();
  const store = new MemoryEngineStore(database, 'orders');
  await store.fixPartitions(2);
  const fences: readonly Fence[] = await store.open('a', [0, 1], LEASE_MS);
  t.match(take(), [{ kind: 'opened', service: 'orders', owner: 'a', fences }]);
  const commit = commitOf('a', fences, {
    actors: [actorOf('one', 0)],
    outbox: [{ writer: 'p00', epoch: 1, sequence: 1, messages: [messageOf('m')] }],
  });
  await store.commit(commit);
  clock.now += LEASE_MS;
  await store.commit({ ...commit, actors: [actorOf('one', 1)], outbox: [] });
  const lease = { epoch: 1, heldEpoch: 1, owner: 'a' };
  t.match(take(), [
    { kind: 'commit', commit, outbox: commit.outbox, fences: [{ ...lease, live: true }, { partition: 1 }] },
    { kind: 'commit', fences: [{ ...lease, live: false }, { partition: 1 }], outbox: [] },
  ]);
  await new MemoryEngineStore(database, 'orders').open('b', [0], LEASE_MS);
  take();
  await t.rejects(store.commit({ ...commit, actors: [actorOf('one', 2)], outbox: [] }), {
    code: 'fence_lost',
  });
  await store.commit(commitOf('a', []));
  t.strictSame(take(), [], 'nothing landed');
  await store.release('a', fences);
  t.match(take(), [{ kind: 'released', partitions: [1] }], 'the other is no longer its own');
});

t.test('the witness learns of a message that was handled before, forgotten or not (P6)', async (t) => {
  const { database, take } = world();
  const store = new MemoryEngineStore(database, 'orders');
  const remember = (day: string): Promise<void> =>
    store.commit(commitOf('a', [], { inbox: [{ messageId: 'm', day }] }));
  await remember('2026-01-01');
  await store.forgetInbox('2026-01-02');
  await remember('2026-01-01');
  await remember('2026-01-02');
  await store.commit(
    commitOf('a', [], { actors: [actorOf('x', 0)], log: [logOf('x', 1, { messageId: 'm' })] }),
  );
  t.strictSame(
    take().map((change) => change.kind === 'commit' && change.seenAlready),
    [[], ['m'], ['m'], ['m']],
  );
});

t.test(
  'what participants and durable sends leave in the outbox is found by the store of their service',
  async (t) => {
    const { database, clock, take } = world();
    const store = new MemoryEngineStore(database, 'payments');
    const payments = new MemoryPaymentStore(database);
    const row = outboxRow('payments-a', 1);
    const result = await payments.transact(['order-1/charge'], () => ({
      writes: [charge()],
      outbox: row,
      result: 'done',
    }));
    t.equal(result, 'done');
    await database.appendOutbox('payments', [outboxRow('payments-a', 2), outboxRow('payments-b', 1)]);
    await database.appendOutbox('payments', []);
    t.match(take(), [
      { kind: 'rows', service: 'payments', writes: [charge()], outbox: [row] },
      { kind: 'appended', service: 'payments', outbox: [{ sequence: 2 }, { sequence: 1 }] },
    ]);
    t.strictSame(await store.findOutbox('payments-a', [1, 7]), [row]);

    const member = { worker: false, generation: 0, backlog: 0 };
    await store.heartbeat({ id: 'payments-b', ...member });
    const adopted = await store.adoptOutbox('payments-c', 10);
    t.strictSame(
      adopted.map(({ writer, messages }) => [writer, messages[0]?.id]),
      [
        ['payments-c', 'payments-a/1'],
        ['payments-c', 'payments-a/2'],
      ],
    );
    await store.confirmOutbox([...adopted, outboxRow('nobody', 1)]);
    t.match(take(), [
      { kind: 'adopted', member: 'payments-c', adopted },
      { kind: 'confirmed', confirmed: adopted },
    ]);
    t.equal(database.service('payments').outbox.size, 1);
    clock.now += 60_000;
    t.match(await store.adoptOutbox('payments-c', 10), [{ messages: [{ id: 'payments-b/1' }] }]);
  },
);

t.test('members that were not seen for an hour are forgotten', async (t) => {
  const { database, clock } = world();
  const store = new MemoryEngineStore(database, 'orders');
  const { members } = database.service('orders');
  const beat = (id: string): Promise<unknown> =>
    store.heartbeat({ id, worker: true, generation: 1, backlog: 0 }).then((beaten) => beaten.members);
  await beat('b');
  clock.now += 3_600_000;
  await beat('a');
  t.strictSame([...members.rows.keys()], ['a', 'b'], 'their last heartbeat may still help somebody');
  clock.now += 1;
  t.match(await beat('a'), [{ id: 'a' }]);
  t.strictSame([...members.rows.keys()], ['a']);
});

t.test("a participant's transaction is all or nothing", async (t) => {
  const { database, take } = world();
  const payments = new MemoryPaymentStore(database);
  const row = outboxRow('payments-a', 1);
  await database.appendOutbox('payments', [row]);
  take();
  const attempts: readonly { readonly writes: readonly Charge[]; readonly outbox?: OutboxRow }[] = [
    { writes: [charge(), charge({ chargeKey: 'other', reason: 'a\0' })] },
    { writes: [charge({ status: 'processed' })] },
    { writes: [charge({ refundedCents: 1_001 })] },
    { writes: [charge()], outbox: row },
  ];
  for (const { writes, outbox } of attempts) {
    await t.rejects(
      payments.transact([], () => ({ writes, outbox, result: null })),
      { code: 'value_refused' },
    );
  }
  await t.rejects(
    payments.transact([], () => {
      throw new Error('undecided');
    }),
    { message: 'undecided' },
  );
  t.equal(database.service('payments').rows('charge').size, 0);
  t.equal(database.service('payments').outbox.size, 1);
  t.strictSame(take(), []);
  await t.rejects(database.appendOutbox('payments', [outboxRow('x', 1), row]), { code: 'value_refused' });
  t.equal(database.service('payments').outbox.size, 1);
});

t.test('the witness hears of the orders that won, and of those alone', async (t) => {
  const { database, take } = world();
  const placements = new MemoryPlacementStore(database);
  await placements.commit(batchOf(1, { id: 'a' }));
  await placements.commit(batchOf(2, { id: 'a2', key: 'a' }, { id: 'b' }));
  await placements.commit(batchOf(3, { id: 'b2', key: 'b' }));
  t.match(take(), [
    { kind: 'placements', placements: [{ orderId: 'a' }], outbox: [{ sequence: 1 }] },
    { kind: 'placements', placements: [{ orderId: 'b' }], outbox: [{ sequence: 2, messages: [{}, {}] }] },
  ]);
  await t.rejects(placements.commit(batchOf(4, { id: 'a', key: 'c' }, { id: 'd' })), {
    code: 'value_refused',
  });
  t.equal(
    await placements.findByKey('u1', 'd'),
    undefined,
    'an order id that is taken takes its batch along',
  );
  t.ok(database.service('orders').handled.has('checkout/a'));
});

t.test('the first stock is what the platform would begin with', async (t) => {
  const { database, take } = world();
  const skus = [
    {
      sku: 'MUG',
      levels: [
        { warehouseId: 'ams', units: 3 },
        { warehouseId: 'ohio', units: 0 },
      ],
    },
  ];
  t.equal(await seedStock(database, skus, 4, Date.UTC(2026, 0, 5)), 1);
  t.equal(await seedStock(database, skus, 4, Date.UTC(2026, 0, 6)), 0);
  const tables = database.service('inventory');
  t.match(tables.actors.find('stock', 'MUG'), {
    version: 1,
    snapshot: {
      levels: [
        ['ams', 3, 0],
        ['ohio', 0, 0],
      ],
    },
  });
  t.match(tables.table('stock').find('MUG', 'ams'), { on_hand: 3, reserved: 0 });
  t.match(
    [...tables.rows('stock_ledger').values()],
    [
      { kind: 'seeded', on_hand_delta: 3, at: '2026-01-05T00:00:00.000Z' },
      { kind: 'seeded', on_hand_delta: 0 },
    ],
  );
  const changes = take();
  t.match(changes, [{ kind: 'commit', service: 'inventory', commit: { owner: 'seed' }, fences: [] }]);
});

t.test('one commit writes a row by one spec, and an actor once', async (t) => {
  const { database } = world();
  const store = new MemoryEngineStore(database, 'inventory');
  const twice: Partial<Commit> = { actors: [actorOf('one', 0), actorOf('one', 0)] };
  await t.rejects(store.commit(commitOf('a', [], twice)), { name: 'AssertionFailed' });
  t.throws(() => database.service('nothing'), { name: 'AssertionFailed' });
  t.throws(() => database.service('inventory').rows('nothing'), { name: 'AssertionFailed' });
});
