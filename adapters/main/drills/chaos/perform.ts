import { errorMessage } from '../../../../core/kernel/errors.ts';
import { createLetterStore } from '../../../postgres/dead-letters/letters.ts';
import { checkAnswers, checkBooks } from '../books.ts';
import { startFleet, type Fleet } from '../fleet.ts';
import { queueDepths, type QueueDepths } from '../queues.ts';
import { awaitRest } from '../rest.ts';
import { DrillImpossible, pause, say, Verdicts } from '../run.ts';
import { enterShop, keepShopping, type Tally } from '../shoppers.ts';
import { withStage, type Stage } from '../stage.ts';
import { seeded } from './everything.ts';
import { ProcessLog } from './process-log.ts';
import { NOBODY_REVIEWS, serveFraudScores } from './model-faults.ts';
import type { Scenario, Scene } from './scenario.ts';

/**
 * Owns: one scenario from beginning to end on a stage of its own: a fleet, shoppers who come all the time, the fault,
 * rest, verdicts.
 */
export interface PerformOptions {
  /** Orders a second. */
  readonly rate: number;
  readonly seed: number;
  /** Instead of the scenario's own. */
  readonly seconds?: number;
  /** Where the processes' logs are written. */
  readonly logs?: string;
}

export interface Performance {
  readonly name: string;
  /** Undefined when it was not played, or broke off. */
  readonly figures?: Figures;
  readonly passed: number;
  /** What did not hold. */
  readonly failed: readonly string[];
  /** Why it was not played. */
  readonly notPlayed?: string;
}

export interface Figures {
  readonly accepted: number;
  readonly unavailable: number;
  readonly again: number;
  /** The longest time in which no order was accepted. */
  readonly longestGapMs: number;
  /** From the end of the fault until every order accepted before it had come to its end. */
  readonly caughtUpMs: number | undefined;
  /** The longest that an order took from its acceptance to its end. */
  readonly slowestOrderMs: number;
}

/** Load before the fault, and after it. */
const LEAD_MS = 2_000;
const TAIL_MS = 4_000;
/** The longest all of it may take to come to rest after the last order. */
const REST_MS_MAX = 60_000;
const READY_MS_MAX = 15_000;
/** The share of a price of nothing that may be late at the edges of the fault. */
const ACCEPTED_SHARE_LEAST = 0.8;

/** The limit is never reached, but every checkout asks Redis for it. */
const SETTINGS = { LOG_LEVEL: 'warn', PAYMENT_FAILURE_RATE: '0.3', CHECKOUT_LIMIT_PER_MINUTE: '1000000' };

export async function perform(scenario: Scenario, options: PerformOptions): Promise<Performance> {
  const { name } = scenario;
  const verdicts = new Verdicts();
  say(`${name}: ${scenario.does} (${scenario.attacks})`);
  const log = new ProcessLog(options.logs === undefined ? undefined : `${options.logs}/${name}`);
  try {
    return await withStage(async (stage) => {
      const notPlayed = await scenario.impossible?.({ stage });
      if (notPlayed !== undefined) return { name, notPlayed, passed: 0, failed: [] };
      const fleet = await startFleet(stage, {
        disturbed: true,
        models: scenario.models ?? 'workers',
        settings: { ...SETTINGS, ...(scenario.models === 'apart' ? NOBODY_REVIEWS : {}) },
        onOutput: (process, text) => log.write(process, text),
      });
      if (scenario.models === 'apart') await serveFraudScores(stage.database);
      const lengthMs = (options.seconds ?? scenario.seconds) * 1_000;
      const scene: Scene = { stage, fleet, lengthMs, random: seeded(options.seed), log, verdicts };
      const figures = await play(scenario, scene, options.rate);
      return { name, figures, passed: verdicts.passed, failed: verdicts.failed };
    });
  } catch (error) {
    if (error instanceof DrillImpossible) throw error;
    verdicts.check('it was played to its end', false, errorMessage(error));
    return { name, passed: verdicts.passed, failed: verdicts.failed };
  } finally {
    log.close();
  }
}

async function play(scenario: Scenario, scene: Scene, rate: number): Promise<Figures> {
  const { stage, fleet, verdicts } = scene;
  const shopping = keepShopping(await enterShop(fleet.url), rate);
  const openedAt = performance.now();
  await pause(LEAD_MS);
  const before = { ...shopping.tally, at: performance.now() };
  const hit = await scenario.fault(scene);
  const after = { ...shopping.tally, at: performance.now() };
  const overAt = new Date();
  say(`the fault is over: ${hit} hit in ${Math.round(after.at - before.at)} ms`);
  const [caughtUpMs] = await Promise.all([catchUp(stage, overAt), pause(TAIL_MS)]);
  const closedAt = performance.now();
  const tally = await shopping.stop();
  const rest = await awaitRest(stage.database, REST_MS_MAX);
  const figures = {
    accepted: tally.accepted,
    unavailable: tally.unavailable,
    again: tally.again,
    longestGapMs: longestGap(tally.acceptedAtMs, openedAt, closedAt),
    caughtUpMs,
    slowestOrderMs: await slowestOrder(stage),
  };
  say(
    `${tally.accepted} accepted, ${tally.unavailable} × 503, ${tally.unanswered} without an answer; ` +
      `no acceptance for ${figures.longestGapMs} ms at most; ` +
      ('restMs' in rest
        ? `at rest ${rest.restMs} ms after the last`
        : `restless: ${JSON.stringify(rest.unrest)}`),
  );
  verdicts.check('the fault hit', hit > 0, `(${hit})`);
  checkPrice(
    scenario,
    tally,
    { rate, came: after.at - before.at, accepted: after.accepted - before.accepted },
    verdicts,
  );
  checkAnswers(tally, verdicts);
  verdicts.check('it comes to rest', 'restMs' in rest, 'unrest' in rest ? await restless(stage) : '');
  await checkQueues(stage, verdicts);
  await checkPatience(stage, verdicts);
  checkProcesses(fleet, verdicts);
  await checkReady(fleet, verdicts);
  await checkBooks(stage.database, tally, verdicts);
  return figures;
}

/** Milliseconds until every order that was accepted before `overAt` has come to its end. */
async function catchUp({ database }: Stage, overAt: Date): Promise<number | undefined> {
  const startedAt = performance.now();
  for (;;) {
    const [row] = await database.query<{ open: number }>(
      `select count(*) as open from orders.orders where created_at <= $1 and status not in ('delivered', 'cancelled')`,
      [overAt],
    );
    const tookMs = Math.round(performance.now() - startedAt);
    if (row?.open === 0) return tookMs;
    if (tookMs > REST_MS_MAX) return undefined;
    await pause(100);
  }
}

async function slowestOrder({ database }: Stage): Promise<number> {
  const [row] = await database.query<{ ms: number | null }>(
    `select max(extract(epoch from updated_at - created_at) * 1000)::bigint as ms from orders.orders`,
  );
  return row?.ms ?? 0;
}

function longestGap(acceptedAtMs: readonly number[], fromMs: number, toMs: number): number {
  const times = [fromMs, ...acceptedAtMs.filter((at) => at < toMs), toMs].sort((one, other) => one - other);
  return Math.round(Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at))));
}

interface Meanwhile {
  readonly rate: number;
  readonly came: number;
  readonly accepted: number;
}

/** What the fault cost the shoppers is no more than what it may. */
function checkPrice({ price }: Scenario, tally: Tally, meanwhile: Meanwhile, verdicts: Verdicts): void {
  const { unavailable, unanswered, refused } = tally;
  const no = [...refused].map(([status, times]) => `${times} × ${status}`).join(', ');
  verdicts.check('nothing is refused for good', refused.size === 0, no === '' ? '' : `(${no})`);
  if (price !== 'refusals') {
    verdicts.check('no request is told to come back later', unavailable === 0, `(${unavailable} × 503)`);
  }
  if (price !== 'nothing') return;
  verdicts.check('no request stays without an answer', unanswered === 0, `(${unanswered})`);
  const expected = (meanwhile.rate * meanwhile.came) / 1_000;
  verdicts.check(
    'orders are accepted all through the fault',
    meanwhile.accepted >= expected * ACCEPTED_SHARE_LEAST,
    `(${meanwhile.accepted} of ${Math.round(expected)})`,
  );
}

async function restless({ database }: Stage): Promise<string> {
  const open = await database.query(
    `select id, status, saga_state, waiting_for, created_at, updated_at from orders.orders
     where status not in ('delivered', 'cancelled') order by created_at limit 10`,
  );
  return `\n${JSON.stringify(open, null, 2)}`;
}

/** What was on its way has arrived, and nothing had to be put aside. */
async function checkQueues({ urls, database }: Stage, verdicts: Verdicts): Promise<void> {
  let depths: QueueDepths;
  const giveUpAt = performance.now() + QUEUES_MS_MAX;
  do {
    depths = await queueDepths(urls.AMQP_URL);
    if (depths.waiting.size > 0) await pause(500);
  } while (depths.waiting.size > 0 && performance.now() < giveUpAt);
  const { waiting, dead } = depths;
  verdicts.check('the queues are empty', waiting.size === 0, told(waiting));
  const letters = await createLetterStore(database).waiting();
  verdicts.check(
    'there are no dead letters',
    dead.size === 0 && letters.size === 0,
    `${told(dead)}${told(letters)}`,
  );
}

/** Copies in the longest retry queue come back within this time. */
const QUEUES_MS_MAX = 65_000;

function told(depths: ReadonlyMap<string, number>): string {
  return [...depths].map(([queue, messages]) => `${queue}: ${messages}`).join(', ');
}

/** P20: whoever waited for something that the fault held up goes on waiting. */
async function checkPatience({ database }: Stage, verdicts: Verdicts): Promise<void> {
  const given = await database.query<{ reason: string; orders: number }>(
    `select reason, count(*) as orders from orders.orders where reason like '%timeout%' group by reason`,
  );
  const reasons = given.map(({ reason, orders }) => `${orders} × ${reason}`).join(', ');
  verdicts.check('no order was cancelled because it had to wait', given.length === 0, reasons);
}

function checkProcesses({ all }: Fleet, verdicts: Verdicts): void {
  const ended = all.flatMap(({ process }) => (process.endedByItself > 0 ? process : []));
  const told = ended.map(({ name, lastWords }) => `${name}:\n${lastWords}`).join('\n');
  verdicts.check('no process ended by itself', ended.length === 0, told);
}

async function checkReady({ url }: Fleet, verdicts: Verdicts): Promise<void> {
  let answer = '';
  const giveUpAt = performance.now() + READY_MS_MAX;
  while (!answer.startsWith('200') && performance.now() < giveUpAt) {
    if (answer !== '') await pause(200);
    const response = await fetch(`${url}/api/health/ready`, { signal: AbortSignal.timeout(5_000) });
    answer = `${response.status} ${await response.text()}`;
  }
  verdicts.check('the gateway is ready', answer.startsWith('200'), answer.startsWith('200') ? '' : answer);
}
