import { Agent } from 'node:http';
import { pause } from '../adapters/main/drills/run.ts';
import { oneOf, streamOf } from '../core/kernel/seeded-random.ts';
import type { ModelStatus } from '../core/services/intelligence/ports.ts';
import { storeSales } from './answers/sales.ts';
import { type Bench, BenchInvalid, type Figures, type RunOptions } from './harness/bench.ts';
import { closedLoop } from './harness/closed-loop.ts';
import { shelves } from './harness/orders.ts';
import { numberOf } from './harness/parameters.ts';
import type { Place } from './harness/place.ts';
import { get, metricOf } from './http/get.ts';
import { openShop, type OnlineShop } from './http/online-shop.ts';
import { manyProducts, storeProducts } from './search/many-products.ts';

const WARM_UP_SECONDS = 5;
const SHOPPERS = 2_000;
/** Products that sold, and so have a forecast; the others are new or slow. */
const SOLD = 150;
const ORDERS = 20_000;
const POLL_MS = 200;
const WAIT_MS_MAX = 300_000;
const MODELS = ['recommendations', 'demand'] as const;

export const answers: Bench = {
  name: 'answers',
  measures:
    'GET /api/recommendations?product_id=, /api/recommendations/personalized and /api/analytics/demand-forecast in equal ' +
    'shares over 50,000 products (--set products=N), as many at a time as --set inFlight=N says (4), with models trained from 20,000 ' +
    'orders; a third of the products asked about sold, the others never. From the question to the whole answer. Beside them ' +
    'GET /api/health/live, which asks nobody: what the machine takes of it all.',
  leavesOut:
    'The network, TLS, other load. Load generator, gateway, worker and database share the machine; catalogue and sales are ' +
    'made up, and every question is asked of a warm process.',
  columns: [
    { figure: 'togetherP50Ms', title: 'product p50 ms', digits: 1 },
    { figure: 'togetherP99Ms', title: 'p99', digits: 1 },
    { figure: 'togetherMaxMs', title: 'max', digits: 0 },
    { figure: 'personalP50Ms', title: 'personal p50 ms', digits: 1 },
    { figure: 'personalP99Ms', title: 'p99', digits: 1 },
    { figure: 'personalMaxMs', title: 'max', digits: 0 },
    { figure: 'forecastP50Ms', title: 'forecast p50 ms', digits: 1 },
    { figure: 'forecastP99Ms', title: 'p99', digits: 1 },
    { figure: 'forecastMaxMs', title: 'max', digits: 0 },
    { figure: 'nothingP50Ms', title: 'nothing p50 ms', digits: 1 },
    { figure: 'nothingP99Ms', title: 'p99', digits: 1 },
    { figure: 'perSecond', title: 'a second' },
    { figure: 'degraded', title: 'degraded' },
    { figure: 'loopMs', title: 'loop ms', digits: 0 },
  ],
  // What is popular and for sale is read anew every minute, so a run has one such time at least.
  seconds: 75,
  headline: 'togetherP99Ms',
  stacks: ['services'],
  parameters: ['products', 'inFlight'],
  run,
};

interface Question {
  readonly kind: 'together' | 'personal' | 'forecast' | 'nothing';
  readonly path: string;
  readonly token: string | undefined;
}

async function run(place: Place, { seconds, parameters, onProgress }: RunOptions): Promise<Figures> {
  const inFlight = numberOf(parameters, 'inFlight', 4);
  const products = manyProducts(numberOf(parameters, 'products', 50_000));
  const sold = products.slice(0, SOLD);
  onProgress('storing the catalogue and its sales');
  const shop = await openShop(place, {
    stock: shelves(1, 10),
    shoppers: SHOPPERS,
    prepare: async (database) => {
      await storeProducts(database, products);
      const users = await database.query<{ id: string }>(
        `select id from accounts.users where role = 'customer'`,
      );
      await storeSales(database, { userIds: users.map(({ id }) => id), products: sold, orders: ORDERS });
    },
  });
  const agent = new Agent({ keepAlive: true });
  place.defer(() => {
    agent.destroy();
    return Promise.resolve();
  });
  await train(shop, agent, { sold: sold[0]?.id ?? '', onProgress });
  const random = streamOf(1, 'bench/answers/questions');
  const productId = (): string => oneOf(random, random() < 1 / 3 ? sold : products).id;
  const kinds: readonly (() => Question)[] = [
    () => ({ kind: 'together', path: `/api/recommendations?product_id=${productId()}`, token: undefined }),
    () => ({
      kind: 'personal',
      path: '/api/recommendations/personalized',
      token: oneOf(random, shop.tokens),
    }),
    () => ({
      kind: 'forecast',
      path: `/api/analytics/demand-forecast?product_id=${productId()}&days=28`,
      token: shop.admin,
    }),
    () => ({ kind: 'nothing', path: '/api/health/live', token: undefined }),
  ];
  let degraded = 0;
  const asking = async (untilMs: number, tookMs: Record<Question['kind'], number[]>): Promise<number> =>
    closedLoop({ inFlight, untilMs }, async (number) => {
      const question = (kinds[number % kinds.length] ?? kinds[0])?.();
      if (question === undefined) return;
      const begun = performance.now();
      const { status, body } = await get(shop.url + question.path, agent, question.token);
      tookMs[question.kind].push(performance.now() - begun);
      if (isDegraded(question, status, body)) degraded += 1;
    });
  const none = (): Record<Question['kind'], number[]> => ({
    together: [],
    personal: [],
    forecast: [],
    nothing: [],
  });
  onProgress('warming up');
  await asking(performance.now() + WARM_UP_SECONDS * 1_000, none());
  await loopMsOf(shop.url, agent);
  onProgress('asking');
  degraded = 0;
  const tookMs = none();
  const begun = performance.now();
  const asked = await asking(begun + seconds * 1_000, tookMs);
  const lasted = (performance.now() - begun) / 1_000;
  const figures: Record<string, number> = {};
  for (const [kind, took] of Object.entries(tookMs)) {
    took.sort((one, other) => one - other);
    const at = (share: number): number =>
      took[Math.min(took.length - 1, Math.floor(share * took.length))] ?? NaN;
    figures[`${kind}P50Ms`] = at(0.5);
    figures[`${kind}P99Ms`] = at(0.99);
    figures[`${kind}MaxMs`] = took.at(-1) ?? NaN;
  }
  return {
    products: products.length,
    asked,
    perSecond: asked / lasted,
    ...figures,
    degraded,
    loopMs: (await loopMsOf(shop.url, agent)) * 1_000,
  };
}

/** Has the models trained in the worker, and waits until they and the search index serve in the gateway. */
async function train(
  shop: OnlineShop,
  agent: Agent,
  { sold, onProgress }: { readonly sold: string } & Pick<RunOptions, 'onProgress'>,
): Promise<void> {
  const headers = { authorization: `Bearer ${shop.admin}`, 'content-type': 'application/json' };
  onProgress('training');
  for (const name of MODELS) {
    const asked = await fetch(`${shop.url}/api/admin/models/${name}/trainings`, {
      method: 'POST',
      headers,
      body: '{}',
    });
    if (asked.status !== 202) throw new BenchInvalid(`the training of ${name}: ${await asked.text()}`);
  }
  await until('the models are trained', async () => {
    const { body } = await get(`${shop.url}/api/admin/models`, agent, shop.admin);
    const { items } = JSON.parse(body) as { readonly items: readonly ModelStatus[] };
    const wanted = items.filter(({ name }) => MODELS.some((each) => each === name));
    const bad = wanted.find(({ training, live }) => training?.endedAt !== null && live === null);
    if (bad !== undefined) {
      throw new BenchInvalid(
        `${bad.name}: ${bad.training?.problem ?? bad.versions[0]?.reason ?? 'nothing came of it'}`,
      );
    }
    return wanted.every(({ live }) => live !== null);
  });
  const forecast = `/api/analytics/demand-forecast?product_id=${sold}`;
  for (const path of ['/api/products/search?q=lamp', '/api/recommendations/personalized', forecast]) {
    await until(`${path} is answered in full`, async () => {
      const { body } = await get(shop.url + path, agent, shop.admin);
      return !(JSON.parse(body) as { readonly degraded: boolean }).degraded;
    });
  }
}

/** Whether no model had a part in the answer: what it asks the database for has a time limit. Throws when it is wrong. */
function isDegraded({ kind, path }: Question, status: number, body: string): boolean {
  if (status !== 200) throw new BenchInvalid(`${path} was answered with ${String(status)}: ${body}`);
  if (kind === 'nothing') return false;
  const { degraded, items } = JSON.parse(body) as { degraded: boolean; items?: readonly unknown[] };
  if (kind !== 'forecast' && items?.length === 0) throw new BenchInvalid(`${path} recommended nothing`);
  return degraded;
}

async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (!(await is())) {
    if (performance.now() > deadline)
      throw new BenchInvalid(`not within ${String(WAIT_MS_MAX / 1_000)} s: ${what}`);
    await pause(POLL_MS);
  }
}

/** How long the gateway's event loop stood still at most since it was last asked, seconds. */
async function loopMsOf(url: string, agent: Agent): Promise<number> {
  const { body } = await get(`${url}/metrics`, agent);
  return metricOf(body, 'nodejs_eventloop_lag_max_seconds') ?? NaN;
}
