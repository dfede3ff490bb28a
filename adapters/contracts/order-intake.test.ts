import type { EngineStore } from '../../core/engine/ports.ts';
import type { PlacementStore } from '../../core/services/orders/intake-port.ts';
import type { OrderQueries } from '../../core/services/orders/ports.ts';
import { ORDER_TABLES } from '../../core/services/orders/tables.ts';
import type { Message } from '../../core/kernel/message.ts';
import { createEngineStore } from '../postgres/engine/store.ts';
import { placementStore } from '../postgres/orders/intake.ts';
import { ordersMigrations } from '../postgres/orders/migrations.ts';
import { orderQueries } from '../postgres/orders/queries.ts';
import { batchOf, PLACED_AT, placement } from './orders-fixture.ts';
import { bothDatabases } from './databases.ts';
import { migrate } from '../postgres/migrate.ts';
import type { TapTest } from '../postgres/testing.ts';
import { MemoryDatabase } from '../simulated/stores/database.ts';
import { MemoryEngineStore } from '../simulated/stores/engine.ts';
import { MemoryPlacementStore } from '../simulated/stores/placements.ts';
import type { ServiceTables } from '../simulated/stores/service-tables.ts';
import t from 'tap';

const HOUR_MS = 3_600_000;

type Table = 'orders' | 'order_item' | 'actor' | 'actor_log' | 'outbox' | 'idempotency';

/** The orders service's stores, empty, by the clock that the test gives them. */
interface IntakeUnderTest {
  readonly store: PlacementStore;
  readonly engine: EngineStore;
  readonly count: (table: Table) => Promise<number>;
  /** Messages of all outbox rows, by the rows' sequence. */
  readonly outbox: () => Promise<readonly (readonly Message[])[]>;
  /** Undefined where nobody asks for orders. */
  readonly queries?: Pick<OrderQueries, 'find' | 'sagaLog'>;
}

const WRITTEN: readonly Table[] = ['orders', 'order_item', 'actor', 'actor_log', 'outbox'];

async function intakeContract(t: TapTest, open: (clock: { now(): number }) => IntakeUnderTest) {
  let now = PLACED_AT;
  const { store, engine, count, outbox, queries } = open({ now: () => now });
  const sent = async (): Promise<readonly (readonly string[])[]> =>
    (await outbox()).map((messages) => messages.map(({ id }) => id));

  await t.test('an order is placed with everything it wrote', async (t) => {
    const { winners } = await store.commit(batchOf(1, { id: 'b', products: ['Mug', 'Lamp'] }, { id: 'a' }));
    t.strictSame([...winners].sort(), ['a', 'b']);
    t.strictSame(
      await sent(),
      [['order/b/1/0', 'order/b/1/1', 'order/a/1/0', 'order/a/1/1']],
      'in the order of intake',
    );
    const { actors } = await engine.hydrate([{ kind: 'order', id: 'b' }], []);
    const { actor } = placement({ id: 'b' });
    const { expectedVersion, wakeChanged, ...stored } = actor;
    t.strictSame(actors, [stored]);
    t.ok(wakeChanged && expectedVersion === 0);
    t.equal((await engine.dueWakes([3], PLACED_AT + 1_000, 10)).length, 2);
    if (queries === undefined) return;
    t.match(await queries.find('b'), {
      userId: 'u1',
      items: [
        { name: 'Mug', quantity: 1 },
        { name: 'Lamp', quantity: 2 },
      ],
      shippingAddress: { city: 'Ghent' },
    });
    t.match(await queries.sagaLog('b', 0, 10), [
      { seq: 1, messageId: 'checkout/b', detail: { data: { quote: '"\\' } } },
    ]);
  });

  await t.test('a key that is taken loses, and nothing of its order is written', async (t) => {
    const before = await Promise.all(WRITTEN.map(count));
    const { winners } = await store.commit(batchOf(2, { id: 'a2', key: 'a' }));
    t.equal(winners.size, 0);
    t.strictSame(await Promise.all(WRITTEN.map(count)), before);
    t.strictSame(await store.findByKey('u1', 'a'), {
      orderId: 'a',
      fingerprint: 'print of a',
      totalCents: 2_500,
      createdAt: new Date(PLACED_AT).toISOString(),
    });
  });

  await t.test('a batch with winners and losers sends the winners only', async (t) => {
    const { winners } = await store.commit(
      batchOf(3, { id: 'c2', key: 'a' }, { id: 'd' }, { id: 'c3', key: 'b' }),
    );
    t.strictSame([...winners], ['d']);
    t.strictSame((await sent()).at(-1), ['order/d/1/0', 'order/d/1/1']);
    t.strictSame((await engine.hydrate([{ kind: 'order', id: 'c2' }], [])).actors, []);
  });

  await t.test('keys belong to their user; of two in one batch the first wins', async (t) => {
    const { winners } = await store.commit(
      batchOf(
        4,
        { id: 'e1', key: 'same' },
        { id: 'e2', key: 'same' },
        { id: 'e3', key: 'same', userId: 'u2' },
      ),
    );
    t.strictSame([...winners].sort(), ['e1', 'e3']);
    t.equal((await store.findByKey('u1', 'same'))?.orderId, 'e1');
    t.equal((await store.findByKey('u2', 'same'))?.orderId, 'e3');
    t.equal(await store.findByKey('u3', 'same'), undefined);
  });

  await t.test('batches that race for the same keys let each key win once', async (t) => {
    const keys = Array.from({ length: 20 }, (_, index) => `race ${String(index)}`);
    const batch = (gateway: number, order: readonly string[]): ReturnType<typeof batchOf> =>
      batchOf(100 + gateway, ...order.map((key) => ({ id: `${key} of ${String(gateway)}`, key })));
    const results = await Promise.all([
      store.commit(batch(1, keys)),
      store.commit(batch(2, [...keys].reverse())),
      store.commit(batch(3, keys)),
    ]);
    t.equal(
      results.reduce((sum, { winners }) => sum + winners.size, 0),
      20,
    );
    for (const key of keys) {
      const winner = await store.findByKey('u1', key);
      t.ok(results.some(({ winners }) => winners.has(winner?.orderId ?? '')));
    }
  });

  await t.test('a key is free again after a day, and its old memory goes', async (t) => {
    now = PLACED_AT + 25 * HOUR_MS;
    t.equal(await store.findByKey('u1', 'a'), undefined);
    const { winners } = await store.commit(batchOf(5, { id: 'a-later', key: 'a', at: now }));
    t.strictSame([...winners], ['a-later']);
    t.equal((await store.findByKey('u1', 'a'))?.orderId, 'a-later');
    t.ok((await store.forgetKeys()) > 20);
    t.equal((await store.findByKey('u1', 'a'))?.orderId, 'a-later');
  });

  await t.test('a value the store refuses leaves nothing behind (P8)', async (t) => {
    const before = await count('idempotency');
    const batch = batchOf(6, { id: 'good' }, { id: 'bad', name: 'nul \u0000' });
    await t.rejects(store.commit(batch), { code: 'value_refused' });
    t.equal(await count('idempotency'), before);
    t.equal(await count('outbox'), (await sent()).length);
  });

  await t.test('nothing to place is nothing to do', async (t) => {
    t.equal((await store.commit(batchOf(7))).winners.size, 0);
    t.equal(await count('outbox'), (await sent()).length);
  });
}

await t.test('intake (P21)', async (t) => {
  await bothDatabases(t, async (t, db) => {
    await migrate(db, [ordersMigrations]);
    await intakeContract(t, (clock) => ({
      store: placementStore(db, clock),
      engine: createEngineStore(db, 'orders', ORDER_TABLES),
      count: async (table) => {
        const [row] = await db.query<{ count: number }>(
          `select count(*)::integer as count from orders.${table}`,
        );
        return row?.count ?? 0;
      },
      outbox: async () => {
        const rows = await db.query<{ messages: Message[] }>(
          'select messages from orders.outbox order by sequence',
        );
        return rows.map(({ messages }) => messages);
      },
      queries: orderQueries(db),
    }));
  });
  await t.test('memory', (t) =>
    intakeContract(t, (clock) => {
      const database = new MemoryDatabase({ services: { orders: ORDER_TABLES }, now: () => clock.now() });
      const tables = database.service('orders');
      return {
        store: new MemoryPlacementStore(database),
        engine: new MemoryEngineStore(database, 'orders'),
        count: (table) => Promise.resolve(sizeOf(tables, table)),
        outbox: () => {
          const rows = [...tables.outbox.values()].sort((one, other) => one.sequence - other.sequence);
          return Promise.resolve(rows.map(({ messages }) => messages));
        },
      };
    }),
  );
});

function sizeOf(tables: ServiceTables, table: Table): number {
  switch (table) {
    case 'actor':
      return tables.actors.byKind.get('order')?.size ?? 0;
    case 'actor_log':
      return tables.log.byMessage.size;
    case 'outbox':
      return tables.outbox.size;
    default:
      return tables.rows(table).size;
  }
}
