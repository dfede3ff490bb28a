import t from 'tap';
import type { StoredUser } from '../../../core/services/accounts/ports.ts';
import { bothDatabases } from '../../contracts/databases.ts';
import { migrate } from '../migrate.ts';
import { PostgresAddressStore } from './addresses.ts';
import { PostgresResetStore } from './resets.ts';
import { accountsMigrations } from './schema.ts';
import { PostgresAccountStore } from './store.ts';
import { until } from '../../../core/kernel/testing-until.ts';

const ada: StoredUser = {
  id: 'u1',
  name: 'Ada',
  email: 'ada@example.com',
  role: 'customer',
  passwordHash: 'h1',
};
const PLACE = { street: '1 Main St', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' };
const HOUR_MS = 3_600_000;
const session = (id: string, leftMs = HOUR_MS) => ({
  id,
  userId: 'u1',
  device: 'Firefox on Linux',
  expiresAt: Date.now() + leftMs,
});

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
      t.same(await store.findById('u1'), { ...ada, disabled: false });
      t.equal(await store.findById('u9'), undefined);
      t.equal(await store.findByEmail('bob@example.com'), undefined);
    });

    const found = async (...ids: string[]) => [...(await store.findSessions(ids)).users].sort();

    await t.test('sessions are found until they end', async (t) => {
      t.ok(await store.insertSession(session('s1'), 'h1', 10));
      t.ok(await store.insertSession(session('s2', 2_000), 'h1', 10));
      t.same(await found('s1', 's2', 's3'), [
        ['s1', user],
        ['s2', user],
      ]);
      t.equal((await store.sessionsOf('u1')).length, 2);
      await until('the end of one', async () => (await found('s2')).length === 0);
      t.same(await found('s1', 's2'), [['s1', user]]);
      t.match(await store.sessionsOf('u1'), [{ id: 's1', device: 'Firefox on Linux', lastSeenAtMs: null }]);
      t.equal(await store.deleteSession('s1', 'u9'), false, 'of somebody else');
      t.equal(await store.deleteSession('s1', 'u1'), true);
      t.equal(await store.deleteSession('s1', 'u1'), false, 'ended already');
      t.same(await found('s1'), []);
    });

    await t.test('a session that is in use is noted every few minutes', async (t) => {
      await store.insertSession(session('s1'), 'h1', 10);
      t.same((await store.findSessions(['s1'])).unseen, []);
      await db.query("UPDATE accounts.sessions SET created_at = now() - interval '6 minutes'");
      t.same((await store.findSessions(['s1'])).unseen, ['s1']);
      await store.touchSessions(['s1', 'gone']);
      t.same((await store.findSessions(['s1'])).unseen, []);
      const [seen] = await store.sessionsOf('u1');
      t.ok(Math.abs((seen?.lastSeenAtMs ?? 0) - Date.now()) < 60_000);
      await store.deleteSessionsOf('u1');
    });

    await t.test('nobody signs in with a password that was changed meanwhile', async (t) => {
      t.equal(await store.insertSession(session('late'), 'the hash of yesterday', 10), false);
      t.same(await found('late'), []);
    });

    await t.test('signing in once more drops what has expired and the oldest beyond the limit', async (t) => {
      await store.insertSession(session('old', -1), 'h1', 3);
      for (const id of ['a', 'b', 'c', 'd']) await store.insertSession(session(id), 'h1', 3);
      const rows = await db.query<{ id: string }>('SELECT id FROM accounts.sessions ORDER BY id');
      t.same(
        rows.map(({ id }) => id),
        ['b', 'c', 'd'],
      );
      t.same([...(await store.deleteSessionsOf('u1', 'c'))].sort(), ['b', 'd']);
      t.same(await found('b', 'c', 'd'), [['c', user]]);
      t.same(await store.deleteSessionsOf('u1'), ['c']);
      t.same(await found('c'), []);
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

    await t.test('a closed account leaves its id, and its address to others', async (t) => {
      const addresses = new PostgresAddressStore(db);
      const resets = new PostgresResetStore(db);
      const bob = { ...ada, id: 'bob', email: 'bob@example.com' };
      await store.insertUser(bob);
      await store.insertSession({ ...session('of-bob'), userId: 'bob' }, 'h1', 10);
      await resets.put({ userId: 'bob', tokenDigest: 'd', validMs: HOUR_MS });
      await addresses.change('bob', () => ({
        put: { ...PLACE, id: 'home', isDefault: true },
        defaultId: 'home',
      }));
      const closed = { name: 'Deleted account', email: 'deleted:bob', passwordHash: 'x' };
      t.same(await store.anonymise('bob', closed), ['of-bob']);
      t.equal(await store.anonymise('bob', closed), undefined, 'it is gone');
      t.equal(await store.findById('bob'), undefined);
      t.equal(await store.findByEmail('deleted:bob'), undefined);
      t.equal(await store.updateUser('bob', { name: 'Bob' }), undefined);
      t.equal(await store.insertSession({ ...session('later'), userId: 'bob' }, 'x', 10), false);
      t.same(await found('of-bob', 'later'), []);
      t.equal(await resets.isValid('d'), false);
      await resets.put({ userId: 'bob', tokenDigest: 'e', validMs: HOUR_MS });
      t.equal(await resets.isValid('e'), false, 'no letter for a closed account');
      t.same(await addresses.list('bob'), []);
      await t.rejects(
        addresses.change('bob', () => ({ defaultId: null })),
        { code: 'unknown_user' },
      );
      const left = await db.query('SELECT name, email, role FROM accounts.users WHERE id = $1', ['bob']);
      t.same(left, [{ name: 'Deleted account', email: 'deleted:bob', role: 'customer' }]);
      t.ok(await store.insertUser({ ...bob, id: 'bob2' }), 'the address is free again');
    });

    await t.test('one admin stays, whoever goes at the same time', async (t) => {
      await store.insertUser({ ...ada, id: 'root', email: 'root@example.com', role: 'admin' });
      t.equal(await store.isLastAdmin('root'), false);
      const closing = (id: string) =>
        store.anonymise(id, { name: 'x', email: `deleted:${id}`, passwordHash: 'x' });
      const outcomes = await Promise.all([closing('u1'), closing('root')]);
      t.equal(outcomes.filter((outcome) => outcome === 'last_admin').length, 1);
      const left = await store.firstOfRole('admin');
      t.ok(left);
      t.equal(await store.isLastAdmin(left?.id ?? ''), true);
      t.equal(await closing(left?.id ?? ''), 'last_admin');
      t.equal(await store.isLastAdmin('bob2'), false, 'no admin at all');
    });
  });
});
