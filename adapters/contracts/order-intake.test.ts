import { systemClock } from '../../core/kernel/clock.ts';
import { ORDER_TABLES } from '../../core/services/orders/tables.ts';
import type { Message } from '../../core/kernel/message.ts';
import { createEngineStore } from '../postgres/engine/store.ts';
import { placementStore } from '../postgres/orders/intake.ts';
import { ordersMigrations } from '../postgres/orders/migrations.ts';
import { orderQueries } from '../postgres/orders/queries.ts';
import { batchOf, PLACED_AT, placement } from './orders-fixture.ts';
import { bothDatabases } from './databases.ts';
import { migrate } from '../postgres/migrate.ts';
import t from 'tap';

const HOUR_MS = 3_600_000;

await t.test('intake (P21)', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [ordersMigrations]);
    let now = PLACED_AT;
    const store = placementStore(db, { now: () => now });
    const engine = createEngineStore(db, 'orders', ORDER_TABLES);
    const count = async (table: string): Promise<number> => {
      const [row] = await db.query<{ count: number }>(
        `select count(*)::integer as count from orders.${table}`,
      );
      return row?.count ?? 0;
    };
    const sent = async (): Promise<readonly (readonly string[])[]> => {
      const rows = await db.query<{ messages: Message[] }>(
        'select messages from orders.outbox order by sequence',
      );
      return rows.map(({ messages }) => messages.map(({ id }) => id));
    };

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
      const queries = orderQueries(db);
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
      const rows = await engine.leftovers([]);
      t.type(rows.length, 'number');
    });

    await t.test('a key that is taken loses, and nothing of its order is written', async (t) => {
      const before = await Promise.all(['orders', 'order_item', 'actor', 'actor_log', 'outbox'].map(count));
      const { winners } = await store.commit(batchOf(2, { id: 'a2', key: 'a' }));
      t.equal(winners.size, 0);
      t.strictSame(
        await Promise.all(['orders', 'order_item', 'actor', 'actor_log', 'outbox'].map(count)),
        before,
      );
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
      t.equal(await orderQueries(db).find('c2'), undefined);
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
      t.equal((await placementStore(db, systemClock).commit(batchOf(8))).winners.size, 0);
    });
  }),
);
