import t from 'tap';
import type { AddressEntry } from '../../core/services/accounts/addresses.ts';
import { ADDRESS, withGateway } from './testing.ts';

await t.test('addresses', async (t) => {
  await withGateway({}, async (rig) => {
    const { token } = await rig.signIn();
    const stranger = await rig.signIn();
    const add = (body: unknown, by = token) => rig.call('POST', '/api/auth/addresses', { token: by, body });
    const put = (id: string, body: unknown, by = token) =>
      rig.call('PUT', `/api/auth/addresses/${id}`, { token: by, body });
    const drop = (id: string, by = token) => rig.call('DELETE', `/api/auth/addresses/${id}`, { token: by });
    const list = async (by = token) =>
      (await rig.call('GET', '/api/auth/addresses', { token: by })).json<{ items: AddressEntry[] }>().items;

    await t.test('are kept and listed, the first one as the default', async (t) => {
      const first = await add({ ...ADDRESS, label: 'Home' });
      t.equal(first.statusCode, 201, first.body);
      t.match(first.json(), { ...ADDRESS, id: String, label: 'Home', isDefault: true });
      const second = await add({ ...ADDRESS, label: '', street: '2 Main St' });
      t.match(second.json(), { street: '2 Main St', isDefault: false });
      t.notOk('label' in second.json<AddressEntry>(), 'an empty label is none');
      t.same(await list(), [first.json(), second.json()]);
      t.same(await list(stranger.token), []);
    });

    await t.test('exactly one is the default, whatever is put or dropped', async (t) => {
      const [home, second] = await list();
      const moved = await put(second?.id ?? '', { ...ADDRESS, street: '3 Main St', isDefault: true });
      t.equal(moved.statusCode, 200, moved.body);
      t.match(moved.json(), { id: second?.id, street: '3 Main St', isDefault: true });
      t.same(
        (await list()).map(({ id, isDefault }) => [id, isDefault]),
        [
          [second?.id, true],
          [home?.id, false],
        ],
      );
      t.equal((await drop(second?.id ?? '')).statusCode, 204);
      t.match(await list(), [{ id: home?.id, isDefault: true }]);
    });

    await t.test('are out of reach for others', async (t) => {
      const [home] = await list();
      const id = home?.id ?? '';
      for (const answer of [await put(id, ADDRESS, stranger.token), await drop(id, stranger.token)]) {
        t.equal(answer.statusCode, 404);
        t.match(answer.json(), { code: 'unknown_address' });
      }
      for (const method of ['GET', 'POST'] as const) {
        t.equal((await rig.call(method, '/api/auth/addresses')).statusCode, 401);
      }
      t.same(await list(), [home]);
    });

    await t.test('name what is wrong with them, as a checkout does', async (t) => {
      const wrong: [string, unknown][] = [
        ['street', { ...ADDRESS, street: '' }],
        ['street', { ...ADDRESS, street: 'x'.repeat(201) }],
        ['city', { ...ADDRESS, city: 'a\u0000' }],
        ['state', { ...ADDRESS, state: 7 }],
        ['zip', { ...ADDRESS, zip: 'x'.repeat(21) }],
        ['country', { ...ADDRESS, country: 'U' }],
        ['label', { ...ADDRESS, label: 'x'.repeat(61) }],
        ['isDefault', { ...ADDRESS, isDefault: 'yes' }],
      ];
      for (const [path, body] of wrong) {
        const answer = await add(body);
        t.equal(answer.statusCode, 400, JSON.stringify(body).slice(0, 80));
        t.match(answer.json(), { errors: [{ path }] });
      }
    });

    await t.test('are twenty at most', async (t) => {
      const statuses: number[] = [];
      for (let count = 0; count < 21; count += 1) {
        statuses.push((await add(ADDRESS, stranger.token)).statusCode);
      }
      t.same(statuses, [...Array.from({ length: 20 }, () => 201), 409]);
      t.match((await add(ADDRESS, stranger.token)).json(), { code: 'address_book_full' });
    });
  });
});
