import type { Database } from '../../postgres/database.ts';
import { checkAnswers, checkBooks } from './books.ts';
import { startFleet } from './fleet.ts';
import type { PlatformProcess } from './process.ts';
import { awaitRest } from './rest.ts';
import { pause, readOptions, runDrill, say, Verdicts } from './run.ts';
import { enterShop, keepShopping, type Tally } from './shoppers.ts';
import { withStage, type Stage } from './stage.ts';

/**
 * `npm run drill:crash`: one gateway and two workers on Postgres, RabbitMQ and Redis; orders are placed all the time
 * while a worker is killed with SIGKILL and started again, then the gateway likewise; then the books are checked by
 * SQL.
 */
const NUMBERS = {
  orders: { min: 1, max: 100_000, fallback: 500 },
  rate: { min: 1, max: 1_000, fallback: 25 },
};
const REST_MS_MAX = 120_000;

async function drill(stage: Stage, { orders, rate }: { orders: number; rate: number }): Promise<boolean> {
  const { gateway, workers, url } = await startFleet(stage);
  const [victim] = workers;
  if (victim === undefined) throw new Error('there are workers');
  const shop = await enterShop(url);
  say(`placing ${orders} orders at least, ${rate} a second`);
  const shopping = keepShopping(shop, rate);
  const placed = pause((orders / rate) * 1_000);
  const third = ((orders / rate) * 1_000) / 3;
  await pause(third);
  await crash(victim.process, stage.database);
  await pause(third / 2);
  await crash(gateway.process, stage.database);
  await placed;
  const tally = await shopping.stop();
  report(tally);
  const rest = await awaitRest(stage.database, REST_MS_MAX);
  if ('unrest' in rest) say(`still moving after ${REST_MS_MAX} ms: ${JSON.stringify(rest.unrest)}`);
  else say(`every order is final ${rest.restMs} ms after the last was placed`);
  const verdicts = new Verdicts();
  checkAnswers(tally, verdicts);
  await checkBooks(stage.database, tally, verdicts);
  console.log(verdicts.sum());
  return verdicts.failed.length === 0;
}

async function crash(victim: PlatformProcess, database: Database): Promise<void> {
  const killedAt = Date.now();
  await victim.kill();
  say(`${victim.name} killed (SIGKILL)`);
  if (victim.name.startsWith('worker')) {
    const took = await partitionsMoved(database, killedAt);
    say(`its partitions are the other worker's after ${took} ms`);
  }
  await victim.start();
  say(`${victim.name} is up again after ${Date.now() - killedAt} ms`);
}

/** Milliseconds from the kill until every partition has a living owner again. */
async function partitionsMoved(database: Database, killedAt: number): Promise<number> {
  for (;;) {
    const [row] = await database.query<{ dead: number }>(
      `select count(*) as dead from (
         select owner, expires_at from orders.partition union all select owner, expires_at from inventory.partition
       ) as lease where owner is null or expires_at < clock_timestamp()
         or owner not in (select id from orders.member where seen_at > to_timestamp($1::float8 / 1000)
                          union select id from inventory.member where seen_at > to_timestamp($1::float8 / 1000))`,
      [killedAt + 500],
    );
    if (row?.dead === 0) return Date.now() - killedAt;
    if (Date.now() - killedAt > 60_000) throw new Error('the partitions did not move within a minute');
    await pause(20);
  }
}

function report({ accepted, refused, again }: Tally): void {
  const no = [...refused].map(([status, count]) => `${count} × ${status}`).join(', ');
  say(`${accepted} accepted, refused: ${no === '' ? 'none' : no}; ${again} requests sent again`);
}

await runDrill((given) => {
  const { numbers } = readOptions(given, { numbers: NUMBERS });
  return withStage((stage) => drill(stage, numbers));
});
