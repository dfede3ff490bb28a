import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { WebSocket } from 'ws';
import { type CallOptions, CHECKOUT, type Rig, withGateway } from './testing.ts';

interface Told {
  readonly code?: string;
  readonly saleId: string;
  readonly token: string;
  readonly state: string;
  readonly position: number;
  readonly etaSeconds: number;
  readonly pollAfter: string;
  readonly orderId?: string;
}

async function plan(rig: Rig, more: Readonly<Record<string, unknown>> = {}) {
  const admin = await rig.signIn('admin');
  const body = {
    productId: 'p1',
    startsAt: new Date(Date.now() - 1_000).toISOString(),
    endsAt: new Date(Date.now() + 60_000).toISOString(),
    units: 1,
    ...more,
  };
  const answer = await rig.call('POST', '/api/admin/flash-sales', { token: admin.token, body });
  return { answer, sale: answer.json<{ id: string }>() };
}

let keys = 0;

async function checkout(
  rig: Rig,
  token: string,
  more: CallOptions & { key?: string; quantity?: number } = {},
) {
  keys += 1;
  const answer = await rig.call('POST', '/api/orders/checkout', {
    token,
    body: { ...CHECKOUT, items: [{ productId: 'p1', quantity: more.quantity ?? 1 }] },
    headers: { 'idempotency-key': more.key ?? `flash-${String(keys)}`, ...more.headers },
  });
  return { status: answer.statusCode, headers: answer.headers, told: answer.json<Told>() };
}

/** The line has moved on. */
async function until(look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await look()) return;
    await sleep(50);
  }
  throw new Error('it never came to that');
}

/** Tries again until the answer is another one. */
async function beyond(rig: Rig, token: string, status: number, key?: string) {
  for (let tries = 0; tries < 100; tries += 1) {
    const last = await checkout(rig, token, { ...(key === undefined ? {} : { key }) });
    if (last.status !== status) return last;
    await sleep(50);
  }
  throw new Error(`it was always answered with ${String(status)}`);
}

await t.test(
  'one unit goes to who came first; when it is paid for, the others hear that it is gone',
  async (t) => {
    await withGateway({}, async (rig) => {
      const { answer } = await plan(rig);
      t.equal(answer.statusCode, 201);
      await sleep(300);
      const [first, second] = [await rig.signIn(), await rig.signIn()];
      const came = await checkout(rig, first.token);
      t.equal(came.status, 429);
      t.match(came.told, { code: 'queue_required', state: 'waiting', position: 1, token: String });
      t.ok(Number(came.headers['retry-after']) >= 1);
      t.ok(Date.parse(came.told.pollAfter) > Date.now());
      const later = await checkout(rig, second.token);
      t.match(later.told, { code: 'queue_required' });
      const bought = await beyond(rig, first.token, 429);
      t.equal(bought.status, 202);
      const orderId = bought.told.orderId ?? '';
      t.match((await checkout(rig, first.token)).told, { code: 'turn_used' }, 'no second order meanwhile');
      t.equal((await checkout(rig, second.token)).status, 429, 'the unit is held, so the second waits');
      rig.shop.advance(orderId, 'payment.processed', 'confirmed');
      const gone = await beyond(rig, second.token, 429);
      t.equal(gone.status, 409);
      t.equal(gone.told.code, 'sold_out');
      t.equal(rig.shop.checkouts.length, 1);
    });
  },
);

await t.test('who waits hears that the goods ran out, though more units were promised', async (t) => {
  await withGateway({}, async (rig) => {
    await plan(rig, { units: 5 });
    rig.shop.stock.set('SKU-p1', 1);
    await sleep(300);
    const [first, second] = [await rig.signIn(), await rig.signIn()];
    await checkout(rig, first.token);
    await checkout(rig, second.token);
    const bought = await beyond(rig, first.token, 429);
    rig.shop.stock.set('SKU-p1', 0);
    await sleep(300);
    t.equal((await checkout(rig, second.token)).status, 429, 'the unit may come back');
    rig.shop.advance(bought.told.orderId ?? '', 'payment.processed', 'confirmed');
    const gone = await beyond(rig, second.token, 429);
    t.equal(gone.status, 409);
    t.equal(gone.told.code, 'sold_out');
  });
});

await t.test(
  'a repeat that overtakes its own order is asked to come again, and gets that order',
  async (t) => {
    await withGateway({}, async (rig) => {
      await plan(rig, { units: 2 });
      await sleep(300);
      const { token } = await rig.signIn();
      const { told } = await checkout(rig, token);
      await until(async () => {
        const path = `/api/flash-sales/${told.saleId}/line`;
        return (await rig.call('GET', path, { token })).json<Told>().state === 'turn';
      });
      let release = (): void => undefined;
      rig.shop.checkoutHeld = new Promise((resolve) => (release = resolve));
      const sent = checkout(rig, token, { key: 'once' });
      await until(
        async () =>
          (await rig.database.query(`select 1 from gateway.place where state = 'used'`)).length === 1,
      );
      const early = await checkout(rig, token, { key: 'once' });
      t.equal(early.status, 503);
      t.equal(early.told.code, 'idempotency_race');
      t.ok(Number(early.headers['retry-after']) >= 1);
      const other = await checkout(rig, token, { key: 'another' });
      t.equal(other.status, 409);
      t.equal(other.told.code, 'turn_used');
      release();
      const { orderId } = (await sent).told;
      t.type(orderId, 'string');
      t.equal((await checkout(rig, token, { key: 'once' })).told.orderId, orderId);
      t.equal(rig.shop.checkouts.length, 1);
    });
  },
);

await t.test('a unit whose order comes to nothing is the next one’s', async (t) => {
  await withGateway({}, async (rig) => {
    await plan(rig);
    await sleep(300);
    const [first, second] = [await rig.signIn(), await rig.signIn()];
    await checkout(rig, first.token);
    await checkout(rig, second.token);
    const bought = await beyond(rig, first.token, 429);
    rig.shop.advance(bought.told.orderId ?? '', 'payment.failed', 'cancelled');
    t.equal((await beyond(rig, second.token, 429)).status, 202);
  });
});

await t.test(
  'a place is one for each shopper, however many tabs they have; tokens of others are refused',
  async (t) => {
    await withGateway({}, async (rig) => {
      const { sale } = await plan(rig, { units: 1 });
      rig.shop.stock.set('SKU-p1', 0);
      await sleep(300);
      const [first, second] = [await rig.signIn(), await rig.signIn()];
      const tabs = await Promise.all([1, 2, 3, 4, 5].map(() => checkout(rig, first.token)));
      t.strictSame([...new Set(tabs.map(({ told }) => told.position))], [1]);
      const path = `/api/flash-sales/${sale.id}/line`;
      const joined = (await rig.call('POST', path, { token: second.token })).json<Told>();
      t.equal(joined.position, 2);
      const token = tabs[0]?.told.token ?? '';
      const stolen = await rig.call('GET', path, { token: second.token, headers: { 'queue-token': token } });
      t.equal(stolen.statusCode, 400);
      t.match(stolen.json(), { code: 'queue_token_invalid' });
      const forged = `${joined.token.slice(0, -4)}AAAA`;
      t.equal(
        (await checkout(rig, second.token, { headers: { 'queue-token': forged } })).told.code,
        'queue_token_invalid',
      );
      const own = await checkout(rig, second.token, { headers: { 'queue-token': joined.token } });
      t.equal(own.told.position, 2);
      await rig.call('DELETE', path, { token: second.token });
      t.equal((await rig.call('GET', path, { token: second.token })).statusCode, 404);
    });
  },
);

await t.test('a repeat of an order gives no other place, and is answered when all is sold', async (t) => {
  await withGateway({}, async (rig) => {
    const { sale } = await plan(rig, { units: 2 });
    await sleep(300);
    const [{ token }, other] = [await rig.signIn(), await rig.signIn()];
    const bought = await beyond(rig, token, 429, 'once');
    t.equal(bought.status, 202);
    const { orderId = '' } = bought.told;
    const repeat = async () => (await checkout(rig, token, { key: 'once' })).told.orderId;
    const place = async () =>
      (await rig.call('GET', `/api/flash-sales/${sale.id}/line`, { token })).statusCode;
    t.equal(await repeat(), orderId, 'while it is decided');
    rig.shop.advance(orderId, 'payment.processed', 'confirmed');
    await until(async () => (await place()) === 404);
    t.equal(await repeat(), orderId, 'paid for');
    t.equal(await place(), 404, 'nobody stands in the line for an order they have');
    const last = await beyond(rig, other.token, 429);
    rig.shop.advance(last.told.orderId ?? '', 'payment.processed', 'confirmed');
    await until(async () => (await checkout(rig, token)).told.code === 'sold_out');
    t.equal(await repeat(), orderId, 'sold out');
    await rig.shop.sales.end(sale.id);
    await sleep(300);
    t.equal(await repeat(), orderId, 'the sale is over');
    t.equal(rig.shop.checkouts.length, 2);
  });
});

await t.test('a checkout that is refused gives its turn back', async (t) => {
  const settings = { rateLimitPerMinute: 0, checkoutLimitPerMinute: 1 };
  await withGateway({ settings }, async (rig) => {
    const { token } = await rig.signIn();
    t.equal((await checkout(rig, token)).status, 202, 'before the sale');
    const { sale } = await plan(rig, { units: 2 });
    await sleep(300);
    const line = async () =>
      (await rig.call('GET', `/api/flash-sales/${sale.id}/line`, { token })).json<Told>().state;
    await until(async () => (await checkout(rig, token)).told.code !== 'queue_required');
    t.equal((await checkout(rig, token)).told.code, 'checkout_limit');
    t.equal(await line(), 'turn');
    t.equal((await checkout(rig, token, { quantity: 3 })).told.code, 'turn_too_small');
    rig.shop.stock.set('SKU-p1', 0);
    t.equal((await checkout(rig, token)).told.code, 'out_of_stock');
    t.equal(await line(), 'turn');
  });
});

await t.test('a cart of two sales waits in both lines at once, with the token of either', async (t) => {
  await withGateway({}, async (rig) => {
    const { sale } = await plan(rig, { units: 5 });
    const { sale: other } = await plan(rig, { productId: 'p2', units: 5 });
    await sleep(300);
    const { token } = await rig.signIn();
    const items = ['p1', 'p2', 'p3'].map((productId) => ({ productId, quantity: 1 }));
    rig.shop.stock.set('SKU-p3', 9);
    const both = (ticket: string | undefined) =>
      rig.call('POST', '/api/orders/checkout', {
        token,
        body: { ...CHECKOUT, items },
        headers: { 'idempotency-key': 'both', ...(ticket === undefined ? {} : { 'queue-token': ticket }) },
      });
    const first = (await both(undefined)).json<Told>();
    t.equal(first.code, 'queue_required');
    for (const { id } of [sale, other]) {
      const place = await rig.call('GET', `/api/flash-sales/${id}/line`, { token });
      t.match(place.json(), { saleId: id });
    }
    await until(async () => (await both(first.token)).statusCode === 202);
  });
});

await t.test('when a sale is ended nobody needs a turn, and its line is closed', async (t) => {
  await withGateway({}, async (rig) => {
    const { sale } = await plan(rig);
    rig.shop.stock.set('SKU-p1', 0);
    await sleep(300);
    const { token } = await rig.signIn();
    t.equal((await checkout(rig, token)).status, 429);
    await rig.shop.sales.end(sale.id);
    rig.shop.stock.set('SKU-p1', 5);
    await sleep(300);
    const path = `/api/flash-sales/${sale.id}/line`;
    t.match((await rig.call('GET', path, { token })).json(), { status: 404, code: 'unknown_sale' });
    t.equal((await checkout(rig, token)).status, 202);
  });
});

await t.test('an order whose end nobody told is looked for, and a bad key holds up nobody', async (t) => {
  await withGateway({}, async (rig) => {
    const [lost, bad] = [await rig.signIn(), await rig.signIn()];
    t.equal((await checkout(rig, bad.token, { key: 'used-before' })).status, 202, 'before the sale');
    await plan(rig, { units: 2 });
    await sleep(300);
    for (const { token } of [lost, bad]) await checkout(rig, token);
    const turns = async () =>
      (await rig.database.query(`select 1 from gateway.place where state = 'turn'`)).length;
    await until(async () => (await turns()) === 2);
    await rig.database.query(
      `update gateway.place set state = 'used', used_at = clock_timestamp() - interval '16 seconds',
         idempotency_key = case user_id when $1 then 'used-before' else 'never seen' end, fingerprint = 'other'`,
      [bad.user.id],
    );
    await until(async () => (await turns()) === 2);
    t.equal((await checkout(rig, lost.token)).status, 202);
  });
});

await t.test('a follower hears of the turn, and that the sale is over', async (t) => {
  await withGateway({}, async (rig) => {
    const { sale } = await plan(rig);
    await sleep(300);
    await rig.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = rig.app.server.address() as AddressInfo;
    const [first, second] = [await rig.signIn(), await rig.signIn()];
    await checkout(rig, first.token);
    await checkout(rig, second.token);
    const told: (Told | null)[] = [];
    const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/api/live?token=${second.token}`);
    socket.on('message', (data: Buffer) =>
      told.push((JSON.parse(data.toString()) as { data: Told | null }).data),
    );
    await once(socket, 'open');
    socket.send(JSON.stringify({ subscribe: `queue:${sale.id}` }));
    await until(() => Promise.resolve(told.at(-1)?.position === 1));
    await rig.call('DELETE', `/api/flash-sales/${sale.id}/line`, { token: first.token });
    await until(() => Promise.resolve(told.at(-1)?.state === 'turn'));
    t.ok(
      told.every((place, index) => index === 0 || (place?.position ?? 0) <= (told[index - 1]?.position ?? 0)),
    );
    await rig.shop.sales.end(sale.id);
    await until(() => Promise.resolve(told.at(-1) === null));
    socket.close();
  });
});

await t.test('a sale is planned by admins alone, in possible times', async (t) => {
  await withGateway({}, async (rig) => {
    const shopper = await rig.signIn();
    const refused = await rig.call('POST', '/api/admin/flash-sales', { token: shopper.token, body: {} });
    t.equal(refused.statusCode, 403);
    for (const [more, path] of [
      [{ units: 0 }, 'units'],
      [{ units: '5' }, 'units'],
      [{ startsAt: 'soon' }, 'startsAt'],
      [{ productId: '' }, 'productId'],
    ] as const) {
      const { answer } = await plan(rig, more);
      t.equal(answer.statusCode, 400, path);
      t.match(answer.json(), { errors: [{ path }] });
    }
    t.equal((await plan(rig, { productId: 'nowhere' })).answer.statusCode, 404);
  });
});

await t.test('outside a sale nobody waits; a product tells of its sale', async (t) => {
  await withGateway({}, async (rig) => {
    const startsAt = new Date(Date.now() + 600_000).toISOString();
    const endsAt = new Date(Date.now() + 900_000).toISOString();
    const { sale } = await plan(rig, { startsAt, endsAt });
    await sleep(300);
    const shopper = await rig.signIn();
    t.equal((await checkout(rig, shopper.token)).status, 202);
    const early = await rig.call('POST', `/api/flash-sales/${sale.id}/line`, { token: shopper.token });
    t.equal(early.statusCode, 409);
    t.match(early.json(), { code: 'sale_not_running' });
    t.match((await rig.call('GET', '/api/products/p1')).json(), {
      flashSale: { id: sale.id, startsAt, endsAt },
    });
    t.match((await rig.call('GET', '/api/products/p2')).json(), { flashSale: null });
    t.match((await rig.call('GET', '/api/flash-sales')).json(), { items: [{ id: sale.id, soldOut: false }] });
  });
});
