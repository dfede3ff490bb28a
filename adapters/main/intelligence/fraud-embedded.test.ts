import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import t from 'tap';
import { fraudTrainerOf } from '../../../core/services/intelligence/trainers/fraud.ts';
import { ADMIN, PLATFORM_SETTINGS, SLOW_ROAD } from '../../contracts/platform-stage.ts';
import type { Database } from '../../postgres/database.ts';
import { createFraudRows } from '../../postgres/intelligence/fraud-rows.ts';
import { createModelRegistry } from '../../postgres/intelligence/registry.ts';
import { startPlatform } from '../platform.ts';
import { openResources } from '../resources.ts';
import { loadSettings } from '../settings.ts';
import { until } from '../../../core/kernel/testing-until.ts';

/** Held shut, everything that is asked of the intelligence service's tables waits. */
class Gate {
  #opened: Promise<void> = Promise.resolve();
  open = (): void => undefined;

  shut(): void {
    this.#opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }

  before(database: Database): Database {
    return {
      query: async (sql, ...rest) => {
        if (/\bintelligence\./.test(sql)) await this.#opened;
        return database.query(sql, ...rest);
      },
      transaction: (work) => database.transaction(work),
      exec: (sql) => database.exec(sql),
      ping: () => database.ping(),
      close: () => database.close(),
    };
  }
}

// Beforehand: here it would keep the platform from answering, which trains in a thread.
const trained = fraudTrainerOf({ simulatedOrders: 8_000, treesMax: 40 }).train([], {
  live: undefined,
  nowMs: Date.now(),
  seed: 1,
});
const gate = new Gate();
const folder = await mkdtemp(join(tmpdir(), 'orrery-fraud-'));
const settings = loadSettings({ ...PLATFORM_SETTINGS, ...SLOW_ROAD, DATA_DIR: folder, PARTITIONS: '2' });
let database: Database | undefined;
const platform = await startPlatform(settings, pino({ level: 'silent' }), async (...given) => {
  const resources = await openResources(...given);
  database = resources.database;
  return { ...resources, database: gate.before(resources.database) };
});
t.teardown(async () => {
  gate.open();
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});
if (database === undefined) throw new Error('the platform did not open its resources');
const store = database;

/** As far as these tests look. */
interface Answer {
  readonly token: string;
  readonly orderId: string;
  readonly status: string;
  readonly entries: readonly {
    readonly type: string;
    readonly detail: { readonly data: { readonly score: number } };
  }[];
  readonly items: readonly (Record<string, unknown> & {
    readonly id: string;
    readonly order: { readonly id: string };
  })[];
}

async function call(
  method: string,
  path: string,
  token: string,
  body?: object,
  address?: string,
): Promise<Answer> {
  const answer = await fetch(`${platform.url ?? ''}${path}`, {
    method,
    headers: {
      'idempotency-key': randomUUID(),
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(address === undefined ? {} : { 'x-forwarded-for': address }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`);
  return JSON.parse(text) as Answer;
}

const admin = (await call('POST', '/api/auth/login', '', ADMIN)).token;
const goods = (await call('GET', '/api/products?limit=100', admin)).items
  .filter(({ available }) => Number(available) > 40)
  .sort((one, other) => Number(one['priceCents']) - Number(other['priceCents']));
const [cheapest] = goods;
const usual = goods[Math.floor(goods.length / 2)];

async function register(name: string): Promise<string> {
  const body = { name, email: `${randomUUID()}@example.com`, password: 'analytical engine' };
  return (await call('POST', '/api/auth/register', '', body)).token;
}

async function buy(
  token: string,
  {
    product = usual,
    card = 'tok_ok',
    street,
    address,
  }: {
    readonly product?: Answer['items'][number] | undefined;
    readonly card?: string;
    readonly street: string;
    readonly address: string;
  },
): Promise<string> {
  const body = {
    shippingAddress: { street, city: 'Springfield', state: 'IL', zip: '62701', country: 'US' },
    paymentMethod: { type: 'credit_card', token: card },
    items: [{ productId: product?.id, quantity: 1 }],
  };
  return (await call('POST', '/api/orders/checkout', token, body, address)).orderId;
}

async function scoreOf(orderId: string): Promise<number | undefined> {
  const { entries } = await call('GET', `/api/orders/${orderId}/saga-log`, admin);
  return entries.find(({ type }) => type === 'fraud.scored')?.detail.data.score;
}

async function statusOf(orderId: string): Promise<string> {
  return (await call('GET', `/api/orders/${orderId}`, admin)).status;
}

let shoppers = 0;
/** Somebody new, at a place of their own. */
async function honest(): Promise<string> {
  shoppers += 1;
  const index = String(shoppers);
  return buy(await register(`Honest ${index}`), {
    street: `${index} Elm Street`,
    address: `198.51.100.${index}`,
  });
}

t.test('without a model orders go on without a score, and are remembered', async (t) => {
  const orderId = await honest();
  await until('the order to be packed', async () =>
    (await statusOf(orderId)) === 'processing' ? true : undefined,
  );
  const seen = await until('it to be seen', async () => {
    const [row] = await store.query<{ score: number | null; network: string | null }>(
      `select score, network from intelligence.seen_order where order_id = $1`,
      [orderId],
    );
    return row;
  });
  t.equal(seen.score, null);
  t.match(seen.network, /^[\w-]{22}$/, 'a hash of where it came from');
  t.equal(await scoreOf(orderId), undefined);
});

t.test('a burst of tried cards leads to a review with reasons, honest orders do not', async (t) => {
  const registry = createModelRegistry(store);
  t.match(await registry.add('fraud', trained, 1), { state: 'live' });
  await until('the model to serve', async () => scoreOf(await honest()));

  const tester = await register('Tester');
  const street = '666 Nowhere';
  for (let index = 0; index < 14; index += 1) {
    await buy(tester, { product: cheapest, card: 'tok_declined', street, address: '203.0.113.66' });
  }
  const caught = await buy(tester, { product: cheapest, street, address: '203.0.113.66' });
  await until('the review', async () => ((await statusOf(caught)) === 'in_review' ? true : undefined));
  const queue = await call('GET', '/api/admin/review', admin);
  const item = queue.items.find(({ order }) => order.id === caught);
  t.ok(Number(item?.['score']) > 80);
  t.match(item?.['reasons'], [/\w/], 'a person is told why');
  t.equal(await scoreOf(caught), item?.['score']);

  const others: string[] = [];
  for (let index = 0; index < 8; index += 1) others.push(await honest());
  for (const orderId of others) {
    const score = await until('the score', () => scoreOf(orderId));
    t.ok(score <= 80, `honest: ${String(score)}`);
    await until('the parcel', async () => ((await statusOf(orderId)) === 'processing' ? true : undefined));
  }

  const reason = { decision: 'approve', reason: 'the shop tests its own cards' };
  await call('POST', `/api/admin/orders/${caught}/review`, admin, reason);
  const learned = await until('the review to be learned from', async () => {
    for await (const rows of createFraudRows(store).newest(100)) {
      const row = rows.find(({ review }) => review !== null);
      if (row !== undefined) return row;
    }
    return undefined;
  });
  t.match(learned, { review: 'approved', score: item?.['score'] });
});

t.test('a scorer that hangs keeps no order waiting, and catches up later', async (t) => {
  gate.shut();
  const orders: string[] = [];
  for (let index = 0; index < 20; index += 1) orders.push(await honest());
  for (const orderId of orders) {
    await until('the parcel', async () => ((await statusOf(orderId)) === 'processing' ? true : undefined));
  }
  t.same(
    await Promise.all(orders.map(scoreOf)),
    orders.map(() => undefined),
  );
  gate.open();
  for (const orderId of orders) t.type(await until('its score', () => scoreOf(orderId)), 'number');
});
