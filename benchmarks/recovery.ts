import { HEARTBEAT_MS } from '../core/kernel/limits.ts';
import { startFleet } from '../adapters/main/drills/fleet.ts';
import { fillShelves } from '../adapters/main/drills/full-shelves.ts';
import { recordLandings } from '../adapters/main/drills/landings.ts';
import type { PlatformProcess } from '../adapters/main/drills/process.ts';
import { spreadOf } from '../adapters/main/drills/quantiles.ts';
import { pause } from '../adapters/main/drills/run.ts';
import { enterShop, keepShopping, type Tally } from '../adapters/main/drills/shoppers.ts';
import { killWorker, type Recovery } from '../adapters/main/drills/worker-kill.ts';
import type { Database } from '../adapters/postgres/database.ts';
import { openPostgres } from '../adapters/postgres/open.ts';
import { type Bench, BenchInvalid, type Figures, type RunOptions } from './harness/bench.ts';
import { checkEndState } from './harness/end-state.ts';
import { numberOf } from './harness/parameters.ts';
import type { Place } from './harness/place.ts';

const PARTITIONS = 16;
/** Load before each kill. */
const SETTLE_MS = 4_000;
const REST_MS_MAX = 120_000;

export const recovery: Bench = {
  name: 'recovery',
  measures:
    'A gateway and two workers under 25 checkouts a second (--set rate=N); one worker after the other is killed with ' +
    'SIGKILL at any moment between two heartbeats, and started again: three kills a run (--set kills=N). Owned: until all ' +
    'its partitions have another owner. Recovered: until every one of them has written a step of an order again. The ' +
    'figures are medians of the kills, in milliseconds since the kill.',
  leavesOut:
    'The time in which whatever starts processes notices and starts another: the worker that is left takes over. ' +
    '--seconds has no effect.',
  columns: [
    { figure: 'ownedMs', title: 'owned ms' },
    { figure: 'firstMs', title: 'first order ms' },
    { figure: 'recoveredMs', title: 'recovered ms' },
    { figure: 'slowestMs', title: 'slowest ms' },
    { figure: 'orders', title: 'orders' },
  ],
  seconds: 1,
  headline: 'recoveredMs',
  stacks: ['services'],
  parameters: ['kills', 'rate'],
  run,
};

async function run(place: Place, { parameters, onProgress }: RunOptions): Promise<Figures> {
  const [kills, rate] = [numberOf(parameters, 'kills', 3), numberOf(parameters, 'rate', 25)];
  const { DATABASE_URL, AMQP_URL, REDIS_URL } = place.settings;
  if (DATABASE_URL === undefined || AMQP_URL === undefined || REDIS_URL === undefined) {
    throw new Error('a place on services has their URLs');
  }
  const database = await openPostgres(DATABASE_URL, { poolMax: 3, applicationName: 'orrery-bench' });
  place.defer(() => database.close());
  onProgress('starting');
  await fillShelves(database, PARTITIONS);
  const { url, workers: members } = await startFleet(
    { urls: { DATABASE_URL, AMQP_URL, REDIS_URL }, defer: (work) => place.defer(work) },
    { settings: { PARTITIONS: String(PARTITIONS) } },
  );
  await recordLandings(database);
  const workers = members.map((each) => each.process);
  const shopping = keepShopping(await enterShop(url), rate);
  const recoveries: Recovery[] = [];
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      await pause(SETTLE_MS + Math.random() * HEARTBEAT_MS);
      onProgress(`kill ${String(kill + 1)} of ${String(kills)}`);
      recoveries.push(await killNext(database, workers, kill));
    }
  } catch (error) {
    void shopping.stop();
    throw error;
  }
  onProgress('checking the end state');
  const tally = await shopping.stop();
  requireProperAnswers(tally);
  await checkEndState(database, { orders: tally.accepted, limitMs: REST_MS_MAX });
  const median = (figure: (of: Recovery) => number): number => spreadOf(recoveries.map(figure)).median;
  return {
    ownedMs: median(({ ownedMs }) => ownedMs),
    firstMs: median(({ firstMs }) => firstMs),
    recoveredMs: median(({ allMs }) => allMs),
    slowestMs: spreadOf(recoveries.map(({ allMs }) => allMs)).max,
    orders: tally.accepted,
  };
}

/** Takes them in turn; resolves once the one that was killed is back. */
async function killNext(
  database: Database,
  workers: readonly PlatformProcess[],
  kill: number,
): Promise<Recovery> {
  const victim = workers[kill % workers.length];
  if (victim === undefined) throw new Error('there are workers');
  const recovered = await killWorker(database, workers, victim, (what) => {
    throw new BenchInvalid(what);
  });
  await victim.start();
  return recovered;
}

function requireProperAnswers({ failures, givenUp, refused }: Tally): void {
  if (failures.size > 0)
    throw new BenchInvalid(`answers that no kill excuses: ${[...failures.keys()].join('; ')}`);
  if (givenUp > 0) throw new BenchInvalid(`${givenUp} shoppers got no answer`);
  if (refused.size > 0) throw new BenchInvalid(`checkouts were refused: ${[...refused.keys()].join(', ')}`);
}
