import t from 'tap';
import { bothDatabases } from '../../contracts/databases.ts';
import { migrate } from '../migrate.ts';
import { PostgresResetStore } from './resets.ts';
import { accountsMigrations } from './schema.ts';
import { PostgresAccountStore } from './store.ts';
import { until } from '../../../core/kernel/testing-until.ts';

const HOUR_MS = 3_600_000;

await t.test('forgotten passwords', async (t) => {
  await bothDatabases(t, async (t, db) => {
    await migrate(db, [accountsMigrations]);
    const accounts = new PostgresAccountStore(db);
    const resets = new PostgresResetStore(db);
    const user = { id: 'u1', name: 'Ada', email: 'ada@example.com', role: 'customer' } as const;
    await accounts.insertUser({ ...user, passwordHash: 'h1' });
    const put = (tokenDigest: string, validMs = HOUR_MS) =>
      resets.put({ userId: 'u1', tokenDigest, validMs });

    await t.test('a reset is good once, sets the password and ends all sessions', async (t) => {
      const expiresAt = Date.now() + HOUR_MS;
      await accounts.insertSession({ id: 's1', userId: 'u1', device: 'curl', expiresAt }, 'h1', 10);
      await put('d1');
      t.equal(await resets.isValid('d1'), true);
      const outcomes = await Promise.all([1, 2, 3].map((n) => resets.redeem('d1', `h2-${String(n)}`)));
      t.same(
        outcomes.filter((outcome) => outcome !== undefined),
        [['s1']],
        'of three at once one',
      );
      t.match(await accounts.findById('u1'), { passwordHash: /^h2-/ });
      t.equal((await accounts.findSessions(['s1'])).users.size, 0);
      t.equal(await resets.isValid('d1'), false);
    });

    await t.test('the newest takes the place of the others', async (t) => {
      await put('d2');
      await put('d3');
      t.equal(await resets.isValid('d2'), false);
      t.equal(await resets.redeem('d2', 'h'), undefined);
      t.same(await resets.redeem('d3', 'h3'), []);
    });

    await t.test('an old one is worthless', async (t) => {
      await put('d4', 2_000);
      t.equal(await resets.isValid('d4'), true);
      await until('its end', async () => !(await resets.isValid('d4')));
      t.equal(await resets.redeem('d4', 'h'), undefined);
      t.match(await accounts.findById('u1'), { passwordHash: 'h3' });
    });

    await t.test('a new password by other ways makes it worthless', async (t) => {
      await put('d5');
      await accounts.updateUser('u1', { name: 'Ada L.' });
      t.equal(await resets.isValid('d5'), true, 'a name changes nothing');
      await accounts.updateUser('u1', { passwordHash: 'h4' });
      t.equal(await resets.redeem('d5', 'h'), undefined);
    });

    await t.test('a sign-in with the old password does not outlive the reset', async (t) => {
      await put('d6');
      const expiresAt = Date.now() + HOUR_MS;
      const signIns = ['a', 'b', 'c', 'd'].map((id) =>
        accounts.insertSession({ id, userId: 'u1', device: 'curl', expiresAt }, 'h4', 10),
      );
      await Promise.all([...signIns, resets.redeem('d6', 'h5')]);
      t.same(await accounts.sessionsOf('u1'), []);
    });
  });
});
