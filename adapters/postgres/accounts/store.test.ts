import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import type { StoredUser } from '../../../core/services/accounts/ports.ts';
import { bothDatabases } from '../../contracts/databases.ts';
import { migrate } from '../migrate.ts';
import { accountsMigrations } from './schema.ts';
import { PostgresAccountStore } from './store.ts';

const ada: StoredUser = {
  id: 'u1',
  name: 'Ada',
  email: 'ada@example.com',
  role: 'customer',
  passwordHash: 'h1',
};
const HOUR_MS = 3_600_000;

await t.test('the accounts tables', async (t) => {
  await bothDatabases(t, async (t, db) => {
    await migrate(db, [accountsMigrations]);
    const store = new PostgresAccountStore(db);
    const { passwordHash: _passwordHash, ...user } = ada;

    await t.test('an address belongs to one account, whoever asks at the same time', async (t) => {
      const outcomes = await Promise.all(
        [1, 2, 3, 4].map((n) => store.insertUser({ ...ada, id: `u${String(n)}` })),
      );
      t.equal(outcomes.filter(Boolean).length, 1);
      const winner = await store.findByEmail(ada.email);
      t.match(winner, { name: 'Ada', passwordHash: 'h1' });
      await db.query('UPDATE accounts.users SET id = $1', ['u1']);
      t.same(await store.findById('u1'), ada);
      t.equal(await store.findById('u9'), undefined);
      t.equal(await store.findByEmail('bob@example.com'), undefined);
    });

    await t.test('sessions are found until they end', async (t) => {
      await store.insertSession({ id: 's1', userId: 'u1', expiresAt: Date.now() + HOUR_MS }, 10);
      await store.insertSession({ id: 's2', userId: 'u1', expiresAt: Date.now() + 300 }, 10);
      t.same([...(await store.findSessions(['s1', 's2', 's3']))].sort(), [
        ['s1', user],
        ['s2', user],
      ]);
      await delay(350);
      t.same([...(await store.findSessions(['s1', 's2'])).keys()], ['s1'], 'expired');
      await store.deleteSession('s1');
      t.equal((await store.findSessions(['s1'])).size, 0, 'ended');
    });

    await t.test('signing in once more drops what has expired and the oldest beyond the limit', async (t) => {
      await store.insertSession({ id: 'old', userId: 'u1', expiresAt: Date.now() - 1 }, 3);
      for (const id of ['a', 'b', 'c', 'd']) {
        await store.insertSession({ id, userId: 'u1', expiresAt: Date.now() + HOUR_MS }, 3);
      }
      const rows = await db.query<{ id: string }>('SELECT id FROM accounts.sessions ORDER BY id');
      t.same(
        rows.map(({ id }) => id),
        ['b', 'c', 'd'],
      );
      await store.deleteSessionsOf('u1', 'c');
      t.same([...(await store.findSessions(['b', 'c', 'd'])).keys()], ['c']);
      await store.deleteSessionsOf('u1');
      t.equal((await store.findSessions(['c'])).size, 0);
    });

    await t.test('a change touches only what it names', async (t) => {
      t.same(await store.updateUser('u1', { name: 'Ada L.' }), { ...user, name: 'Ada L.' });
      t.same(await store.updateUser('u1', { passwordHash: 'h2', role: 'admin' }), {
        ...user,
        name: 'Ada L.',
        role: 'admin',
      });
      t.match(await store.findById('u1'), { passwordHash: 'h2' });
      t.match(await store.firstOfRole('admin'), { id: 'u1' });
      t.equal(await store.firstOfRole('ops'), undefined);
      t.equal(await store.updateUser('u1', { name: 'x' }, 'admin'), undefined, 'an admin is left alone');
      t.match(await store.findById('u1'), { name: 'Ada L.' });
      t.equal(await store.updateUser('nobody', { name: 'x' }), undefined);
    });

    await t.test('a secret is made once, whoever proposes at the same time', async (t) => {
      const proposals = await Promise.all(['x', 'y', 'z'].map((value) => store.secret('session', value)));
      t.equal(new Set(proposals).size, 1);
      t.equal(await store.secret('session', 'later'), proposals[0]);
      t.equal(await store.secret('another', 'w'), 'w');
    });
  });
});
