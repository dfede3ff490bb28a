import { spreadOf } from '../adapters/main/drills/quantiles.ts';
import { pause } from '../adapters/main/drills/run.ts';
import { assert } from '../core/kernel/assert.ts';
import type { Queryable } from '../adapters/postgres/database.ts';
import { type Bench, BenchInvalid, type Figures, type RunOptions } from './harness/bench.ts';
import { numberOf } from './harness/parameters.ts';
import type { Place } from './harness/place.ts';
import { Checkouts, ordinaryWishes, wallMs, wishesForOne } from './http/checkouts.ts';
import { shopOnConnections } from './http/connections.ts';
import { buyInLine } from './http/line-buyers.ts';
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
    'taken in first. --set line=1: the sale is planned as a flash sale of 100 units, so that each buyer waits in its line, ' +
    'asking again with their token when they are told to, or after 2 s if that is sooner, until they have an order or ' +
    'hear that all is sold; answer times are those of single requests then, and the places sold must be the first.',
  leavesOut:
    'The network between buyer and gateway, TLS, signing in, without line=1 the waiting line. Buyers who come after ' +
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
    { figure: 'requestsPerBuyer', title: 'requests/buyer', digits: 2 },
    { figure: 'turnsPerSecond', title: 'turns/s', digits: 1 },
  ],
  seconds: 1,
  headline: 'wallMs',
  stacks: ['services', 'embedded'],
  parameters: ['connections', 'buyers', 'workers', 'line'],
  run,
};

async function run(place: Place, { parameters, onProgress }: RunOptions): Promise<Figures> {
  const connections = numberOf(parameters, 'connections', 256);
  const buyers = numberOf(parameters, 'buyers', 10_000);
  const inLine = numberOf(parameters, 'line', 2) === 1;
  onProgress('starting');
  const shop = await openShop(place, {
    stock: stockWithSale(),
    shoppers: buyers,
    workers: numberOf(parameters, 'workers', 1),
    ...(inLine ? { prepare: planSale } : {}),
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
  const told = await (inLine ? sellInLine : sell)(shop.url, sale, { connections, buyers });
  await shop.empty(UNDECIDED);
  onProgress('checking the end state');
  const decisions = await shop.onDatabase(readDecisions);
  requireProperAnswers(warm.all, decisions, connections);
  requireProperAnswers(sale.all, decisions, 0);
  await shop.onDatabase(inLine ? requireFirstPlacesSold : requireFirstComeFirstServed);
  await checkShop(shop, decisions.size);
  const orders = decidedOf(sale.all, decisions);
  const answeredMs = spreadOf(sale.all.map(({ answer }) => answer?.atMs ?? NaN)).max - startedMs;
  const decidedMs = spreadOf(orders.map(({ decision }) => decision.atMs)).max - startedMs;
  return {
    wallMs: Math.max(answeredMs, decidedMs),
    answeredMs,
    decidedMs,
    answersPerSecond: (buyers * 1_000) / answeredMs,
    sold: orders.filter(({ decision }) => decision.verdict === 'processing').length,
    orders: orders.length,
    soldOut: sale.answered(409),
    ...told,
  };
}

/** What buyers saw of a sale: times of answers, and how often they had to ask. */
type Told = Readonly<
  Record<'answerP50Ms' | 'answerP99Ms' | 'cameBack' | 'requestsPerBuyer' | 'turnsPerSecond', number>
>;

interface Offer {
  readonly connections: number;
  readonly buyers: number;
}

async function sellInLine(url: string, sale: Checkouts, { connections, buyers }: Offer): Promise<Told> {
  const startedMs = wallMs();
  const checkouts = Array.from({ length: buyers }, () => sale.begin(startedMs));
  const { answerMs, acceptedMs } = await buyInLine(url, checkouts, connections);
  const { median, p99 } = spreadOf(answerMs);
  return {
    answerP50Ms: median,
    answerP99Ms: p99,
    cameBack: answerMs.length - buyers,
    requestsPerBuyer: answerMs.length / buyers,
    turnsPerSecond: (sale.answered(202) * 1_000) / (acceptedMs - startedMs),
  };
}

/** Every buyer, until each has heard yes or no. */
async function sell(url: string, sale: Checkouts, { connections, buyers }: Offer): Promise<Told> {
  await shopOnConnections(url, { connections, amount: buyers }, () => sale.begin(wallMs()));
  let cameBack = 0;
  for (;;) {
    const waiting = sale.all.filter(({ answer }) => answer === undefined || answer.status === 503);
    if (waiting.length === 0) break;
    cameBack += waiting.length;
    await pause(COME_BACK_MS);
    await shopOnConnections(url, { connections, amount: waiting.length }, () => {
      const next = waiting.shift();
      assert(next !== undefined, 'as many requests as checkouts that wait');
      return next;
    });
  }
  const { median, p99 } = untilAnswered(sale.all);
  const requestsPerBuyer = (buyers + cameBack) / buyers;
  return { answerP50Ms: median, answerP99Ms: p99, cameBack, requestsPerBuyer, turnsPerSecond: NaN };
}

async function planSale(database: Queryable): Promise<void> {
  await database.query(
    `insert into catalog.flash_sale (id, product_id, starts_at, ends_at, units, planned_by)
     values ('bench', $1, now(), now() + interval '1 hour', $2, 'bench')`,
    [SALE_PRODUCT_ID, SALE_UNITS],
  );
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

/** Every unit is sold, to the first places of those whose turn was not in vain. Throws BenchInvalid. */
async function requireFirstPlacesSold(database: Queryable): Promise<void> {
  const [row] = await database.query<{ won: number; sold: number; passedOver: number; soldOut: boolean }>(
    `select line.sold_out as "soldOut",
       (select count(*)::integer from orders.orders o join orders.order_item i on i.order_id = o.id
        where i.product_id = $1 and o.status = 'processing') as won,
       (select count(*)::integer from gateway.place where state = 'sold') as sold,
       (select count(*)::integer from gateway.place where state in ('waiting', 'turn', 'used')
          and position < (select max(position) from gateway.place where state = 'sold')) as "passedOver"
     from gateway.line`,
    [SALE_PRODUCT_ID],
  );
  if (row?.won !== SALE_UNITS || row.sold !== SALE_UNITS || !row.soldOut) {
    throw new BenchInvalid(`of ${String(SALE_UNITS)} units were sold: ${JSON.stringify(row)}`);
  }
  if (row.passedOver > 0) throw new BenchInvalid(`${String(row.passedOver)} places were passed over`);
}
