import { existsSync } from 'node:fs';
import { orderSaga } from '../../../sagas/order/saga.ts';
import { livePartOfTheirLives, SKUS } from './orders-in-flight.ts';
import { withOrdersStage } from './orders-stage.ts';
import { DrillImpossible, readOptions, runDrill, say } from './run.ts';
import { savedOrdersFile } from './saved-files.ts';
import { saveOrders } from './saved-orders.ts';
import { withStage } from './stage.ts';

/**
 * `npm run drill:upgrade:record`: keeps orders of today's definition in flight, for the upgrades to come. To be run
 * before the saga's definition is raised: only a build of that definition can make them.
 */
const AT_MS = Date.UTC(2026, 0, 5, 12);
const DAY_MS = 86_400_000;

await runDrill((given) => {
  readOptions(given, { numbers: {} });
  const { definition } = orderSaga;
  const file = savedOrdersFile(definition);
  if (existsSync(file)) throw new DrillImpossible(`orders of definition ${definition} are kept in ${file}`);
  return withStage(async ({ database }) => {
    await withOrdersStage(
      database,
      { startMs: AT_MS - 50 * DAY_MS, skus: Object.values(SKUS) },
      async (stage) => livePartOfTheirLives(stage, AT_MS),
    );
    say(`${await saveOrders(database, file, { definition, nowMs: AT_MS })} rows in ${file}`);
    return true;
  });
});
