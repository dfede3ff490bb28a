import type { Agent } from 'node:http';
import { spreadOf } from '../adapters/main/drills/quantiles.ts';
import { DrillImpossible } from '../adapters/main/drills/run.ts';
import type { Bench, Figures, RunOptions } from './harness/bench.ts';
import { shelves } from './harness/orders.ts';
import { choiceOf, numberOf } from './harness/parameters.ts';
import type { Place } from './harness/place.ts';
import { Checkouts, ordinaryWishes, wallMs } from './http/checkouts.ts';
import { shopOnConnections } from './http/connections.ts';
import {
  decidedOf,
  type Decision,
  readDecisions,
  requireProperAnswers,
  untilAnswered,
  untilDecided,
} from './http/decisions.ts';
import { checkShop, type OnlineShop, openShop, UNDECIDED } from './http/online-shop.ts';
import { comeSteadily, keepConnections } from './http/open-loop.ts';

const SKUS = 1_000;
const UNITS_EACH = 10_000_000;
const LINES = 2;
const SHOPPERS = 1_000;
const WARM_UP_SECONDS = 5;
/** Where the models are, and how they do. */
const MODELS = ['workers', 'apart', 'killed', 'hanging', 'nowhere'] as const;
/** Alone at a time: an order takes far less than the time between two. */
const IDLE = { perSecond: 5, count: 50 } as const;

export const checkout: Bench = {
  name: 'checkout',
  measures:
    'Orders of two lines through POST /api/orders/checkout, on processes started as an operator would: a gateway and a ' +
    'worker (--set workers=N: more), embedded one process. --set models=apart: the models in a process of their own, ' +
    'killed or hanging: which is gone or stands still from after the warm-up until the measuring is over, nowhere: without ' +
    'it; default: in the workers. Full load: 256 connections, each sends the next checkout once ' +
    'the last was answered; the rate is that of all orders from the first request to the last parcel booked. Half load: ' +
    'half that rate, steadily. Idle: 50 orders, one every 200 ms. Times run from the request to the moment at which ' +
    '"confirmed, parcel booked" reached the log of the order in the database, just before its commit.',
  leavesOut:
    'The network between shopper and gateway, TLS, signing in. Load generator, database and broker share the machine. ' +
    'The payment gateway and the carrier answer at once, but keep their books in the same database. Parcels leave after ' +
    'the run; then every order must be delivered and the books of all services add up.',
  columns: [
    { figure: 'ordersPerSecond', title: 'orders/s' },
    { figure: 'p50Ms', title: 'p50 ms', digits: 1 },
    { figure: 'p99Ms', title: 'p99 ms', digits: 1 },
    { figure: 'refused', title: 'refused' },
    { figure: 'halfPerSecond', title: 'half: orders/s' },
    { figure: 'halfP50Ms', title: 'p50 ms', digits: 1 },
    { figure: 'halfP99Ms', title: 'p99 ms', digits: 1 },
    { figure: 'halfAnswerP99Ms', title: 'answer p99 ms', digits: 1 },
    { figure: 'idleP50Ms', title: 'idle: p50 ms', digits: 1 },
  ],
  seconds: 10,
  headline: 'ordersPerSecond',
  floored: true,
  stacks: ['services', 'embedded'],
  parameters: ['connections', 'workers', 'models'],
  run,
};

async function run(place: Place, { seconds, parameters, onProgress }: RunOptions): Promise<Figures> {
  const connections = numberOf(parameters, 'connections', 256);
  const models = choiceOf(parameters, 'models', MODELS, 'workers');
  if (models !== 'workers' && place.stack === 'embedded') {
    throw new DrillImpossible('--set models: an embedded platform is one process');
  }
  onProgress('starting');
  const shop = await openShop(place, {
    stock: shelves(SKUS, UNITS_EACH),
    shoppers: SHOPPERS,
    workers: numberOf(parameters, 'workers', 1),
    models: models === 'workers' || models === 'nowhere' ? models : 'apart',
  });
  onProgress('warming up');
  const warm = part(shop, 'warm');
  await closed(shop, warm, connections, WARM_UP_SECONDS);
  if (models === 'killed') await shop.models?.kill();
  if (models === 'hanging') shop.models?.pause();
  onProgress('full load');
  const full = part(shop, 'full');
  const perSecond = await closed(shop, full, connections, seconds);
  onProgress(`half load: ${(perSecond / 2).toFixed(0)} orders a second`);
  const half = part(shop, 'half');
  const agent = keepConnections(place);
  await open(shop, agent, half, { perSecond: perSecond / 2, count: Math.ceil((seconds * perSecond) / 2) });
  onProgress('idle');
  const idle = part(shop, 'idle');
  await open(shop, agent, idle, IDLE);
  onProgress('checking the end state');
  if (models === 'killed') await shop.models?.start();
  if (models === 'hanging') shop.models?.resume();
  const decisions = await shop.onDatabase(readDecisions);
  for (const each of [warm, full]) requireProperAnswers(each.all, decisions, connections);
  for (const each of [half, idle]) requireProperAnswers(each.all, decisions, 0);
  await checkShop(shop, decisions.size);
  return figuresOf({ full, half, idle, decisions });
}

function part(shop: OnlineShop, name: string): Checkouts {
  return new Checkouts(name, ordinaryWishes(shop.tokens, { skus: SKUS, lines: LINES, cardToken: 'tok_ok' }));
}

/** Resolves with about how many orders a second were decided. */
async function closed(
  shop: OnlineShop,
  checkouts: Checkouts,
  connections: number,
  seconds: number,
): Promise<number> {
  const startedMs = wallMs();
  await shopOnConnections(shop.url, { connections, seconds }, () => checkouts.begin(wallMs()));
  await shop.empty(UNDECIDED);
  return (checkouts.answered(202) * 1_000) / (wallMs() - startedMs);
}

async function open(
  shop: OnlineShop,
  agent: Agent,
  checkouts: Checkouts,
  stream: { readonly perSecond: number; readonly count: number },
): Promise<void> {
  const { answered } = await comeSteadily({ url: shop.url, agent }, stream, (dueMs) =>
    checkouts.begin(dueMs),
  );
  await answered;
  await shop.empty(UNDECIDED);
}

function figuresOf(run: {
  readonly full: Checkouts;
  readonly half: Checkouts;
  readonly idle: Checkouts;
  readonly decisions: ReadonlyMap<string, Decision>;
}): Figures {
  const [full, half, idle] = [run.full, run.half, run.idle].map(({ all }) => decidedOf(all, run.decisions));
  if (full === undefined || half === undefined || idle === undefined) throw new Error('three parts');
  const fullTimes = untilDecided(full);
  const halfTimes = untilDecided(half);
  return {
    ordersPerSecond: perSecondOf(full),
    p50Ms: fullTimes.median,
    p99Ms: fullTimes.p99,
    orders: full.length,
    refused: run.full.answered(503),
    halfPerSecond: perSecondOf(half),
    halfP50Ms: halfTimes.median,
    halfP99Ms: halfTimes.p99,
    halfAnswerP50Ms: untilAnswered(run.half.all).median,
    halfAnswerP99Ms: untilAnswered(run.half.all).p99,
    halfRefused: run.half.answered(503),
    idleP50Ms: untilDecided(idle).median,
  };
}

/** From the first request to the last decision. */
function perSecondOf(decided: ReturnType<typeof decidedOf>): number {
  const first = spreadOf(decided.map(({ checkout }) => checkout.beganMs));
  const last = spreadOf(decided.map(({ decision }) => decision.atMs));
  return (decided.length * 1_000) / (last.max - first.min);
}
