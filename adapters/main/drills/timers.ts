import type { Database } from '../../postgres/database.ts';
import { openPostgres } from '../../postgres/open.ts';
import { type Measured, runMeasuring } from './figures.ts';
import { recordLandings } from './landings.ts';
import { FILLING_MS_MAX } from './own-database.ts';
import { PlatformProcess } from './process.ts';
import { spreadOf, spreadText } from './quantiles.ts';
import { pause, say, Verdicts } from './run.ts';
import { type Stage, withStage } from './stage.ts';
import { addOrdersUnderWay, bringForward, fireErrors, firedSoFar } from './timers-pending.ts';
import { measurePoll, type Poll } from './timers-poll.ts';

/**
 * `npm run drill:timers`: one process, and a million orders that wait for their parcels, each with a durable timer a
 * month ahead. The process must not need more memory for them, and when thousands of them fall due within seconds, they
 * must fire on time.
 */
const PARTITIONS = 16;
const ERROR_MS_MAX = 1_000;
/**
 * What a process at rest may grow by for reasons of its own: Node collects lazily, and a little rubbish is in every
 * reading. A million timers in memory would be hundreds.
 */
const HEAP_GROWTH_MB_MAX = 16;
const RESIDENT_GROWTH_MB_MAX = 64;
/** An index on a million rows is three or four pages deep. */
const PAGES_A_PARTITION_MAX = 8;
/** Timers that have not fired by then count as lost. */
const LATE_MS_MAX = 60_000;

interface Memory {
  readonly residentMb: number;
  /** The least that was in use: what was left after a collection. */
  readonly heapMb: number;
}

await runMeasuring(
  'timers',
  {
    timers: { min: 1_000, max: 10_000_000, fallback: 1_000_000 },
    due: { min: 100, max: 1_000_000, fallback: 10_000 },
    // Seconds within which they fall due, and for which memory is watched.
    within: { min: 1, max: 3_600, fallback: 20 },
    watch: { min: 5, max: 3_600, fallback: 60 },
  },
  (asked) => withStage((stage) => drill(stage, asked)),
);

interface Asked {
  readonly timers: number;
  readonly due: number;
  readonly within: number;
  readonly watch: number;
}

async function drill(stage: Stage, { timers, due, within, watch }: Asked): Promise<Measured> {
  const url = await startOne(stage);
  const database = await openPostgres(stage.urls.DATABASE_URL, {
    poolMax: 2,
    statementTimeoutMs: FILLING_MS_MAX,
  });
  stage.defer(() => database.close());
  await recordLandings(database);
  const without = await watchMemory(url, watch);
  say(`without timers: ${memoryText(without)}`);
  let told = 0;
  await addOrdersUnderWay(database, timers, PARTITIONS, (done) => {
    if (done < told + 100_000 && done < timers) return;
    say(`${grouped(done)} orders under way`);
    told = done;
  });
  const withTimers = await watchMemory(url, watch);
  say(`with ${grouped(timers)} timers: ${memoryText(withTimers)}`);
  const poll = await measurePoll(database, PARTITIONS);
  tellPoll('a poll that finds none', poll);
  const error = spreadOf(await fire(database, due, within));
  const pollAfter = await measurePoll(database, PARTITIONS);
  tellPoll(`a poll after ${grouped(due)} have fired`, pollAfter);
  const after = await watchMemory(url, 5);
  say(`afterwards: ${memoryText(after)}`);
  const verdicts = new Verdicts();
  verdicts.check(
    `memory does not know of ${grouped(timers)} timers`,
    withTimers.heapMb - without.heapMb < HEAP_GROWTH_MB_MAX &&
      withTimers.residentMb - without.residentMb < RESIDENT_GROWTH_MB_MAX,
    `(${memoryText(without)} without, ${memoryText(withTimers)} with them)`,
  );
  verdicts.check(
    `${grouped(due)} timers due within ${within} s all fire, once`,
    error.count === due,
    `(${grouped(error.count)} fired)`,
  );
  verdicts.check(
    `99 of 100 are in the store within ${ERROR_MS_MAX} ms of the time they are due, none before it`,
    error.p99 < ERROR_MS_MAX && error.min >= 0,
    `(${spreadText(error, 'ms', 0)})`,
  );
  verdicts.check(
    'a poll that finds none reads only the edge of the index',
    poll.pages <= PARTITIONS * PAGES_A_PARTITION_MAX,
    `(${poll.pages} pages, ${spreadText(poll.tookMs, 'ms', 2)})`,
  );
  const memory = { without, with: withTimers, after };
  return { verdicts, figures: { memory, poll, pollAfter, fireErrorMs: error } };
}

/** The whole platform in one process, whose metrics tell of its memory. Resolves with its address. */
async function startOne(stage: Stage): Promise<string> {
  const platform = new PlatformProcess('platform', {
    ...stage.urls,
    PARTITIONS: String(PARTITIONS),
    PORT: '0',
    LOG_LEVEL: 'error',
    RATE_LIMIT_PER_MINUTE: '0',
  });
  stage.defer(() => platform.stop());
  const url = await platform.start();
  if (url === undefined) throw new Error('the process told no address');
  return url;
}

async function fire(database: Database, due: number, within: number): Promise<readonly number[]> {
  const lastDue = await bringForward(database, due, within * 1_000);
  say(`${grouped(due)} timers fall due in the next ${within} s`);
  let told = Date.now();
  for (;;) {
    const fired = await firedSoFar(database);
    if (Date.now() - told > 5_000 || fired >= due) {
      say(`${grouped(fired)} have fired`);
      told = Date.now();
    }
    if ((fired >= due && Date.now() > lastDue) || Date.now() > lastDue + LATE_MS_MAX) break;
    await pause(500);
  }
  const errors = await fireErrors(database);
  say(`fired after they were due: ${spreadText(spreadOf(errors), 'ms', 0)}`);
  return errors;
}

/** Memory of the process over some seconds, as it tells itself. */
async function watchMemory(url: string, seconds: number): Promise<Memory> {
  const resident: number[] = [];
  const heap: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    await pause(1_000);
    const text = await (await fetch(`${url}/metrics`)).text();
    resident.push(gauge(text, 'process_resident_memory_bytes'));
    heap.push(gauge(text, 'nodejs_heap_size_used_bytes'));
  }
  return { residentMb: (resident.at(-1) ?? NaN) / 2 ** 20, heapMb: Math.min(...heap) / 2 ** 20 };
}

function tellPoll(what: string, { pages, tookMs }: Poll): void {
  say(`${what} reads ${pages} pages: ${spreadText(tookMs, 'ms', 2)}`);
}

function gauge(metrics: string, name: string): number {
  const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1];
  if (value === undefined) throw new Error(`the process tells nothing of ${name}`);
  return Number(value);
}

function memoryText({ residentMb, heapMb }: Memory): string {
  return `${residentMb.toFixed(0)} MB resident, ${heapMb.toFixed(0)} MB of heap`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
