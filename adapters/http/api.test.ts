import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { Carts } from '../../core/services/carts/ports.ts';
import { CHECKOUT, withGateway } from './testing.ts';

const json = { 'content-type': 'application/json' };

await t.test('the API', async (t) => {
  await withGateway({}, async (rig) => {
    const { shop } = rig;
    const admin = await rig.signIn('admin');
    const ada = await rig.signIn();

    await t.test('errors are problem documents that tell nothing of the inside', async (t) => {
      const answer = await rig.call('GET', '/api/nothing?token=secret');
      t.equal(answer.statusCode, 404);
      t.match(answer.headers['content-type'], 'application/problem+json');
      t.same(answer.json(), {
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        detail: 'there is nothing at /api/nothing',
        instance: '/api/nothing',
        code: 'unknown_route',
      });
      shop.lost = new Error('password of the database: hunter2');
      const failed = await rig.call('GET', '/api/products/p1', { headers: { 'x-request-id': 'req-1' } });
      shop.lost = undefined;
      t.equal(failed.statusCode, 500);
      t.match(failed.json(), { code: 'internal_error' });
      t.notMatch(failed.body, /hunter2|at .*\.js|stack/);
      t.ok(
        rig.logLines.some((line) => line.includes('hunter2') && line.includes('req-1')),
        'the log knows, with the request id',
      );
      t.notOk(
        rig.logLines.some((line) => line.includes('token=secret')),
        'queries are not logged',
      );
    });

    await t.test('bodies that are no JSON, too large, or of another type are refused clearly', async (t) => {
      const { token } = ada;
      const post = (payload: string | Buffer, headers: Record<string, string> = json) =>
        rig.call('POST', '/api/cart/add', { token, body: payload, headers });
      const cases: [string, number, string][] = [
        ['{"productId":', 400, 'malformed_json'],
        ['nonsense', 400, 'malformed_json'],
        ['{"__proto__":{"x":1}}', 400, 'malformed_json'],
        ['', 400, 'invalid_input'],
        ['[]', 400, 'invalid_input'],
        ['null', 400, 'invalid_input'],
        [`{"productId":"${'x'.repeat(70_000)}"}`, 413, 'body_too_large'],
      ];
      for (const [payload, status, code] of cases) {
        const answer = await post(payload);
        t.equal(answer.statusCode, status, payload.slice(0, 30));
        t.match(answer.json(), { code });
      }
      t.match((await post(Buffer.from([0x7b, 0xff, 0x7d]))).json(), {
        code: 'malformed_json',
        detail: /UTF-8/,
      });
      t.equal(
        (await post('productId=p1', { 'content-type': 'application/x-www-form-urlencoded' })).statusCode,
        415,
      );
      t.equal((await post('{}', { 'content-type': 'text/plain' })).statusCode, 415);
    });

    await t.test('another method is a 405 that says which ones are taken', async (t) => {
      const answer = await rig.call('DELETE', '/api/products/p1');
      t.equal(answer.statusCode, 405);
      t.match(answer.headers.allow, /GET/);
      t.match(answer.json(), { code: 'method_not_allowed' });
      t.equal((await rig.call('GET', '/api/orders/o1/cancel')).statusCode, 405);
    });

    await t.test('parameters are checked and named', async (t) => {
      const wrong: [string, string][] = [
        ['/api/products?limit=0', 'limit'],
        ['/api/products?limit=101', 'limit'],
        ['/api/products?limit=abc', 'limit'],
        ['/api/products?limit=1&limit=2', 'limit'],
        ['/api/products?page=0', 'page'],
        ['/api/products?page=-1', 'page'],
        ['/api/products?page=1e3', 'page'],
        ['/api/products?sort=upwards', 'sort'],
        ['/api/products?category=', 'category'],
        ['/api/products?category=%00', 'category'],
        ['/api/products?price_min=', 'price_min'],
        ['/api/products?price_min=NaN', 'price_min'],
        ["/api/products?price_max=1';--", 'price_max'],
        ['/api/products?price_max=99999999999999999999', 'price_max'],
        ['/api/products?price_min=2&price_max=1', 'price_min'],
        ['/api/products?in_stock=maybe', 'in_stock'],
        ['/api/products?in_stock=true&in_stock=true', 'in_stock'],
        ['/api/products/search', 'q'],
        ['/api/products/search?q=', 'q'],
        [`/api/products/search?q=${'x'.repeat(201)}`, 'q'],
        ['/api/products/search?q=mug&page=0', 'page'],
        ['/api/products/search?q=mug&in_stock=maybe', 'in_stock'],
        ['/api/shipping/estimate?country=%00%00', 'country'],
        ['/api/orders/my-orders?limit=abc', 'limit'],
        ['/api/orders/my-orders?status=nonsense', 'status'],
        ['/api/orders/my-orders?from=garbage', 'from'],
        ['/api/orders/my-orders?to=2026-02-30', 'to'],
        ['/api/orders/my-orders?from=2026-02-02&to=2026-02-01', 'from'],
        ['/api/orders/my-orders?cursor=', 'cursor'],
        ['/api/orders/my-orders?price_min=-1', 'price_min'],
        ['/api/orders/my-orders?price_min=1.5', 'price_min'],
        ['/api/orders/my-orders?price_max=1e3', 'price_max'],
        ['/api/orders/my-orders?price_max=9999999999999', 'price_max'],
        ['/api/orders/my-orders?price_min=1&price_min=2', 'price_min'],
        ['/api/orders/my-orders?price_min=2&price_max=1', 'price_min'],
        ['/api/orders/my-orders?q=%00', 'q'],
        ['/api/admin/orders?price_min=1.5', 'price_min'],
        ['/api/admin/orders?price_min=2&price_max=1', 'price_min'],
        ['/api/admin/orders?date_from=yesterday', 'date_from'],
        ['/api/admin/orders?date_from=2026-02-02&date_to=2026-02-01', 'date_from'],
        ['/api/admin/orders?page=2&cursor=x', 'page'],
        ['/api/admin/orders?page=201&limit=50', 'page'],
        ['/api/admin/orders?sort=name', 'sort'],
        ['/api/notifications?limit=x', 'limit'],
      ];
      for (const [url, path] of wrong) {
        const answer = await rig.call('GET', url, { token: admin.token });
        t.equal(answer.statusCode, 400, url);
        const { errors, detail } = answer.json<{ errors?: { path: string }[]; detail: string }>();
        t.equal(errors?.[0]?.path, path, url);
        t.match(detail, path);
      }
      const tampered = await rig.call('GET', '/api/orders/my-orders?cursor=tampered', { token: ada.token });
      t.equal(tampered.statusCode, 400);
      t.match(tampered.json(), { code: 'bad_cursor' });
    });

    await t.test('filters reach the services in their own shape', async (t) => {
      await rig.call(
        'GET',
        '/api/orders/my-orders?from=2026-01-01&to=2026-01-31&status=shipped&q=tea&price_min=0&price_max=900',
        {
          token: ada.token,
        },
      );
      t.same(JSON.parse(shop.calls.at(-1)?.replace('myOrders ', '') ?? ''), {
        status: 'shipped',
        from: '2026-01-01T00:00:00.000Z',
        to: '2026-01-31T23:59:59.999Z',
        q: 'tea',
        priceMinCents: 0,
        priceMaxCents: 900,
        userId: ada.user.id,
        limit: 20,
      });
      await rig.call(
        'GET',
        '/api/admin/orders?date_from=2026-01-01T02:00:00%2B02:00&price_min=5&price_max=9&customer=Ada&page=3&limit=10',
        { token: admin.token },
      );
      t.same(JSON.parse(shop.calls.at(-1)?.replace('adminOrders ', '') ?? ''), {
        dateFrom: '2026-01-01T00:00:00.000Z',
        priceMinCents: 5,
        priceMaxCents: 9,
        customer: 'Ada',
        page: 3,
        limit: 10,
      });
    });

    await t.test('every request has an id, the given one when it is fit', async (t) => {
      const given = await rig.call('GET', '/api/health/live', { headers: { 'x-request-id': 'abc-123' } });
      t.equal(given.headers['x-request-id'], 'abc-123');
      const forged = await rig.call('GET', '/api/health/live', { headers: { 'x-request-id': 'a b"c' } });
      t.match(forged.headers['x-request-id'], /^[0-9a-f-]{36}$/);
    });

    await t.test('the API describes itself, every route of it', async (t) => {
      const { paths, openapi } = (await rig.call('GET', '/api/openapi.json')).json<{
        openapi: string;
        paths: Record<string, object>;
      }>();
      t.match(openapi, /^3\.1/);
      for (const path of [
        '/api/auth/register',
        '/api/orders/checkout',
        '/api/products/{id}',
        '/api/products/categories',
        '/api/shipping/estimate',
        '/api/admin/orders',
      ]) {
        t.ok(paths[path], path);
      }
      t.match(JSON.stringify(paths['/api/orders/checkout']), /shippingAddress/);
      t.equal((await rig.call('GET', '/api/docs')).statusCode, 200);
    });

    await t.test('metrics count by route, not by address', async (t) => {
      await rig.call('GET', '/api/products/p1');
      const { body, headers } = await rig.call('GET', '/metrics');
      t.match(headers['content-type'], /text\/plain/);
      t.match(
        body,
        /http_request_duration_seconds_count\{method="GET",route="\/api\/products\/:id",status="200"\}/,
      );
      t.match(body, /process_cpu_seconds_total/);
      t.notMatch(body, /route="\/api\/products\/p1"/);
    });

    await t.test('answers carry a policy that lets only our own code run', async (t) => {
      const policy = String((await rig.call('GET', '/api/health/live')).headers['content-security-policy']);
      t.match(policy, /script-src 'self'(;|$)/);
      t.match(policy, /frame-ancestors 'none'/);
      t.notMatch(policy, /upgrade-insecure-requests/, 'the UI also works over plain http');
    });
  });
});

await t.test('health says what is wrong', async (t) => {
  let problem: string | undefined;
  let cartsAway = false;
  const probes = [
    {
      name: 'transient',
      needed: false,
      check: () => (cartsAway ? Promise.reject(new Error('gone')) : Promise.resolve()),
    },
    { name: 'database', check: () => Promise.resolve() },
    {
      name: 'broker',
      check: () => (problem === undefined ? Promise.resolve() : Promise.reject(new Error(problem))),
    },
  ];
  await withGateway({ probes }, async (rig) => {
    t.same((await rig.call('GET', '/api/health/ready')).json(), {
      status: 'ok',
      checks: { transient: 'ok', database: 'ok', broker: 'ok' },
      paused: [],
    });
    cartsAway = true;
    const degraded = await rig.call('GET', '/api/health/ready');
    t.equal(degraded.statusCode, 200, 'orders are still taken');
    t.match(degraded.json(), { status: 'degraded', checks: { transient: 'gone' } });
    problem = 'no connection';
    const answer = await rig.call('GET', '/api/health/ready');
    t.equal(answer.statusCode, 503);
    t.match(answer.json(), { status: 'unavailable', checks: { database: 'ok', broker: 'no connection' } });
    t.equal((await rig.call('GET', '/api/health/live')).statusCode, 200, 'alive all the same');
  });
});

await t.test('the limit per address', async (t) => {
  await withGateway({ settings: { rateLimitPerMinute: 3, checkoutLimitPerMinute: 0 } }, async (rig) => {
    for (let count = 0; count < 3; count += 1) t.equal((await rig.call('GET', '/api/cart')).statusCode, 200);
    const refused = await rig.call('GET', '/api/cart');
    t.equal(refused.statusCode, 429);
    t.match(refused.json(), { code: 'rate_limit', status: 429 });
    t.ok(Number(refused.headers['retry-after']) >= 1);
    t.equal((await rig.call('GET', '/api/health/live')).statusCode, 200, 'operators are not limited');
    t.equal(
      (await rig.call('GET', '/api/cart', { headers: { 'x-forwarded-for': '192.0.2.1' } })).statusCode,
      200,
    );
  });
});

await t.test('without carts and shared limits an order with its items is still taken', async (t) => {
  const gone = () =>
    Promise.reject(new OrreryError('transient_unavailable', 'redis is gone', { retryable: true }));
  const carts: Carts = { get: gone, add: gone, replace: gone, remove: gone, merge: gone, checkedOut: gone };
  const settings = { rateLimitPerMinute: 1_000, checkoutLimitPerMinute: 2 };
  await withGateway({ settings, carts, limiter: { takeTurn: gone, giveBack: gone } }, async (rig) => {
    const { token } = await rig.signIn();
    const cart = await rig.call('GET', '/api/cart', { token });
    t.equal(cart.statusCode, 503);
    t.match(cart.json(), { code: 'transient_unavailable' });
    t.ok(cart.headers['retry-after']);
    const order = (key: string, body: unknown) =>
      rig.call('POST', '/api/orders/checkout', { token, body, headers: { 'idempotency-key': key } });
    const items = [{ productId: 'p1', quantity: 1 }];
    t.equal((await order('k1', CHECKOUT)).statusCode, 503, 'the cart cannot be read');
    t.equal((await order('k1', { ...CHECKOUT, items })).statusCode, 202);
    t.equal((await order('k2', { ...CHECKOUT, items })).statusCode, 202);
    t.equal((await order('k3', { ...CHECKOUT, items })).statusCode, 429, 'the limit is kept in this process');
    const guest = { cookie: '__Host-orrery-guest=00000000-0000-4000-8000-000000000000' };
    const entered = await rig.call('POST', '/api/auth/register', {
      body: { name: 'Ada', email: 'ada@example.com', password: 'a long password' },
      headers: guest,
    });
    t.equal(entered.statusCode, 201, 'signing in does not depend on the cart');
    t.notOk(
      entered.cookies.some(({ name }) => name === '__Host-orrery-guest'),
      "the guest's cart waits for the next time",
    );
  });
});

await t.test('the UI is served beside the API', async (t) => {
  const uiFolder = await mkdtemp(join(tmpdir(), 'orrery-ui-'));
  t.teardown(() => rm(uiFolder, { recursive: true }));
  await mkdir(join(uiFolder, 'assets'));
  await writeFile(join(uiFolder, 'index.html'), '<!doctype html><title>Orrery</title>');
  await writeFile(join(uiFolder, 'assets', 'app-1a2b.js'), 'export {};');
  await withGateway({ uiFolder }, async (rig) => {
    const html = { accept: 'text/html' };
    for (const url of ['/', '/orders/o1', '/admin']) {
      const page = await rig.call('GET', url, { headers: html });
      t.equal(page.statusCode, 200, url);
      t.match(page.body, /Orrery/);
      t.equal(page.headers['cache-control'], 'no-cache');
    }
    const asset = await rig.call('GET', '/assets/app-1a2b.js');
    t.match(asset.headers['cache-control'], /immutable/);
    t.equal(
      (await rig.call('GET', '/assets/gone.js', { headers: html })).statusCode,
      404,
      'no page for a lost asset',
    );
    t.equal((await rig.call('GET', '/api/gone', { headers: html })).statusCode, 404, 'no page under the API');
    t.equal((await rig.call('GET', '/assets/../../etc/passwd')).statusCode, 404);
    t.equal((await rig.call('GET', '/%2e%2e/%2e%2e/etc/passwd')).statusCode, 404);
  });
});
