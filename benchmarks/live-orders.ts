import { spreadOf } from '../adapters/main/drills/quantiles.ts';
import { pause } from '../adapters/main/drills/run.ts';
import type { Queryable } from '../adapters/postgres/database.ts';
import { type Bench, BenchInvalid, type Figures, type RunOptions } from './harness/bench.ts';
import { shelves } from './harness/orders.ts';
import { numberOf } from './harness/parameters.ts';
import type { Place } from './harness/place.ts';
import { Checkouts, ordinaryWishes, wallMs } from './http/checkouts.ts';
import { shopOnConnections } from './http/connections.ts';
import { readDecisions, requireProperAnswers, untilAnswered } from './http/decisions.ts';
import { checkShop, openShop, UNDECIDED } from './http/online-shop.ts';
import { comeSteadily, keepConnections } from './http/open-loop.ts';
import { OrderWatchers, type Seen } from './http/order-watchers.ts';

const SKUS = 1_000;
const UNITS_EACH = 10_000_000;
const WARM_UP = { connections: 32, seconds: 4 } as const;
/** Hints that were lost are made good within this. */
const SETTLED_MS = 6_000;

export const liveOrders: Bench = {
  name: 'live-orders',
  measures:
    '500 sockets (--set sockets=N), each of another shopper, watch orders while these shoppers place 200 orders a second ' +
    '(--set perSecond=N) over HTTP, whether those before them were answered or not: as soon as a checkout is answered, the ' +
    'socket of its shopper watches the order too. The time of an update runs from the moment at which its entry reached ' +
    'the log of the order in the database, just before its commit, to its arrival at the socket. What had landed before ' +
    'the socket asked for the order has no such time; everything else must arrive, once and in order.',
  leavesOut:
    'The network between shopper and gateway, TLS, drawing it on a page. Load generator, sockets, database and broker ' +
    'share the machine.',
  columns: [
    { figure: 'updateP50Ms', title: 'update p50 ms', digits: 1 },
    { figure: 'updateP99Ms', title: 'p99 ms', digits: 1 },
    { figure: 'updateMaxMs', title: 'max ms', digits: 1 },
    { figure: 'updates', title: 'updates' },
    { figure: 'watched', title: 'orders watched' },
    { figure: 'answerP99Ms', title: 'answer p99 ms', digits: 1 },
  ],
  seconds: 15,
  headline: 'updateP99Ms',
  stacks: ['services', 'embedded'],
  parameters: ['sockets', 'perSecond', 'workers'],
  run,
};

async function run(place: Place, { seconds, parameters, onProgress }: RunOptions): Promise<Figures> {
  const sockets = numberOf(parameters, 'sockets', 500);
  const perSecond = numberOf(parameters, 'perSecond', 200);
  onProgress('starting');
  const shop = await openShop(place, {
    stock: shelves(SKUS, UNITS_EACH),
    shoppers: sockets,
    workers: numberOf(parameters, 'workers', 1),
  });
  onProgress('warming up');
  const wish = ordinaryWishes(shop.tokens, { skus: SKUS, lines: 2, cardToken: 'tok_ok' });
  const warm = new Checkouts('warm', wish);
  await shopOnConnections(shop.url, WARM_UP, () => warm.begin(wallMs()));
  await shop.empty(UNDECIDED);
  const watchers = new OrderWatchers();
  place.defer(() => {
    watchers.close();
    return Promise.resolve();
  });
  await watchers.open(shop.url, shop.tokens);
  onProgress(`${String(perSecond)} orders a second`);
  const watchedMs = new Map<string, number>();
  const socketOf = new Map(shop.tokens.map((token, index) => [token, index]));
  const checkouts = new Checkouts('live', wish);
  const stream = { perSecond, count: perSecond * seconds };
  const { answered } = await comeSteadily(
    { url: shop.url, agent: keepConnections(place) },
    stream,
    (dueMs) => checkouts.begin(dueMs),
    ({ token }, orderId) => {
      watchedMs.set(orderId, wallMs());
      watchers.watch(socketOf.get(token) ?? NaN, orderId);
    },
  );
  await answered;
  await shop.empty(UNDECIDED);
  const endedMs = wallMs();
  await pause(SETTLED_MS);
  watchers.close();
  onProgress('checking the end state');
  const { decisions, landed } = await shop.onDatabase(async (database) => ({
    decisions: await readDecisions(database),
    landed: await readLandings(database, [...watchedMs.keys()], endedMs),
  }));
  requireProperAnswers(warm.all, decisions, WARM_UP.connections);
  requireProperAnswers(checkouts.all, decisions, 0);
  await checkShop(shop, decisions.size);
  if (watchers.failures.length > 0) throw new BenchInvalid(`sockets failed: ${String(watchers.failures[0])}`);
  const { median, p99, max, count } = spreadOf(latencies(landed, watchedMs, watchers.seen));
  return {
    updateP50Ms: median,
    updateP99Ms: p99,
    updateMaxMs: max,
    updates: count,
    watched: watchedMs.size,
    answerP99Ms: untilAnswered(checkouts.all).p99,
  };
}

interface Landing {
  readonly orderId: string;
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly landedMs: number;
}

function readLandings(
  database: Queryable,
  orderIds: readonly string[],
  untilMs: number,
): Promise<readonly Landing[]> {
  return database.query<Landing>(
    `select id as "orderId", version::integer as seq, (extract(epoch from landed_at) * 1000)::float8 as "landedMs"
     from orders.actor_log
     where kind = 'order' and id = any($1::text[]) and landed_at <= $2::timestamptz order by id, version`,
    [orderIds, new Date(untilMs)],
  );
}

/** Of every entry that landed while its order was watched. Throws BenchInvalid when one did not arrive once and in order. */
function latencies(
  landed: readonly Landing[],
  watchedMs: ReadonlyMap<string, number>,
  seen: readonly Seen[],
): readonly number[] {
  const arrivals = new Map<string, number>();
  const last = new Map<string, number>();
  for (const { orderId, seq, atMs } of seen) {
    if (seq <= (last.get(orderId) ?? 0))
      throw new BenchInvalid(`order ${orderId} was told ${String(seq)} late`);
    last.set(orderId, seq);
    arrivals.set(`${orderId} ${String(seq)}`, atMs);
  }
  return landed.flatMap(({ orderId, seq, landedMs }) => {
    const atMs = arrivals.get(`${orderId} ${String(seq)}`);
    if (atMs === undefined) throw new BenchInvalid(`update ${String(seq)} of order ${orderId} never arrived`);
    return landedMs < (watchedMs.get(orderId) ?? Infinity) ? [] : [atMs - landedMs];
  });
}
