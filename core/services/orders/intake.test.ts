import t from 'tap';
import { fromMachine } from '../../engine/from-machine.ts';
import { microBatch } from '../../engine/micro-batch.ts';
import type { OutboxRow } from '../../engine/ports.ts';
import { StoreUnavailable, ValueRefused } from '../../kernel/errors.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createMachine } from 'xstate';
import { createIntake } from './intake.ts';
import type { EarlierPlacement, PlacementBatch, PlacementStore } from './intake-port.ts';
import { DEFAULT_ORDER_POLICY } from './policy.ts';
import type { CheckoutRequest } from './ports.ts';
import { ORDER_PROGRESS_TABLE } from './tables.ts';

const NOW = Date.UTC(2026, 0, 1);

/** A saga that only begins: what intake does with it does not depend on what it decides. */
const behaviour = fromMachine({
  kind: 'order',
  definition: 1,
  machine: createMachine({ id: 'order', initial: 'pending', states: { pending: {} } }),
  accepts: [],
  effects: {},
  project: (id) => [{ table: ORDER_PROGRESS_TABLE.name, row: { id, status: 'pending' } }],
  finished: () => false,
});

class FakeStore implements PlacementStore {
  readonly keys = new Map<string, EarlierPlacement>();
  readonly batches: PlacementBatch[] = [];
  commitFails: ((batch: PlacementBatch) => Error | undefined) | undefined;
  landsAnyway = false;

  commit(batch: PlacementBatch): Promise<{ winners: ReadonlySet<string> }> {
    const failure = this.commitFails?.(batch);
    if (failure !== undefined && !this.landsAnyway) return Promise.reject(failure);
    this.batches.push(batch);
    const winners = new Set<string>();
    for (const { userId, key, orderId, fingerprint, totalCents, createdAt } of batch.placements) {
      if (this.keys.has(`${userId}/${key}`)) continue;
      this.keys.set(`${userId}/${key}`, { orderId, fingerprint, totalCents, createdAt });
      winners.add(orderId);
    }
    return failure === undefined ? Promise.resolve({ winners }) : Promise.reject(failure);
  }

  findByKey(userId: string, key: string): Promise<EarlierPlacement | undefined> {
    return Promise.resolve(this.keys.get(`${userId}/${key}`));
  }

  forgetKeys(): Promise<number> {
    return Promise.resolve(0);
  }
}

function setUp() {
  const store = new FakeStore();
  const committed: OutboxRow[] = [];
  const abandoned: OutboxRow[] = [];
  const load = { overloaded: false };
  let orders = 0;
  let sequence = 0;
  const intake = createIntake({
    tools: {
      outbox: {
        row: (messages) => ({ writer: 'g', epoch: 0, sequence: ++sequence, messages }),
        committed: (row) => committed.push(row),
        abandoned: (row) => abandoned.push(row),
      },
      microBatch,
      clock: { now: () => NOW, after: () => () => undefined },
      logger: silentLogger,
    },
    store,
    behaviour,
    policy: DEFAULT_ORDER_POLICY,
    partitions: 16,
    versionOf: () => 1,
    newId: () => `order-${String(++orders)}`,
    overloaded: () => load.overloaded,
    send: () => Promise.resolve(),
  });
  return { store, committed, abandoned, load, intake };
}

function request(key: string, more: Partial<CheckoutRequest> = {}): CheckoutRequest {
  return {
    userId: 'u1',
    email: 'u1@example.com',
    customerName: 'U One',
    idempotencyKey: key,
    fingerprint: 'f',
    items: [{ productId: 'p1', sku: 'S-1', name: 'Thing', quantity: 2, priceCents: 500 }],
    currency: 'USD',
    shippingAddress: { street: '1 Main', city: 'Berlin', state: 'BE', zip: '10115', country: 'DE' },
    paymentMethod: { type: 'credit_card' },
    ...more,
  };
}

t.test('checkouts that arrive together are one commit, sent in the order of intake (P21, P22)', async (t) => {
  const { store, committed, intake } = setUp();
  const accepted = await Promise.all(['a', 'b', 'c'].map((key) => intake.checkout(request(key))));
  t.same(
    accepted.map(({ orderId, totalCents, repeated }) => [orderId, totalCents, repeated]),
    [
      ['order-1', 1_000, false],
      ['order-2', 1_000, false],
      ['order-3', 1_000, false],
    ],
  );
  t.equal(store.batches.length, 1);
  t.same(
    committed[0]?.messages.map(({ type, subject }) => [type, subject]),
    ['order-1', 'order-2', 'order-3'].map((id) => ['order.placed', id]),
  );
});

t.test('of two checkouts under one key one is placed, and only its messages leave (P21)', async (t) => {
  const { committed, intake } = setUp();
  const [one, two] = await Promise.all([intake.checkout(request('k')), intake.checkout(request('k'))]);
  t.equal(one.orderId, two.orderId);
  t.same([one.repeated, two.repeated], [false, true]);
  t.equal(committed.flatMap(({ messages }) => messages).length, 1);
  await t.rejects(intake.checkout(request('k', { fingerprint: 'other' })), { code: 'idempotency_mismatch' });
});

t.test('after a lost answer the key tells, and nothing is sent from memory (P21)', async (t) => {
  const { store, committed, abandoned, intake } = setUp();
  store.commitFails = () => new StoreUnavailable('the answer is lost');
  store.landsAnyway = true;
  t.match(await intake.checkout(request('k')), { orderId: 'order-1', repeated: false });
  t.same(committed, []);
  t.equal(abandoned.length, 1, 'the sweeper looks for the row');

  store.landsAnyway = false;
  await t.rejects(intake.checkout(request('gone')), { code: 'store_unavailable' });
});

t.test('a value the store refuses fails its own checkout only (P8)', async (t) => {
  const { store, intake } = setUp();
  store.commitFails = ({ placements }) =>
    placements.some(({ key }) => key === 'bad') ? new ValueRefused('a NUL') : undefined;
  const outcomes = await Promise.allSettled(['a', 'bad', 'c'].map((key) => intake.checkout(request(key))));
  t.same(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

t.test('more than the platform keeps up with is refused before anything is taken in (P23)', async (t) => {
  const { store, load, intake } = setUp();
  load.overloaded = true;
  await t.rejects(intake.checkout(request('k')), { code: 'overloaded', retryable: true });
  t.same(store.batches, []);
});
