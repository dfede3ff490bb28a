import { HEARTBEAT_MS } from '../../../core/kernel/limits.ts';
import type { Database } from '../../postgres/database.ts';
import { checkAnswers, checkBooks } from './books.ts';
import { type Measured, runMeasuring } from './figures.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { fillShelves } from './full-shelves.ts';
import { recordLandings } from './landings.ts';
import type { PlatformProcess } from './process.ts';
import { spreadOf } from './quantiles.ts';
import { awaitRest } from './rest.ts';
import { pause, say, Verdicts } from './run.ts';
import { enterShop, keepShopping } from './shoppers.ts';
import { type Stage, withStage } from './stage.ts';

/**
 * `npm run drill:recovery`: a gateway and two workers under load; one worker after the other is killed with SIGKILL and
 * started again. What is measured each time: how long until the orders of its partitions move on, that is, until every
 * one of these partitions has written the log of an order.
 */
const PARTITIONS = 16;
const RECOVERY_MS_MAX = 5_000;
/** After that it counts as not recovered. */
const WAIT_MS_MAX = 60_000;
const REST_MS_MAX = 120_000;
/** Load before the first kill, and after each return of a worker. */
const SETTLE_MS = 4_000;
/**
 * What lands so soon after a kill was sent by the killed process: nobody else may write before its lease has run out,
 * which takes two seconds at least.
 */
const LAST_WORDS_MS = 1_000;

/** Of one kill, in milliseconds since it. */
interface Recovery {
  readonly killed: string;
  readonly partitions: number;
  /** All of its partitions, of orders and of stock, have another owner. */
  readonly ownedMs: number;
  /** The first of its partitions moved an order. */
  readonly firstMs: number;
  /** The last did. */
  readonly allMs: number;
}

interface Asked {
  readonly kills: number;
  readonly rate: number;
}

await runMeasuring(
  'recovery',
  { kills: { min: 1, max: 100, fallback: 5 }, rate: { min: 5, max: 1_000, fallback: 25 } },
  (asked) => withStage((stage) => drill(stage, asked)),
);

async function drill(stage: Stage, { kills, rate }: Asked): Promise<Measured> {
  const { database } = stage;
  await fillShelves(database, PARTITIONS);
  const fleet = await startFleet(stage, { settings: { PARTITIONS: String(PARTITIONS) } });
  await recordLandings(database);
  const shopping = keepShopping(await enterShop(fleet.url), rate);
  say(`${rate} orders a second`);
  const recoveries: Recovery[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    // At any moment between two heartbeats.
    await pause(SETTLE_MS + Math.random() * HEARTBEAT_MS);
    recoveries.push(await killOne(database, fleet, kill));
  }
  const tally = await shopping.stop();
  const rest = await awaitRest(database, REST_MS_MAX);
  say('unrest' in rest ? `not at rest: ${JSON.stringify(rest.unrest)}` : 'everything is at rest');
  const verdicts = new Verdicts();
  const { median, max } = spreadOf(recoveries.map(({ allMs }) => allMs));
  verdicts.check(
    `orders of a killed worker move on within ${RECOVERY_MS_MAX} ms`,
    median < RECOVERY_MS_MAX,
    `(median of ${kills} kills ${median.toFixed(0)} ms, at most ${max.toFixed(0)} ms)`,
  );
  checkAnswers(tally, verdicts);
  await checkBooks(database, tally, verdicts);
  return { verdicts, figures: { recoveries, medianMs: median } };
}

async function killOne(database: Database, { workers }: Fleet, kill: number): Promise<Recovery> {
  const victim = workers[kill % workers.length]?.process;
  if (victim === undefined) throw new Error('there are workers');
  const owners = `%-${String(victim.pid)}-%`;
  await bothWork(
    database,
    workers.map((each) => each.process),
  );
  const lost = await ownedPartitions(database, 'orders', owners);
  const killedAt = await now(database);
  await victim.kill();
  const ownedMs = await newOwners(database, owners, killedAt);
  const moved = await movedOn(database, lost, killedAt);
  const recovery = {
    killed: victim.name,
    partitions: lost.length,
    ownedMs,
    firstMs: Math.min(...moved.values()),
    allMs: moved.size < lost.length ? Infinity : Math.max(...moved.values()),
  };
  say(
    `${victim.name} killed: its ${lost.length} partitions have another owner after ${ownedMs.toFixed(0)} ms, ` +
      `the first moves an order after ${recovery.firstMs.toFixed(0)} ms, all do after ${recovery.allMs.toFixed(0)} ms`,
  );
  await victim.start();
  return recovery;
}

/** A worker that was started again has its share of the partitions, and the others theirs. */
async function bothWork(database: Database, workers: readonly PlatformProcess[]): Promise<void> {
  await within('every worker has partitions', async () => {
    const counts = await Promise.all(
      workers.flatMap(({ pid }) =>
        ['orders', 'inventory'].map((service) => ownedPartitions(database, service, `%-${String(pid)}-%`)),
      ),
    );
    return counts.every(({ length }) => length > 0) ? true : undefined;
  });
}

/** Milliseconds until nobody like `owners` has a partition of any service. */
async function newOwners(database: Database, owners: string, killedAt: Date): Promise<number> {
  await within('the partitions have another owner', async () => {
    const orders = await ownedPartitions(database, 'orders', owners);
    const inventory = await ownedPartitions(database, 'inventory', owners);
    return orders.length + inventory.length === 0 ? true : undefined;
  });
  return (await now(database)).getTime() - killedAt.getTime();
}

/** For each partition, how long after the kill one of its orders handled a message again. */
async function movedOn(
  database: Database,
  partitions: readonly number[],
  killedAt: Date,
): Promise<ReadonlyMap<number, number>> {
  let moved = new Map<number, number>();
  await within('every partition moves an order', async () => {
    // The first row of an order is the gateway's, which writes it whoever owns the partition.
    const rows = await database.query<{ partition: number; at: Date }>(
      `select actor.partition, min(log.landed_at) as at
       from orders.actor_log as log join orders.actor as actor on actor.kind = log.kind and actor.id = log.id
       where log.version > 1 and actor.partition = any($1::integer[])
         and log.landed_at > $2::timestamptz + $3::float8 * interval '1 millisecond'
       group by actor.partition`,
      [partitions, killedAt, LAST_WORDS_MS],
    );
    moved = new Map(rows.map(({ partition, at }) => [partition, at.getTime() - killedAt.getTime()]));
    return moved.size === partitions.length ? true : undefined;
  });
  return moved;
}

/** By the database's clock, which also stamps the rows. */
async function now(database: Database): Promise<Date> {
  const [row] = await database.query<{ now: Date }>('select clock_timestamp() as now');
  return row?.now ?? new Date();
}

async function ownedPartitions(
  database: Database,
  service: string,
  owners: string,
): Promise<readonly number[]> {
  const rows = await database.query<{ partition: number }>(
    `select partition from ${service}.partition where owner like $1 order by partition`,
    [owners],
  );
  return rows.map(({ partition }) => partition);
}

async function within(what: string, holds: () => Promise<true | undefined>): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while ((await holds()) !== true) {
    if (performance.now() > deadline) {
      say(`not within ${WAIT_MS_MAX} ms: ${what}`);
      return;
    }
    await pause(50);
  }
}
