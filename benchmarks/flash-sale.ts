import { spreadOf } from '../adapters/main/drills/quantiles.ts';
import { pause } from '../adapters/main/drills/run.ts';
import { assert } from '../core/kernel/assert.ts';
import type { Queryable } from '../adapters/postgres/database.ts';
import { type Bench, BenchInvalid, type Figures, type RunOptions } from './harness/bench.ts';
import { numberOf } from './harness/parameters.ts';
import type { Place } from './harness/place.ts';
import { Checkouts, ordinaryWishes, wallMs, wishesForOne } from './http/checkouts.ts';
import { shopOnConnections } from './http/connections.ts';
import { decidedOf, readDecisions, requireProperAnswers, untilAnswered } from './http/decisions.ts';
import { checkShop, openShop, UNDECIDED } from './http/online-shop.ts';
import { ORDINARY_SKUS, SALE_PRODUCT_ID, SALE_UNITS, stockWithSale } from './http/sale.ts';

const WARM_UP_SECONDS = 4;
/** Who was told to come back does so after this long. */
const COME_BACK_MS = 1_000;

export const flashSale: Bench = {
  name: 'flash-sale',
  measures:
    '10,000 signed-in buyers (--set buyers=N) send one checkout each for one unit of the same product, 100 units of which ' +
    'there are, over 256 connections, to a gateway and a worker (--set workers=N: more), embedded one process. The time ' +
    'runs until the last buyer was answered and the last order decided. Exactly 100 orders must win: those that were ' +
    'taken in first.',
  leavesOut:
    'The network between buyer and gateway, TLS, signing in, the waiting room of an announced sale. Buyers who come after ' +
    'the last unit was taken may be told so at once (409) and have no order. --seconds has no effect.',
  columns: [
    { figure: 'wallMs', title: 'wall ms' },
    { figure: 'answeredMs', title: 'all answered ms' },
    { figure: 'decidedMs', title: 'all decided ms' },
    { figure: 'answerP50Ms', title: 'answer p50 ms', digits: 1 },
    { figure: 'answerP99Ms', title: 'p99 ms', digits: 1 },
    { figure: 'answersPerSecond', title: 'answers/s' },
    { figure: 'sold', title: 'sold' },
    { figure: 'orders', title: 'orders' },
    { figure: 'soldOut', title: '409' },
    { figure: 'cameBack', title: 'came back' },
  ],
  seconds: 1,
  headline: 'wallMs',
  stacks: ['services', 'embedded'],
  run,
};

async function run(place: Place, { parameters, onProgress }: RunOptions): Promise<Figures> {
  const connections = numberOf(parameters, 'connections', 256);
  const buyers = numberOf(parameters, 'buyers', 10_000);
  onProgress('starting');
  const shop = await openShop(place, {
    stock: stockWithSale(),
    shoppers: buyers,
    workers: numberOf(parameters, 'workers', 1),
  });
  onProgress('warming up');
  const wish = ordinaryWishes(shop.tokens.slice(0, connections), {
    skus: ORDINARY_SKUS,
    lines: 2,
    cardToken: 'tok_ok',
  });
  const warm = new Checkouts('warm', wish);
  await shopOnConnections(shop.url, { connections, seconds: WARM_UP_SECONDS }, () => warm.begin(wallMs()));
  await shop.empty(UNDECIDED);
  onProgress('the sale');
  const sale = new Checkouts(
    'sale',
    wishesForOne(shop.tokens, { productId: SALE_PRODUCT_ID, cardToken: 'tok_ok' }),
  );
  const startedMs = wallMs();
  const cameBack = await sell(shop.url, sale, { connections, buyers });
  await shop.empty(UNDECIDED);
  onProgress('checking the end state');
  const decisions = await shop.onDatabase(readDecisions);
  requireProperAnswers(warm.all, decisions, connections);
  requireProperAnswers(sale.all, decisions, 0);
  await shop.onDatabase(requireFirstComeFirstServed);
  await checkShop(shop, decisions.size);
  const orders = decidedOf(sale.all, decisions);
  const answeredMs = spreadOf(sale.all.map(({ answer }) => answer?.atMs ?? NaN)).max - startedMs;
  const decidedMs = spreadOf(orders.map(({ decision }) => decision.atMs)).max - startedMs;
  const { median, p99 } = untilAnswered(sale.all);
  return {
    wallMs: Math.max(answeredMs, decidedMs),
    answeredMs,
    decidedMs,
    answerP50Ms: median,
    answerP99Ms: p99,
    answersPerSecond: (buyers * 1_000) / answeredMs,
    sold: orders.filter(({ decision }) => decision.verdict === 'processing').length,
    orders: orders.length,
    soldOut: sale.answered(409),
    cameBack,
  };
}

/** Every buyer, until each has heard yes or no; resolves with how many checkouts were sent again for that. */
async function sell(
  url: string,
  sale: Checkouts,
  { connections, buyers }: { readonly connections: number; readonly buyers: number },
): Promise<number> {
  await shopOnConnections(url, { connections, amount: buyers }, () => sale.begin(wallMs()));
  let cameBack = 0;
  for (;;) {
    const waiting = sale.all.filter(({ answer }) => answer === undefined || answer.status === 503);
    if (waiting.length === 0) return cameBack;
    cameBack += waiting.length;
    await pause(COME_BACK_MS);
    await shopOnConnections(url, { connections, amount: waiting.length }, () => {
      const next = waiting.shift();
      assert(next !== undefined, 'as many requests as checkouts that wait');
      return next;
    });
  }
}

/**
 * Order ids are made in the order of intake by the one gateway, and grow (UUID version 7); their requests for stock leave
 * in this order too. So the winners must be the first by id. Throws BenchInvalid.
 */
async function requireFirstComeFirstServed(database: Queryable): Promise<void> {
  const [row] = await database.query<{ won: number; outOfTurn: number; otherwise: number }>(
    `select count(*) filter (where won)::integer as won,
       count(*) filter (where won <> (turn <= $2::integer))::integer as "outOfTurn",
       count(*) filter (where not won and reason is distinct from 'out_of_stock')::integer as otherwise
     from (
       select o.status = 'processing' as won, o.reason, row_number() over (order by o.id) as turn
       from orders.orders o join orders.order_item i on i.order_id = o.id where i.product_id = $1
     ) as sale`,
    [SALE_PRODUCT_ID, SALE_UNITS],
  );
  if (row?.won !== SALE_UNITS) {
    throw new BenchInvalid(`${String(row?.won)} of ${String(SALE_UNITS)} units were sold`);
  }
  if (row.outOfTurn > 0) throw new BenchInvalid(`${String(row.outOfTurn)} orders were served out of turn`);
  if (row.otherwise > 0)
    throw new BenchInvalid(`${String(row.otherwise)} orders were cancelled for another reason`);
}
