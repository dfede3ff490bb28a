import t from 'tap';
import { People } from '../../core/services/accounts/people.ts';
import { createPeopleStore } from '../postgres/accounts/people.ts';
import { accountsMigrations } from '../postgres/accounts/schema.ts';
import { PostgresAccountStore } from '../postgres/accounts/store.ts';
import { migrate } from '../postgres/migrate.ts';
import { bothDatabases } from './databases.ts';

await t.test('people', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [accountsMigrations]);
    const accounts = new PostgresAccountStore(db);
    const ended: string[] = [];
    const changed: string[] = [];
    const people = new People({
      store: createPeopleStore(db),
      sessionsEnded: (ids) => void ended.push(...ids),
      userChanged: (id) => void changed.push(id),
    });
    const roles = { ann: 'admin', bob: 'customer', cyn: 'customer' } as const;
    for (const [id, role] of Object.entries(roles)) {
      await accounts.insertUser({
        id,
        name: `${id} Miller`,
        email: `${id}@example.com`,
        role,
        passwordHash: id,
      });
      await signIn(id);
    }
    async function signIn(id: string): Promise<boolean> {
      const session = { id: `s-${id}`, userId: id, device: 'test', expiresAt: Date.now() + 60_000 };
      return accounts.insertSession(session, id, 5);
    }

    await t.test('are listed, the newest first, and searched', async (t) => {
      const names = async (filter: Partial<Parameters<typeof people.list>[0]> = {}) =>
        (await people.list({ limit: 9, ...filter })).items.map(({ id }) => id);
      t.strictSame(await names(), ['cyn', 'bob', 'ann']);
      t.strictSame(await names({ words: 'BOB@' }), ['bob']);
      t.strictSame(await names({ words: 'n mill' }), ['cyn', 'ann']);
      t.strictSame(await names({ role: 'admin' }), ['ann']);
      t.strictSame(await names({ disabled: true }), []);
      const first = await people.list({ limit: 2 });
      t.strictSame(await names({ limit: 2, cursor: String(first.nextCursor) }), ['ann']);
      await t.rejects(people.list({ limit: 2, cursor: '%' }), { code: 'bad_cursor' });
      t.match(await people.find('bob'), { sessions: 1, disabledAt: null, role: 'customer' });
    });

    await t.test('there is always an admin who can sign in', async (t) => {
      await t.rejects(people.setRole('ann', 'ops'), { code: 'last_admin' });
      await t.rejects(people.disable('ann', 'bob'), { code: 'last_admin' });
      t.match(await people.setRole('bob', 'admin'), { role: 'admin' });
      t.strictSame(changed, ['bob']);
      const both = await Promise.allSettled([people.setRole('ann', 'ops'), people.setRole('bob', 'ops')]);
      t.strictSame(
        both.map(({ status }) => status).toSorted(),
        ['fulfilled', 'rejected'],
        'one of two stays',
      );
      await people.setRole('ann', 'admin');
      await people.setRole('bob', 'admin');
      await people.disable('bob', 'ann');
      await t.rejects(
        people.setRole('ann', 'customer'),
        { code: 'last_admin' },
        'one who is off does not count',
      );
      t.ok(await accounts.isLastAdmin('ann'));
    });

    await t.test('a switched-off account has no session and gets none', async (t) => {
      t.ok(ended.includes('s-bob'));
      t.match(await people.find('bob'), { sessions: 0, disabledAt: /Z$/ });
      t.notOk(await signIn('bob'));
      t.match(await accounts.findByEmail('bob@example.com'), { disabled: true });
      await t.rejects(people.disable('ann', 'ann'), { code: 'own_account' });
      t.match(await people.enable('bob'), { disabledAt: null });
      t.ok(await signIn('bob'));
      await people.endSessions('bob');
      t.equal(ended.filter((id) => id === 's-bob').length, 2);
      t.match(await people.find('bob'), { sessions: 0, role: 'admin' });
    });

    await t.test('nobody is nobody', async (t) => {
      for (const refused of [
        () => people.find('none'),
        () => people.setRole('none', 'ops'),
        () => people.disable('none', 'ann'),
        () => people.enable('none'),
        () => people.endSessions('none'),
      ]) {
        await t.rejects(refused, { code: 'unknown_person' });
      }
    });
  }),
);
