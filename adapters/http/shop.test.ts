import t from 'tap';
import type { CartChange } from '../../core/services/carts/ports.ts';
import { CHECKOUT, withGateway } from './testing.ts';

const json = { 'content-type': 'application/json' };

const guestCookie = '__Host-orrery-guest=1c0a8a1e-6d0c-4f1c-9a55-3f4a5d2f9e10';

await t.test('the shop', async (t) => {
  const changes: CartChange[] = [];
  const looks: string[] = [];
  const views = {
    viewed: (cartKey: string, productId: string) => void looks.push(`${cartKey} ${productId}`),
  };
  const cartChanged = (change: CartChange) => void changes.push(change);
  await withGateway({ views, cartChanged }, async (rig) => {
    const { shop } = rig;
    const admin = await rig.signIn('admin');
    const ada = await rig.signIn();
    const bob = await rig.signIn();

    await t.test('products show what is left, and what they cost to admins only', async (t) => {
      const seen = (await rig.call('GET', '/api/products?limit=2')).json<{
        items: object[];
        total: number;
      }>();
      t.match(seen, { page: 1, limit: 2, total: 3 });
      t.match(seen.items[0], { id: 'p1', available: 50, flashSale: null });
      t.notOk('costCents' in (seen.items[0] ?? {}));
      t.notOk(
        'costCents' in (await rig.call('GET', '/api/products/p1', { token: ada.token })).json<object>(),
      );
      t.match((await rig.call('GET', '/api/products/p1', { token: admin.token })).json(), { costCents: 400 });
      t.match((await rig.call('GET', '/api/products/search?q=p2')).json(), {
        items: [{ id: 'p2', available: 5 }],
        total: 1,
        understood: { text: 'p2' },
      });
      t.equal((await rig.call('GET', '/api/products/nothing')).statusCode, 404);
      t.match((await rig.call('GET', '/api/products/categories')).json(), {
        items: [{ id: 'tests', products: 3, imageUrl: '/api/products/p1/image.svg' }],
      });
    });

    await t.test('a list of products is narrowed by price, and to what can be had', async (t) => {
      const ids = async (query: string): Promise<{ ids: string[]; total: number }> => {
        const { items, total } = (await rig.call('GET', `/api/products?${query}`)).json<{
          items: { id: string }[];
          total: number;
        }>();
        return { ids: items.map(({ id }) => id), total };
      };
      t.same(await ids('in_stock=true'), { ids: ['p1', 'p2'], total: 2 });
      t.same(await ids('in_stock=true&limit=1&page=2'), { ids: ['p2'], total: 2 }, 'pages stay whole');
      t.same(await ids('in_stock=false'), { ids: ['p1', 'p2', 'p3'], total: 3 });
      t.same(await ids('price_min=1000&price_max=1000'), { ids: ['p1', 'p2', 'p3'], total: 3 });
      t.same(await ids('price_min=1001'), { ids: [], total: 0 });
      t.same(await ids('price_max=999'), { ids: [], total: 0 });
    });

    await t.test('a search is narrowed and paged as a list is', async (t) => {
      const search = async (query: string) =>
        (await rig.call('GET', `/api/products/search?q=Product&${query}`)).json<unknown>();
      t.match(await search('in_stock=true&limit=1&page=2'), {
        items: [{ id: 'p2' }],
        page: 2,
        limit: 1,
        total: 2,
        understood: { text: 'Product' },
      });
      t.match(await search('price_min=1001'), { items: [], total: 0 });
      t.match(await search('price_min=2&price_max=1'), { status: 400, errors: [{ path: 'price_min' }] });
      t.match(await search('sort=upwards'), { status: 400, errors: [{ path: 'sort' }] });
      t.match(await search('sort=relevance'), { total: 3 });
    });

    await t.test('a delivery is estimated for where the parcels of the shopper go', async (t) => {
      const country = async (query = '', token?: string) =>
        (
          await rig.call('GET', `/api/shipping/estimate${query}`, token === undefined ? {} : { token })
        ).json<unknown>();
      t.same(await country(), {
        country: 'US',
        earliestAt: '2026-01-04T00:00:00.000Z',
        latestAt: '2026-01-06T00:00:00.000Z',
      });
      const { token } = await rig.signIn();
      t.match(await country('', token), { country: 'US' });
      const kept = { street: '1', city: 'Oslo', state: 'Oslo', zip: '0150', country: 'Norway' };
      await rig.call('POST', '/api/auth/addresses', { token, body: kept });
      t.match(await country('', token), { country: 'Norway' });
      t.match(await country('?country=DE', token), { country: 'DE' });
      t.match(await country('?country=D'), { status: 400, errors: [{ path: 'country' }] });
    });

    await t.test('what has not changed is not sent again', async (t) => {
      const first = await rig.call('GET', '/api/products/p1');
      const headers = { 'if-none-match': String(first.headers.etag) };
      t.equal((await rig.call('GET', '/api/products/p1', { headers })).statusCode, 304);
      shop.stock.set('SKU-p1', 49);
      t.equal((await rig.call('GET', '/api/products/p1', { headers })).statusCode, 200);
      shop.stock.set('SKU-p1', 50);
    });

    await t.test('a product has a picture that caches may keep', async (t) => {
      const answer = await rig.call('GET', '/api/products/p1/image.svg');
      t.match(answer.headers, { 'content-type': /image\/svg\+xml/, 'cache-control': /max-age=86400/ });
      t.match(answer.body, /Product p1/);
      t.equal((await rig.call('GET', '/api/products/nothing/image.svg')).statusCode, 404);
    });

    await t.test('a cart takes products of the catalog in whole numbers', async (t) => {
      const { token } = await rig.signIn();
      const add = (productId: unknown, quantity: unknown) =>
        rig.call('POST', '/api/cart/add', { token, body: { productId, quantity } });
      t.same((await add('p1', 2)).json(), {
        items: [{ productId: 'p1', sku: 'SKU-p1', name: 'Product p1', quantity: 2, priceCents: 1_000 }],
        totalCents: 2_000,
        currency: 'USD',
      });
      t.equal((await add('nothing', 1)).statusCode, 404);
      for (const quantity of [0, -1, 1.5, 1_000, 1e9, '1', true, null, undefined]) {
        const answer = await add('p1', quantity);
        t.equal(answer.statusCode, 400, String(quantity));
        t.match(answer.json(), { errors: [{ path: 'quantity' }] });
      }
      t.match((await add('p1', 998)).json(), { code: 'quantity_too_large', status: 400 });
      const item = '/api/cart/items/p1';
      t.match((await rig.call('PUT', item, { token, body: { quantity: 5 } })).json(), { totalCents: 5_000 });
      t.equal((await rig.call('PUT', item, { token, body: { quantity: 0 } })).statusCode, 400);
      t.equal(
        (await rig.call('PUT', '/api/cart/items/p2', { token, body: { quantity: 1 } })).statusCode,
        404,
      );
      t.match((await rig.call('DELETE', item, { token })).json(), { items: [], totalCents: 0 });
      t.equal((await rig.call('DELETE', item, { token })).statusCode, 404);
    });

    await t.test('whoever wants to hear of carts is told what each has become', async (t) => {
      const { token, user } = await rig.signIn();
      const own = () => changes.filter(({ cartKey }) => cartKey === `user:${user.id}`);
      const call = (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
        rig.call(method, `/api/cart/${path}`, { token, ...(body && { body }) });
      await call('POST', 'add', { productId: 'p1', quantity: 1 });
      await call('POST', 'add', { productId: 'p2', quantity: 2 });
      await call('PUT', 'items/p1', { quantity: 3 });
      await call('DELETE', 'items/p1');
      await call('DELETE', 'items/p1');
      await call('POST', 'add', { productId: 'nothing', quantity: 2 });
      const bought = await rig.call('POST', '/api/orders/checkout', {
        token,
        body: CHECKOUT,
        headers: { 'idempotency-key': 'a-cart' },
      });
      t.equal(bought.statusCode, 202);
      await rig.call('GET', '/api/cart', { token });
      t.same(
        own().map(({ items, put }) => [
          items.map((item) => `${item.productId} ${String(item.quantity)}`),
          put,
        ]),
        [
          [['p1 1'], ['p1']],
          [['p1 1', 'p2 2'], ['p2']],
          [['p1 3', 'p2 2'], []],
          [['p2 2'], []],
          [[], []],
        ],
        'refused changes are none',
      );
    });

    await t.test('a page says who opened it: shoppers that the shop knows', async (t) => {
      const { token, user } = await rig.signIn();
      const look = async (options: Parameters<typeof rig.call>[2], productId = 'p1') => {
        const answer = await rig.call('POST', `/api/products/${productId}/views`, options);
        t.equal(answer.cookies.length, 0, 'no cookie is made for it');
        return answer.statusCode;
      };
      t.equal(await look({ token }), 204);
      t.equal(await look({ headers: { cookie: guestCookie } }, 'p2'), 204);
      const seen = [`user:${user.id} p1`, 'guest:1c0a8a1e-6d0c-4f1c-9a55-3f4a5d2f9e10 p2'];
      t.same(looks, seen);
      t.equal(await look({}), 204, 'somebody whom the shop does not know');
      t.equal(await look({ token: admin.token }), 204, 'who runs the shop');
      t.equal(await look({ token, headers: { 'sec-purpose': 'prefetch' } }), 204, 'loaded ahead');
      t.equal(await look({ token }, 'nothing'), 404);
      await rig.call('GET', '/api/products/p1', { token });
      t.same(looks, seen, 'none of them is counted, nor is asking for a product');
    });

    await t.test('looking at a cart makes no guest', async (t) => {
      const answer = await rig.call('GET', '/api/cart');
      t.same(answer.json(), { items: [], totalCents: 0, currency: 'USD' });
      t.equal(answer.cookies.length, 0);
      const forged = await rig.call('GET', '/api/cart', {
        headers: { cookie: '__Host-orrery-guest=../user:1' },
      });
      t.same(forged.json(), { items: [], totalCents: 0, currency: 'USD' });
    });

    await t.test("somebody else's order is as absent as none, on every route", async (t) => {
      shop.place('o-ada', ada.user.id);
      const routes: ['GET' | 'PUT', string][] = [
        ['GET', '/api/orders/o-ada'],
        ['GET', '/api/orders/o-ada/saga-log'],
        ['PUT', '/api/orders/o-ada/cancel'],
        ['GET', '/api/inventory/reservations/o-ada'],
        ['GET', '/api/payments/transactions/o-ada'],
        ['GET', '/api/shipping/shipments/o-ada'],
      ];
      for (const [method, url] of routes) {
        const foreign = await rig.call(method, url, { token: bob.token });
        const missing = await rig.call(method, url.replace('o-ada', 'o-none'), { token: bob.token });
        t.equal(foreign.statusCode, 404, url);
        t.equal(
          foreign.body.replaceAll('o-ada', ''),
          missing.body.replaceAll('o-none', ''),
          'the very same answer',
        );
        t.equal((await rig.call(method, url)).statusCode, 401, 'guests sign in first');
        const own = await rig.call(method, url, { token: ada.token });
        t.ok([200, 202].includes(own.statusCode), url);
        const seenByAdmin = await rig.call(method, url, { token: admin.token });
        t.ok([200, 202].includes(seenByAdmin.statusCode), `${url} for admins`);
      }
    });

    await t.test('an order tells its owner what concerns them, and an operator everything', async (t) => {
      const order = shop.place('o-review', ada.user.id);
      shop.placed.set('o-review', { ...order, status: 'in_review', reason: 'fraud score 93: new address' });
      const seen = (await rig.call('GET', '/api/orders/o-review', { token: ada.token })).json<object>();
      t.match(seen, { id: 'o-review', status: 'in_review', totalCents: 1_000, items: [{ sku: 'SKU-p1' }] });
      t.notOk('waitingFor' in seen);
      t.notMatch(JSON.stringify(seen), /fraud|score|new address/);
      t.match((await rig.call('GET', '/api/orders/o-review', { token: admin.token })).json(), {
        reason: /fraud score 93/,
        waitingFor: 'inventory',
      });
    });

    await t.test('the saga log is read from where one was', async (t) => {
      shop.place('o-log', ada.user.id);
      shop.advance('o-log', 'inventory.reserved', 'awaiting_payment');
      shop.advance('o-log', 'fraud.scored', 'awaiting_payment');
      const log = await rig.call('GET', '/api/orders/o-log/saga-log', { token: ada.token });
      const { entries } = log.json<{ entries: { seq: number; detail: unknown }[] }>();
      t.same(
        entries.map(({ seq }) => seq),
        [1, 2, 3],
      );
      t.equal(entries[2]?.detail, null, 'how fraud is scored is not for shoppers');
      const rest = await rig.call('GET', '/api/orders/o-log/saga-log?after=2', { token: admin.token });
      t.match(rest.json(), { entries: [{ seq: 3, type: 'fraud.scored', detail: { seq: 3 } }] });
    });

    await t.test('an order is cancelled until it is shipped', async (t) => {
      shop.place('o-cancel', ada.user.id);
      const cancel = (body?: unknown) =>
        rig.call('PUT', '/api/orders/o-cancel/cancel', {
          token: ada.token,
          ...(body === undefined ? {} : { body }),
        });
      t.equal((await cancel()).statusCode, 202);
      t.equal((await cancel({ reason: 'changed my mind' })).statusCode, 202);
      t.equal(shop.calls.at(-1), `cancel o-cancel ${ada.user.id} changed my mind`);
      t.equal((await cancel({ reason: 'x'.repeat(501) })).statusCode, 400);
      const empty = await rig.call('PUT', '/api/orders/o-cancel/cancel', {
        token: ada.token,
        headers: json,
        body: '',
      });
      t.equal(empty.statusCode, 202, 'an announced but empty body is no body');
      for (const status of ['shipped', 'delivered', 'cancelled', 'failed'] as const) {
        shop.advance('o-cancel', 'test', status);
        const before = shop.calls.length;
        const answer = await cancel();
        t.equal(answer.statusCode, 409, status);
        t.match(answer.json(), { code: 'too_late', orderStatus: status });
        t.equal(shop.calls.length, before, 'nothing was asked for');
      }
      const byAdmin = { token: admin.token };
      t.equal(
        (await rig.call('PUT', '/api/orders/o-cancel/cancel', byAdmin)).statusCode,
        202,
        'failed: try again',
      );
      shop.advance('o-cancel', 'test', 'shipped');
      t.equal((await rig.call('PUT', '/api/orders/o-cancel/cancel', byAdmin)).statusCode, 409);
    });

    await t.test("an admin's reason to cancel is for the audit trail, not for the shopper", async (t) => {
      shop.place('o-told', ada.user.id);
      const reason = 'looks like a reseller';
      const path = '/api/orders/o-told';
      const asked = await rig.call('PUT', `${path}/cancel`, { token: admin.token, body: { reason } });
      t.equal(asked.statusCode, 202);
      const { items } = (
        await rig.call('GET', '/api/admin/audit?subject=o-told', { token: admin.token })
      ).json<{ items: object[] }>();
      t.match(items, [{ action: 'order.cancel', by: admin.user.id, reason }]);
      t.equal((await rig.call('PUT', `${path}/cancel`, { token: ada.token })).statusCode, 202);
      t.equal(
        (await rig.call('GET', '/api/admin/audit?subject=o-told', { token: admin.token })).json<{
          items: object[];
        }>().items.length,
        1,
        'a shopper leaves no trail',
      );
      for (const type of [
        'order.cancel.requested',
        'order.refund.requested',
        'shipping.dispatch.requested',
      ]) {
        shop.advance('o-told', type, 'pending');
      }
      const log = async (token: string) =>
        (await rig.call('GET', `${path}/saga-log?after=1`, { token })).json<{
          entries: { detail: unknown }[];
        }>().entries;
      t.strictSame(
        (await log(ada.token)).map(({ detail }) => detail),
        [null, null, null],
      );
      t.match(await log(admin.token), [
        { detail: { seq: 2 } },
        { detail: { seq: 3 } },
        { detail: { seq: 4 } },
      ]);
    });

    await t.test('admin routes are for admins', async (t) => {
      const routes: ['GET' | 'POST', string, unknown][] = [
        ['GET', '/api/admin/orders', undefined],
        ['POST', '/api/admin/orders/o-ada/review', { decision: 'approve', reason: 'fine' }],
        ['POST', '/api/admin/inventory/SKU-p1/adjust', { warehouseId: 'w1', delta: 1, reason: 'found' }],
      ];
      for (const [method, url, body] of routes) {
        t.equal((await rig.call(method, url, { body })).statusCode, 401, url);
        const forbidden = await rig.call(method, url, { body, token: ada.token });
        t.equal(forbidden.statusCode, 403, url);
        t.match(forbidden.json(), { code: 'forbidden' });
      }
      t.match((await rig.call('GET', '/api/admin/orders', { token: admin.token })).json(), { count: String });
    });

    await t.test('a review is decided once it is asked for', async (t) => {
      const decide = (body: unknown, id = 'o-review') =>
        rig.call('POST', `/api/admin/orders/${id}/review`, { token: admin.token, body });
      t.equal((await decide({ decision: 'reject', reason: 'stolen card' })).statusCode, 200);
      t.equal(shop.calls.at(-1), 'review o-review reject');
      t.match((await decide({ decision: 'maybe', reason: 'x' })).json(), { errors: [{ path: 'decision' }] });
      t.match((await decide({ decision: 'approve' })).json(), { errors: [{ path: 'reason' }] });
      t.match((await decide({ decision: 'approve', reason: 'x' }, 'o-ada')).json(), {
        code: 'not_in_review',
        status: 409,
      });
      t.equal((await decide({ decision: 'approve', reason: 'x' }, 'o-none')).statusCode, 404);
    });

    await t.test('stock is corrected in whole units', async (t) => {
      const adjust = (sku: string, body: unknown) =>
        rig.call('POST', `/api/admin/inventory/${sku}/adjust`, { token: admin.token, body });
      const good = { warehouseId: 'w1', delta: -10, reason: 'water damage' };
      t.match((await adjust('SKU-p1', good)).json(), {
        sku: 'SKU-p1',
        warehouses: [{ id: 'w1', available: 40 }],
      });
      t.match((await adjust('SKU-p1', { ...good, delta: -100 })).json(), {
        status: 409,
        code: 'below_reserved',
      });
      t.match((await adjust('SKU-none', good)).json(), { status: 404, code: 'unknown_sku' });
      for (const delta of [0, 1.5, '1', 1e9])
        t.equal((await adjust('SKU-p1', { ...good, delta })).statusCode, 400);
    });

    await t.test('stock and notifications are told', async (t) => {
      t.match((await rig.call('GET', '/api/inventory/SKU-p2')).json(), {
        sku: 'SKU-p2',
        warehouses: [{ available: 5 }],
      });
      t.equal((await rig.call('GET', '/api/inventory/SKU-none')).statusCode, 404);
      t.same((await rig.call('GET', '/api/notifications?limit=5', { token: ada.token })).json(), {
        items: [],
        nextBefore: null,
      });
      t.equal(shop.calls.at(-1), `notifications ${ada.user.id} 5`);
    });
  });
});
