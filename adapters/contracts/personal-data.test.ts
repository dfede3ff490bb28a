import t from 'tap';
import { createEngineStore } from '../postgres/engine/store.ts';
import { forgetCustomer } from '../postgres/orders/personal-data.ts';
import { placementStore } from '../postgres/orders/intake.ts';
import { ordersMigrations } from '../postgres/orders/migrations.ts';
import { migrate } from '../postgres/migrate.ts';
import { bothDatabases } from './databases.ts';
import { batchOf, PLACED_AT } from './orders-fixture.ts';

const NOTHING = {
  owner: 'worker',
  fences: [],
  actors: [],
  wakes: [],
  log: [],
  inbox: [],
  rows: [],
  outbox: [],
  confirmed: [],
};

await t.test('what orders know of a person', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [ordersMigrations]);
    await placementStore(db, { now: () => PLACED_AT }).commit(
      batchOf(
        1,
        { id: 'done', userId: 'gone', name: 'Ann Lee', status: 'delivered' },
        { id: 'other', userId: 'stays', name: 'Bob Fox', status: 'delivered' },
        { id: 'late', userId: 'late', status: 'delivered' },
        { id: 'open', userId: 'waits', name: 'Cy Young', status: 'processing' },
      ),
    );
    const everything = async (): Promise<string> => {
      const tables = ['orders', 'order_item', 'actor', 'actor_log', 'known_customer', 'idempotency'];
      const texts: string[] = [];
      for (const table of tables) {
        const rows = await db.query<{ text: string }>(
          `select row_to_json(r)::text as text from orders.${table} r`,
        );
        texts.push(...rows.map(({ text }) => text));
      }
      return texts.join('\n');
    };
    await db.query(
      `update orders.actor_log set detail = '{"data":{"email":"gone@example.com","items":[1]},"sent":[]}' where id = 'done'`,
    );
    await db.query(
      `update orders.actor set snapshot = '{"value":"delivered","context":{"email":"gone@example.com","totalCents":5}}'
       where id = 'done'`,
    );

    await db.query(
      `update orders.actor set snapshot = '{"value":"delivered","context":{"email":"late@example.com","note":"a\\u0000b"}}'
       where id = 'late'`,
    );

    await t.test('stays as long as an order is under way', async (t) => {
      const before = await everything();
      await t.rejects(forgetCustomer(db, 'waits'), { code: 'orders_under_way', message: /^an order is/ });
      t.equal(await everything(), before);
    });

    await t.test('does not come back with a message that was decided before', async (t) => {
      const store = createEngineStore(db, 'orders', []);
      const { actors } = await store.hydrate([{ kind: 'order', id: 'late' }], []);
      await forgetCustomer(db, 'late');
      const [before] = actors;
      if (before === undefined) throw new Error('the order has an actor');
      const write = { ...before, expectedVersion: before.version, version: before.version + 1 };
      await t.rejects(
        store.commit({ ...NOTHING, actors: [{ ...write, finished: true, wakeChanged: false }] }),
        { code: 'fence_lost' },
        'it is decided again, on what is left',
      );
      t.notMatch(await everything(), /late@example\.com/);
      const [again] = (await store.hydrate([{ kind: 'order', id: 'late' }], [])).actors;
      t.match(
        again?.snapshot,
        { value: 'delivered', context: { email: '', note: 'a\u0000b' } },
        'NULs and all',
      );
    });

    await t.test('goes of as many orders as there are', async (t) => {
      const many = Array.from({ length: 401 }, (_, index) => ({
        id: `many-${String(index)}`,
        userId: 'many',
        status: 'delivered' as const,
      }));
      await placementStore(db, { now: () => PLACED_AT }).commit(batchOf(2, ...many));
      await forgetCustomer(db, 'many');
      t.notMatch(await everything(), /many@example\.com/);
    });

    await t.test('goes with the account, and takes nothing else along', async (t) => {
      await forgetCustomer(db, 'gone');
      const left = await everything();
      t.notMatch(left, /gone@example\.com|Ann Lee/);
      t.match(left, /stays@example\.com/);
      t.match(left, /Bob Fox/);
      const [actor] = await db.query(
        `select snapshot -> 'context' as context from orders.actor where id = 'done'`,
      );
      t.match(actor, { context: { totalCents: 5, customerName: 'Closed account', email: '' } });
      const [log] = await db.query(`select detail from orders.actor_log where id = 'done'`);
      t.strictSame(log, { detail: { data: { items: [1] }, sent: [] } });
      await t.resolves(forgetCustomer(db, 'gone'), 'again');
      await t.resolves(forgetCustomer(db, 'never ordered'));
    });
  }),
);
