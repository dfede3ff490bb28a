import { Agent } from 'node:http';
import { pause } from '../adapters/main/drills/run.ts';
import { streamOf } from '../core/kernel/seeded-random.ts';
import { type Bench, BenchInvalid, type Figures, type RunOptions } from './harness/bench.ts';
import { closedLoop } from './harness/closed-loop.ts';
import { shelves } from './harness/orders.ts';
import { numberOf } from './harness/parameters.ts';
import type { Place } from './harness/place.ts';
import { get, metricOf } from './http/get.ts';
import { openShop, type OnlineShop } from './http/online-shop.ts';
import { manyProducts, storeProducts } from './search/many-products.ts';
import { priceMaxCents, type Question, questionOf } from './search/queries.ts';

const WARM_UP_SECONDS = 3;
const POLL_MS = 20;
const WAIT_MS_MAX = 180_000;
/** In no text of the catalogue, and no slip of a finger away from one. */
const NEW_WORD = 'zephyrolith';

export const search: Bench = {
  name: 'search',
  measures:
    'GET /api/products/search over 50,000 products (--set products=N), as many at a time as --set inFlight=N says (4): names, uses, colours, ' +
    'prices, typing errors, beginnings of words, sizes, synonyms, filters, orders and nonsense in equal shares; from the ' +
    'question to the whole answer with prices and stock. Beside it how long the index takes to build, what it holds, and ' +
    'how long a change in the database takes to be found.',
  leavesOut:
    'The network, TLS, other load. Load generator, gateway and database share the machine; the catalogue is made up, and ' +
    'each question is asked of a warm process.',
  columns: [
    { figure: 'p50Ms', title: 'p50 ms', digits: 1 },
    { figure: 'p95Ms', title: 'p95 ms', digits: 1 },
    { figure: 'p99Ms', title: 'p99 ms', digits: 1 },
    { figure: 'maxMs', title: 'max ms', digits: 0 },
    { figure: 'perSecond', title: 'a second' },
    { figure: 'buildSeconds', title: 'build s', digits: 1 },
    { figure: 'spaceSeconds', title: 'meaning s', digits: 1 },
    { figure: 'indexMegabytes', title: 'index MB' },
    { figure: 'titleSeenMs', title: 'title seen ms' },
    { figure: 'priceSeenMs', title: 'price' },
    { figure: 'stockSeenMs', title: 'stock' },
    { figure: 'loopBuildMs', title: 'loop, build', digits: 0 },
    { figure: 'loopMs', title: 'asked', digits: 0 },
  ],
  seconds: 20,
  headline: 'p99Ms',
  stacks: ['services'],
  parameters: ['products', 'inFlight'],
  run,
};

interface Answer {
  readonly total: number;
  readonly degraded: boolean;
  readonly items: readonly { readonly priceCents: number; readonly name: string }[];
}

async function run(place: Place, { seconds, parameters, onProgress }: RunOptions): Promise<Figures> {
  const count = numberOf(parameters, 'products', 50_000);
  const inFlight = numberOf(parameters, 'inFlight', 4);
  const products = manyProducts(count);
  onProgress('storing the catalogue');
  const shop = await openShop(place, {
    stock: shelves(1, 10),
    shoppers: 1,
    prepare: (database) => storeProducts(database, products),
  });
  const agent = new Agent({ keepAlive: true });
  place.defer(() => {
    agent.destroy();
    return Promise.resolve();
  });
  const ask = (question: Question): Promise<Answer> => askShop(shop.url, agent, question);
  onProgress('building the index');
  await until('the index is ready', async () => !(await ask({ q: 'lamp' })).degraded);
  const building = await metricsOf(shop.url, agent);
  await until('the space is learnt', async () => ((await metricsOf(shop.url, agent)).spaceSeconds ?? 0) > 0);
  onProgress('warming up');
  const random = streamOf(1, 'bench/search/queries');
  const asking = async (untilMs: number, tookMs: number[]) =>
    closedLoop({ inFlight, untilMs }, async () => {
      const question = questionOf(random);
      const begun = performance.now();
      const answer = await ask(question);
      tookMs.push(performance.now() - begun);
      requireRight(question, answer);
    });
  await asking(performance.now() + WARM_UP_SECONDS * 1_000, []);
  await metricsOf(shop.url, agent);
  onProgress('asking');
  const tookMs: number[] = [];
  const begun = performance.now();
  await asking(begun + seconds * 1_000, tookMs);
  const lasted = (performance.now() - begun) / 1_000;
  const asked = await metricsOf(shop.url, agent);
  onProgress('changing products');
  const changes = await measureChanges(shop, ask, products[0]?.sku ?? '');
  tookMs.sort((one, other) => one - other);
  const at = (share: number): number =>
    tookMs[Math.min(tookMs.length - 1, Math.floor(share * tookMs.length))] ?? NaN;
  return {
    products: count,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    maxMs: tookMs.at(-1) ?? NaN,
    asked: tookMs.length,
    perSecond: tookMs.length / lasted,
    buildSeconds: building.buildSeconds ?? NaN,
    spaceSeconds: asked.spaceSeconds ?? NaN,
    indexMegabytes: (asked.indexBytes ?? NaN) / 1e6,
    loopBuildMs: (building.loopSeconds ?? NaN) * 1_000,
    loopMs: (asked.loopSeconds ?? NaN) * 1_000,
    ...changes,
  };
}

function requireRight(question: Question, { degraded, items }: Answer): void {
  if (degraded) throw new BenchInvalid(`“${question.q}” was answered without the index`);
  const most = priceMaxCents(question);
  const dear = items.find(({ priceCents }) => priceCents > most);
  if (dear !== undefined) throw new BenchInvalid(`“${question.q}” was answered with ${dear.name}`);
}

/** From the commit of a change to the first answer that has it. */
async function measureChanges(
  shop: OnlineShop,
  ask: (question: Question) => Promise<Answer>,
  sku: string,
): Promise<Figures> {
  const seen = async (sql: string, question: Question, is: (answer: Answer) => boolean): Promise<number> => {
    await shop.onDatabase((database) => database.query(sql, [sku]));
    const begun = performance.now();
    await until(sql, async () => is(await ask(question)));
    return performance.now() - begun;
  };
  const named: Question = { q: NEW_WORD };
  return {
    titleSeenMs: await seen(
      `update catalog.product set name = '${NEW_WORD} lamp' where sku = $1`,
      named,
      ({ total }) => total === 1,
    ),
    priceSeenMs: await seen(
      `update catalog.product set price_cents = 99 where sku = $1`,
      { q: `${NEW_WORD} under $1` },
      ({ items }) => items[0]?.priceCents === 99,
    ),
    stockSeenMs: await seen(
      `update inventory.stock set on_hand = 0 where sku = $1`,
      { ...named, in_stock: 'true' },
      ({ total }) => total === 0,
    ),
  };
}

async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (!(await is())) {
    if (performance.now() > deadline)
      throw new BenchInvalid(`not within ${String(WAIT_MS_MAX / 1_000)} s: ${what}`);
    await pause(POLL_MS);
  }
}

async function askShop(url: string, agent: Agent, question: Question): Promise<Answer> {
  const path = `/api/products/search?${new URLSearchParams({ limit: '24', ...question }).toString()}`;
  const { status, body } = await get(url + path, agent);
  if (status !== 200) throw new BenchInvalid(`${path} was answered with ${String(status)}: ${body}`);
  return JSON.parse(body) as Answer;
}

/** What the gateway tells of its index, and how long its event loop stood still since it was last asked. */
async function metricsOf(url: string, agent: Agent) {
  const { body } = await get(`${url}/metrics`, agent);
  const value = (name: string): number | undefined => metricOf(body, name);
  return {
    buildSeconds: value('orrery_search_build_seconds'),
    spaceSeconds: value('orrery_search_space_seconds'),
    indexBytes: value('orrery_search_index_bytes'),
    loopSeconds: value('nodejs_eventloop_lag_max_seconds'),
  };
}
