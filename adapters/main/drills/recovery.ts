import { HEARTBEAT_MS } from '../../../core/kernel/limits.ts';
import type { Database } from '../../postgres/database.ts';
import { checkAnswers, checkBooks } from './books.ts';
import { type Measured, runMeasuring } from './figures.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { fillShelves } from './full-shelves.ts';
import { recordLandings } from './landings.ts';
import { spreadOf } from './quantiles.ts';
import { awaitRest } from './rest.ts';
import { pause, say, Verdicts } from './run.ts';
import { enterShop, keepShopping } from './shoppers.ts';
import { type Stage, withStage } from './stage.ts';
import { killWorker, type Recovery } from './worker-kill.ts';

/**
 * `npm run drill:recovery`: a gateway and two workers under load; one worker after the other is killed with SIGKILL and
 * started again. What is measured each time: how long until the orders of its partitions move on (worker-kill.ts).
 */
const PARTITIONS = 16;
const RECOVERY_MS_MAX = 5_000;
const REST_MS_MAX = 120_000;
/** Load before the first kill, and after each return of a worker. */
const SETTLE_MS = 4_000;

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

async function killOne(database: Database, fleet: Fleet, kill: number): Promise<Recovery> {
  const workers = fleet.workers.map((each) => each.process);
  const victim = workers[kill % workers.length];
  if (victim === undefined) throw new Error('there are workers');
  const recovery = await killWorker(database, workers, victim, say);
  const { killed, partitions, ownedMs, firstMs, allMs } = recovery;
  say(
    `${killed} killed: its ${partitions} partitions have another owner after ${ownedMs.toFixed(0)} ms, ` +
      `the first moves an order after ${firstMs.toFixed(0)} ms, all do after ${allMs.toFixed(0)} ms`,
  );
  await victim.start();
  return recovery;
}
