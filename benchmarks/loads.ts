import { pause } from '../adapters/main/drills/run.ts';
import { type Bench, BenchInvalid, type Figures, type RunOptions } from './harness/bench.ts';
import { numberOf } from './harness/parameters.ts';
import type { Place } from './harness/place.ts';
import { Checkouts, ordinaryWishes, type Wish, wallMs, wishesForOne } from './http/checkouts.ts';
import { shopOnConnections } from './http/connections.ts';
import {
  decidedOf,
  type Decision,
  readDecisions,
  requireProperAnswers,
  untilAnswered,
  untilDecided,
} from './http/decisions.ts';
import { busiestSecond, recordHandled } from './http/events.ts';
import { checkShop, openShop, UNDECIDED } from './http/online-shop.ts';
import { comeSteadily, keepConnections } from './http/open-loop.ts';
import { QueueWatch } from './http/queue-watch.ts';
import { ORDINARY_SKUS, SALE_PRODUCT_ID, SALE_UNITS, stockWithSale } from './http/sale.ts';

const SHOPPERS = 1_000;
const PAYMENT_FAILURE_RATE = '0.3';
const WARM_UP = { connections: 32, seconds: 4 } as const;
const SETTLED_MS = 5_000;

/** What comes one after the other, without a pause between. */
const PHASES = [
  { name: 'normal', perSecond: 100, seconds: 20, wishes: 'ordinary' },
  { name: 'peak', perSecond: 500, seconds: 20, wishes: 'ordinary' },
  { name: 'flash', perSecond: 2_000, seconds: 5, wishes: 'sale' },
] as const;
const SECONDS = PHASES.reduce((sum, { seconds }) => sum + seconds, 0);

export const loads: Bench = {
  name: 'loads',
  measures:
    'Checkouts over HTTP that come whether the ones before them were answered or not: 100 a second for 20 s, 500 a second ' +
    'for 20 s, 2,000 a second for 5 s (--seconds N: all of it in N), without a pause between, so that each begins with ' +
    'what the one before left; the last for one product with 100 units. 3 of 10 payments are declined. Times run from ' +
    'when a checkout was due to its answer, and to the moment at which "confirmed, parcel booked" or "cancelled" reached ' +
    'the log of its order in the database, just before its commit. Depth: frames ready in the deepest of all queues, ' +
    'looked at five times a second, at most and 5 s after the burst (to be below 500). Events: messages handled by all ' +
    'services in the busiest second, counted by the rows they left.',
  leavesOut:
    'The network between shopper and gateway, TLS, signing in; connections are kept, and at most 500. Load generator, ' +
    'database and broker share the machine. Buyers who come after the last unit was taken may be told so at once (409). ' +
    'Embedded queues can only be seen from inside the process. Handled messages that change a row of an earlier one are ' +
    'not counted as events.',
  columns: [
    ...PHASES.flatMap(({ name }) => [
      { figure: `${name}AnswerP99Ms`, title: `${name}: answer p99`, digits: 1 },
      { figure: `${name}DecisionP50Ms`, title: 'decision p50', digits: 1 },
      { figure: `${name}DecisionP99Ms`, title: 'p99 ms', digits: 1 },
    ]),
    { figure: 'depthMax', title: 'depth max' },
    { figure: 'depthAfter', title: '5 s after' },
    { figure: 'eventsPerSecond', title: 'events/s' },
    { figure: 'refused', title: 'refused' },
  ],
  seconds: SECONDS,
  headline: 'eventsPerSecond',
  stacks: ['services', 'embedded'],
  parameters: ['workers'],
  run,
};

async function run(place: Place, { seconds, parameters, onProgress }: RunOptions): Promise<Figures> {
  onProgress('starting');
  const shop = await openShop(place, {
    stock: stockWithSale(),
    shoppers: SHOPPERS,
    workers: numberOf(parameters, 'workers', 1),
    settings: { PAYMENT_FAILURE_RATE },
    prepare: recordHandled,
  });
  const wishes: Readonly<Record<(typeof PHASES)[number]['wishes'], (number: number) => Wish>> = {
    ordinary: ordinaryWishes(shop.tokens, { skus: ORDINARY_SKUS, lines: 2 }),
    sale: wishesForOne(shop.tokens, { productId: SALE_PRODUCT_ID }),
  };
  onProgress('warming up');
  const warm = new Checkouts('warm', wishes.ordinary);
  await shopOnConnections(shop.url, WARM_UP, () => warm.begin(wallMs()));
  await shop.empty(UNDECIDED);
  const { AMQP_URL } = place.settings;
  const watch = AMQP_URL === undefined ? undefined : await QueueWatch.start(AMQP_URL);
  place.defer(async () => watch?.stop());
  const startedMs = wallMs();
  const phases: Phase[] = [];
  const answers: Promise<unknown>[] = [];
  const connections = { url: shop.url, agent: keepConnections(place) };
  for (const phase of PHASES) {
    onProgress(`${phase.name}: ${String(phase.perSecond)} a second`);
    const checkouts = new Checkouts(phase.name, wishes[phase.wishes]);
    const count = Math.ceil((phase.perSecond * phase.seconds * seconds) / SECONDS);
    const stream = { perSecond: phase.perSecond, count };
    const { answered } = await comeSteadily(connections, stream, (dueMs) => checkouts.begin(dueMs));
    phases.push({ name: phase.name, checkouts });
    answers.push(answered);
  }
  await pause(SETTLED_MS);
  const depth = { depthMax: watch?.deepest ?? NaN, depthAfter: watch?.latest ?? NaN };
  await watch?.stop();
  await Promise.all(answers);
  await shop.empty(UNDECIDED);
  const endedMs = wallMs();
  onProgress('checking the end state');
  const { decisions, eventsPerSecond } = await shop.onDatabase(async (database) => ({
    decisions: await readDecisions(database),
    eventsPerSecond: await busiestSecond(database, startedMs, endedMs),
  }));
  requireProperAnswers(warm.all, decisions, WARM_UP.connections);
  for (const { checkouts } of phases) requireProperAnswers(checkouts.all, decisions, 0);
  await checkShop(shop, decisions.size);
  return {
    ...Object.fromEntries(phases.flatMap((phase) => figuresOf(phase, decisions))),
    ...depth,
    eventsPerSecond,
    orders: phases.reduce((sum, { checkouts }) => sum + decidedOf(checkouts.all, decisions).length, 0),
    sold: soldOf(phases.at(-1), decisions),
    refused: phases.reduce((sum, { checkouts }) => sum + checkouts.answered(503), 0),
  };
}

interface Phase {
  readonly name: string;
  readonly checkouts: Checkouts;
}

function figuresOf(
  { name, checkouts }: Phase,
  decisions: ReadonlyMap<string, Decision>,
): readonly (readonly [figure: string, value: number])[] {
  const answer = untilAnswered(checkouts.all);
  const decision = untilDecided(decidedOf(checkouts.all, decisions));
  return [
    [`${name}AnswerP50Ms`, answer.median],
    [`${name}AnswerP99Ms`, answer.p99],
    [`${name}DecisionP50Ms`, decision.median],
    [`${name}DecisionP99Ms`, decision.p99],
  ];
}

/** Units of the product on sale that were sold; some may be left, of orders that could not be paid. Throws BenchInvalid. */
function soldOf(sale: Phase | undefined, decisions: ReadonlyMap<string, Decision>): number {
  const orders = decidedOf(sale?.checkouts.all ?? [], decisions);
  const sold = orders.filter(({ decision }) => decision.verdict === 'processing').length;
  if (sold > SALE_UNITS) throw new BenchInvalid(`${String(sold)} of ${String(SALE_UNITS)} units were sold`);
  return sold;
}
