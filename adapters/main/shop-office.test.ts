import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { WebSocket } from 'ws';
import { startVisibly } from './platform-testing.ts';
import { until } from '../../core/kernel/testing-until.ts';

t.setTimeout(300_000);

const folder = await mkdtemp(join(tmpdir(), 'orrery-office-'));
const { platform, resources } = await startVisibly({
  PORT: '0',
  LOG_LEVEL: 'silent',
  DATA_DIR: folder,
  PARTITIONS: '2',
  RATE_LIMIT_PER_MINUTE: '0',
  OVERLOAD_DELAY_MS: '0',
  CHECKOUT_LIMIT_PER_MINUTE: '0',
  PAYMENT_FAILURE_RATE: '0',
  ADMIN_EMAIL: 'ann@example.com',
  ADMIN_PASSWORD: 'correct horse battery',
});
t.teardown(async () => {
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});
const url = platform.url ?? '';

interface Level {
  readonly id: string;
  readonly onHand: number;
  readonly available: number;
}

/** What the calls of these tests answer with, as far as the tests look. */
interface Body {
  readonly id: string;
  readonly token: string;
  readonly user: { readonly id: string };
  readonly code: string;
  readonly detail: string;
  readonly state: string;
  readonly differences: number;
  readonly priceCents: number;
  readonly imageUrl: string;
  readonly warehouses: readonly Level[];
  readonly paths: Readonly<Record<string, object>>;
  readonly items: readonly {
    readonly sku: string;
    readonly name: string;
    readonly category: string;
    readonly kind: string;
    readonly action: string;
    readonly onHandDelta: number;
    readonly onHand: number;
    readonly available: number;
    readonly warehouses: readonly Level[];
  }[];
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

async function call(
  method: string,
  path: string,
  { token = admin, body, type = 'application/json' }: { token?: string; body?: unknown; type?: string } = {},
): Promise<Answer> {
  const sent =
    body === undefined ? undefined : type === 'application/json' ? JSON.stringify(body) : (body as Buffer);
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(sent === undefined ? {} : { 'content-type': type }),
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (isJson ? JSON.parse(text) : {}) as Body,
  };
}

async function signIn(email: string, password: string): Promise<Answer> {
  return call('POST', '/api/auth/login', { token: '', body: { email, password } });
}

let admin = '';
admin = (await signIn('ann@example.com', 'correct horse battery')).body.token;
const registered = await call('POST', '/api/auth/register', {
  token: '',
  body: { name: 'Bob', email: 'bob@example.com', password: 'bobs own password' },
});
const shopper = registered.body.token;
const bobId = registered.body.user.id;

function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error('there is one');
  return item;
}

const product = first((await call('GET', '/api/products?limit=100&in_stock=true')).body.items);
const { sku } = product;

await t.test('keeping the shop is for admins, every call of it', async (t) => {
  const { paths } = (await call('GET', '/api/openapi.json')).body;
  const areas = /^\/api\/admin\/(inventory|products|users)/;
  let calls = 0;
  for (const [path, methods] of Object.entries(paths)) {
    if (!areas.test(path)) continue;
    for (const method of Object.keys(methods)) {
      calls += 1;
      const asked = [method.toUpperCase(), path.replace(/\{\w+\}/g, 'some-id')] as const;
      const more = ['get', 'delete'].includes(method) ? {} : { body: {} };
      t.equal((await call(...asked, { token: '', ...more })).status, 401, asked.join(' '));
      t.equal((await call(...asked, { token: shopper, ...more })).status, 403, asked.join(' '));
    }
  }
  t.ok(calls > 20, 'the document names them');
});

await t.test('stock is listed, corrected, moved and told live within a second', async (t) => {
  const list = await call('GET', `/api/admin/inventory?q=${encodeURIComponent(product.name)}`);
  t.match(list.body, {
    items: [{ sku, product: { name: product.name } }],
  });
  t.match((await call('GET', '/api/admin/inventory/warehouses')).body.items, [
    { id: 'ams', name: 'Amsterdam' },
    {},
    {},
  ]);
  const before = first(list.body.items);
  const { id: from } = first(before.warehouses.filter(({ available }) => available > 1));
  const to = from === 'ams' ? 'ohio' : 'ams';

  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/live?token=${admin}`);
  t.teardown(() => socket.terminate());
  const heard: { readonly type: string; readonly data: { readonly items?: readonly { sku: string }[] } }[] =
    [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as (typeof heard)[number]));
  await once(socket, 'open');
  socket.send(JSON.stringify({ subscribe: 'admin:stock' }));
  await until('the snapshot', () => heard.length === 1);
  t.match(heard[0], { type: 'snapshot', data: { summary: { skus: 240, out: 24 } } });

  const moved = await call('POST', `/api/admin/inventory/${sku}/transfer`, {
    body: { fromWarehouseId: from, toWarehouseId: to, quantity: 2, reason: 'near the harbour' },
  });
  t.match(moved, { status: 200, body: { onHand: before.onHand, available: before.available } });
  const changedAt = performance.now();
  await until('the change', () =>
    heard.some(({ type, data }) => type === 'stock.changed' && data.items?.some((item) => item.sku === sku)),
  );
  t.ok(performance.now() - changedAt < 5_000, 'told as it happens');

  const refused = await call('POST', `/api/admin/inventory/${sku}/transfer`, {
    body: { fromWarehouseId: from, toWarehouseId: to, quantity: 1_000_000, reason: 'too much' },
  });
  t.match(refused, { status: 409, body: { code: 'not_available' } });
  t.match(
    await call('POST', `/api/admin/inventory/${sku}/transfer`, {
      body: { fromWarehouseId: from, toWarehouseId: to, quantity: 1.5, reason: 'half' },
    }),
    { status: 400, body: { errors: [{ path: 'quantity' }] } },
  );
  const ledger = await call('GET', `/api/admin/inventory/${sku}/ledger?limit=3`);
  t.strictSame(
    ledger.body.items.map(({ kind, onHandDelta }) => [kind, onHandDelta]),
    [
      ['transfer_refused', 0],
      ['transferred', 2],
      ['transferred', -2],
    ],
  );
  const low = await call('PUT', `/api/admin/inventory/${sku}/threshold`, { body: { units: 100_000 } });
  t.match(low, { status: 200, body: { level: 'low', threshold: 100_000 } });
  t.ok(
    (await call('GET', '/api/admin/inventory?level=low&limit=100')).body.items.some(
      (item) => item.sku === sku,
    ),
  );
  t.match(await call('PUT', `/api/admin/inventory/${sku}/threshold`, { body: { units: null } }), {
    body: { thresholdSet: false },
  });
});

await t.test('a file goes out and comes in again', async (t) => {
  const out = await call('GET', `/api/admin/inventory/export?q=${sku}`);
  t.match(out.headers.get('content-type'), /^text\/csv/);
  t.match(out.headers.get('content-disposition'), /attachment; filename="stock-\d{4}-\d\d-\d\d\.csv"/);
  const [head = '', first = ''] = out.text.split('\r\n');
  t.equal(head, 'sku,product,warehouse,on_hand,reserved,available,threshold');
  const cells = first.split(',');
  const [warehouse, onHand] = [cells.at(-5), Number(cells.at(-4))];
  const file = `sku,warehouse,on_hand\n${sku},${String(warehouse)},${String(onHand + 3)}\nNONE,ams,1\n`;
  const preview = await call('POST', '/api/admin/inventory/imports', { body: file, type: 'text/csv' });
  t.match(preview, { status: 201, body: { lines: 2, bad: 1, changes: 1, state: 'previewed' } });
  const path = `/api/admin/inventory/imports/${preview.body.id}`;
  t.match((await call('GET', `${path}/lines?show=bad`)).body.items, [
    { line: 3, errors: [{ field: 'sku', message: 'is not the SKU of a product' }] },
  ]);
  for (let times = 0; times < 2; times += 1) {
    t.equal((await call('POST', `${path}/apply`, { body: { reason: 'counted' } })).status, 202);
  }
  const done = await until(
    'the import',
    () => call('GET', path),
    ({ body }) => body.state === 'applied',
  );
  t.match(done.body, { applied: 1, refused: 0 });
  const after = (await call('GET', `/api/admin/inventory/${sku}`)).body;
  t.equal(after.warehouses.find(({ id }) => id === warehouse)?.onHand, onHand + 3);
  const refused = [
    [{ body: Buffer.alloc(1_100_000, 'a'), type: 'text/csv' }, 413, 'body_too_large'],
    [{ body: Buffer.from([0xff, 0xfe]), type: 'text/csv' }, 400, 'bad_csv'],
    [{ body: 'a,b\n1,2', type: 'text/csv' }, 400, 'bad_csv'],
    [{ body: {} }, 415, 'unsupported_media_type'],
  ] as const;
  for (const [options, status, code] of refused) {
    t.match(await call('POST', '/api/admin/inventory/imports', options), { status, body: { code } });
  }
});

await t.test('counters are compared with rows on demand, and the difference is a metric', async (t) => {
  t.match(await call('POST', '/api/admin/inventory/reconciliations'), {
    status: 201,
    body: { skus: 240, differences: 0 },
  });
  await resources.database.query(
    'update inventory.stock set on_hand = on_hand + 5 where sku = $1 and warehouse_id = $2',
    [sku, 'ams'],
  );
  const run = await call('POST', '/api/admin/inventory/reconciliations');
  t.equal(run.body.differences, 2);
  t.match((await call('GET', `/api/admin/inventory/reconciliations/${run.body.id}/differences`)).body.items, [
    { sku, warehouseId: 'ams', kind: 'actor_on_hand' },
    { sku, warehouseId: 'ams', kind: 'ledger_on_hand' },
  ]);
  t.match((await call('GET', '/metrics')).text, /^orrery_stock_differences 2$/m);
  await resources.database.query(
    'update inventory.stock set on_hand = on_hand - 5 where sku = $1 and warehouse_id = $2',
    [sku, 'ams'],
  );
});

await t.test('a new product is stocked, sold at its price, pictured, and taken off sale', async (t) => {
  const made = await call('POST', '/api/admin/products', {
    body: {
      sku: 'NEW-1',
      name: 'New lamp',
      description: '',
      category: product.category,
      priceCents: 5_000,
      costCents: 2_000,
    },
  });
  t.match(made, { status: 201, body: { active: true, priceCents: 5_000 } });
  const { id } = made.body;
  t.match(await call('GET', `/api/products/${id}`, { token: shopper }), {
    body: { available: 0, priceCents: 5_000 },
  });
  t.notOk('costCents' in (await call('GET', `/api/products/${id}`, { token: shopper })).body);
  t.match(
    await call('POST', '/api/admin/inventory/NEW-1/adjust', {
      body: { warehouseId: 'ohio', delta: 4, reason: 'first stock' },
    }),
    { status: 200, body: { warehouses: [{ id: 'ohio', onHand: 4 }] } },
  );
  t.match(
    await call('POST', '/api/admin/inventory/NEW-1/adjust', {
      body: { warehouseId: 'moon', delta: 4, reason: 'no' },
    }),
    { status: 404, body: { code: 'unknown_warehouse' } },
  );
  const order = await call('POST', '/api/orders/checkout', { token: shopper, body: {} });
  t.equal(order.status, 400, 'a checkout without a key is refused');
  const placed = await fetch(`${url}/api/orders/checkout`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${shopper}`,
      'content-type': 'application/json',
      'idempotency-key': 'k1',
    },
    body: JSON.stringify({
      shippingAddress: { street: '1 Way', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' },
      paymentMethod: { type: 'credit_card', token: 'tok_ok' },
      items: [{ productId: id, quantity: 1 }],
    }),
  });
  t.equal(placed.status, 202);
  const { orderId } = (await placed.json()) as { orderId: string };
  t.match(await call('POST', `/api/admin/products/${id}/prices`, { body: { priceCents: 6_000 } }), {
    status: 201,
    body: { state: 'applied', previousCents: 5_000 },
  });
  t.match(await call('GET', `/api/orders/${orderId}`, { token: shopper }), { body: { totalCents: 5_000 } });
  const soon = new Date(Date.now() + 1_200).toISOString();
  t.match(
    await call('POST', `/api/admin/products/${id}/prices`, {
      body: { priceCents: 4_500, from: soon },
    }),
    {
      body: { state: 'planned' },
    },
  );
  await until(
    'the new price',
    () => call('GET', `/api/products/${id}`),
    ({ body }) => body.priceCents === 4_500,
  );
  t.ok(Date.now() >= Date.parse(soon), 'not before its time');
  t.match(
    await call('POST', `/api/admin/products/${id}/prices`, {
      body: { priceCents: 1, from: '2020-01-01' },
    }),
    {
      status: 400,
      body: { code: 'price_start' },
    },
  );

  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAAEklEQVR42mNk+M/AwMDAwMAAAAwDAQHk3n4MAAAAAElFTkSuQmCC',
    'base64',
  );
  const pictured = await call('PUT', `/api/admin/products/${id}/picture`, {
    body: png,
    type: 'image/jpeg',
  });
  t.match(pictured, { status: 200, body: { pictured: true } });
  const shown = await call('GET', pictured.body.imageUrl);
  t.equal(shown.headers.get('content-type'), 'image/png', 'what it is, its content says');
  t.match(await call('GET', `/api/products/${id}/image.svg`), { status: 302 });
  t.match(
    await call('PUT', `/api/admin/products/${id}/picture`, {
      body: Buffer.from('<svg/>'),
      type: 'image/png',
    }),
    { status: 400, body: { errors: [{ path: 'picture' }] } },
  );
  t.match(await call('DELETE', `/api/admin/products/${id}/picture`), { body: { pictured: false } });
  t.match(await call('PATCH', `/api/admin/products/${id}`, { body: { active: false } }), {
    body: { active: false },
  });
  t.equal((await call('GET', `/api/products/${id}`, { token: shopper })).status, 404);
  t.match(await call('GET', `/api/orders/${orderId}`, { token: shopper }), {
    body: { items: [{ name: 'New lamp' }] },
  });
  const trail = await call('GET', '/api/admin/audit?action=product.');
  t.ok(trail.body.items.length >= 6, 'every change is in the trail');
});

await t.test('people get roles, and are kept out', async (t) => {
  const reason = 'as agreed';
  t.match((await call('GET', '/api/admin/users?q=bob')).body.items, [
    { id: bobId, role: 'customer', sessions: 1 },
  ]);
  const annId = (await call('GET', '/api/auth/me')).body.user.id;
  t.match(await call('PUT', `/api/admin/users/${annId}/role`, { body: { role: 'customer', reason } }), {
    status: 409,
    body: { code: 'last_admin' },
  });
  t.match(await call('POST', `/api/admin/users/${annId}/disable`, { body: { reason } }), {
    body: { code: 'own_account' },
  });
  t.match(await call('PUT', `/api/admin/users/${bobId}/role`, { body: { role: 'admin', reason } }), {
    body: { role: 'admin' },
  });
  t.equal((await call('GET', '/api/admin/users', { token: shopper })).status, 200, 'holds at once');
  t.match(await call('POST', `/api/admin/users/${bobId}/disable`, { body: { reason } }), {
    body: { sessions: 0 },
  });
  t.equal((await call('GET', '/api/auth/me', { token: shopper })).status, 401);
  t.match(await signIn('bob@example.com', 'bobs own password'), {
    status: 403,
    body: { code: 'account_disabled' },
  });
  const strange = await signIn('bob@example.com', 'a wrong password');
  const unknown = await signIn('nobody@example.com', 'a wrong password');
  t.strictSame(
    [strange.status, strange.body.code, strange.body.detail],
    [unknown.status, unknown.body.code, unknown.body.detail],
    'strangers hear no more than before',
  );
  await call('POST', `/api/admin/users/${bobId}/enable`, { body: { reason } });
  const again = await signIn('bob@example.com', 'bobs own password');
  t.equal(again.status, 200);
  await call('POST', `/api/admin/users/${bobId}/end-sessions`, { body: { reason } });
  t.equal((await call('GET', '/api/auth/me', { token: again.body.token })).status, 401);
  t.match(
    (await call('GET', `/api/admin/audit?subject=${bobId}`)).body.items.map(({ action }) => action),
    ['user.end-sessions', 'user.enable', 'user.disable', 'user.role'],
  );
  t.equal((await call('POST', '/api/admin/users/nobody/disable', { body: { reason } })).status, 404);
});
