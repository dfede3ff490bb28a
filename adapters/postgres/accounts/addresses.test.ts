import t from 'tap';
import { AddressBook, type AddressDraft } from '../../../core/services/accounts/addresses.ts';
import { bothDatabases } from '../../contracts/databases.ts';
import { migrate } from '../migrate.ts';
import { PostgresAddressStore } from './addresses.ts';
import { accountsMigrations } from './schema.ts';
import { PostgresAccountStore } from './store.ts';

const draft = (street: string, isDefault = false): AddressDraft => ({
  street,
  city: 'Springfield',
  state: 'IL',
  zip: '62701',
  country: 'US',
  isDefault,
});

await t.test('addresses of users', async (t) => {
  await bothDatabases(t, async (t, db) => {
    await migrate(db, [accountsMigrations]);
    const accounts = new PostgresAccountStore(db);
    for (const id of ['ada', 'bob']) {
      const email = `${id}@example.com`;
      await accounts.insertUser({ id, name: id, email, role: 'customer', passwordHash: 'h' });
    }
    let ids = 0;
    const book = new AddressBook(
      new PostgresAddressStore(db),
      () => `a${String((ids += 1)).padStart(3, '0')}`,
    );
    const streets = async (userId: string) =>
      (await book.list(userId)).map(({ street, isDefault }) => (isDefault ? `${street}*` : street));

    await t.test('are kept as they were given, the default first', async (t) => {
      t.match(await book.add('ada', { ...draft('one'), label: 'Home' }), { label: 'Home', isDefault: true });
      await book.add('ada', draft('two'));
      await book.add('ada', draft('three', true));
      t.same(await streets('ada'), ['three*', 'two', 'one']);
      t.same((await book.list('ada'))[2], { ...draft('one'), id: 'a001', label: 'Home' });
      t.same(await streets('bob'), []);
    });

    await t.test('can be replaced and dropped by their owner alone', async (t) => {
      t.same(await book.replace('ada', 'a001', draft('uno', true)), { ...draft('uno', true), id: 'a001' });
      t.same(await streets('ada'), ['uno*', 'three', 'two'], 'the label went, the place stays');
      await t.rejects(book.replace('bob', 'a001', draft('mine')), { code: 'unknown_address' });
      await t.rejects(book.remove('bob', 'a001'), { code: 'unknown_address' });
      await book.remove('ada', 'a001');
      t.same(await streets('ada'), ['three*', 'two'], 'the newest is the default now');
    });

    await t.test('are twenty at most with one default, however many come at the same time', async (t) => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 24 }, (_, index) => book.add('bob', draft(String(index), true))),
      );
      t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 20);
      const kept = await book.list('bob');
      t.equal(kept.length, 20);
      t.equal(kept.filter(({ isDefault }) => isDefault).length, 1);
      await Promise.all(kept.map(({ id }) => book.remove('bob', id)));
      t.same(await streets('bob'), []);
    });
  });
});
