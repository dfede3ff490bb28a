import { orderSaga } from '../../../sagas/order/saga.ts';
import { createDeadLetterJournal } from '../../postgres/dead-letters/journal.ts';
import { startFleet } from './fleet.ts';
import { readOptions, runDrill, say, Verdicts } from './run.ts';
import { savedOrdersFiles } from './saved-files.ts';
import { loadSaved, readSaved, type Saved } from './saved-orders.ts';
import { type Stage, withStage } from './stage.ts';
import { accountText, checkUpgrade, leftOrders, operate, OPERATOR } from './upgraded-orders.ts';

/**
 * `npm run drill:upgrade`: orders that builds of older definitions left in flight, in every state, on a database as
 * those builds left it. A gateway and two workers of today are started on it; an operator helps where one is waited
 * for; every order must come to its end, and the books are checked by SQL.
 */
const NUMBERS = { seconds: { min: 1, max: 3_600, fallback: 180 } };

async function drill(stage: Stage, saved: Saved, limitMs: number, verdicts: Verdicts): Promise<void> {
  const { database } = stage;
  await loadSaved(database, saved, { nowMs: Date.now() });
  const left = await leftOrders(database);
  say(`${left.length} orders as a build of definition ${saved.header.definition} left them`);
  const { url } = await startFleet(stage, {
    settings: { ADMIN_EMAIL: OPERATOR.email, ADMIN_PASSWORD: OPERATOR.password },
  });
  say('a gateway and two workers of today are up');
  const rests = await operate(database, url, { limitMs, lookMs: 1_000 });
  say(
    rests ? 'every order has come to its end' : `some orders have not come to their end after ${limitMs} ms`,
  );
  const journal = createDeadLetterJournal(database);
  const broker = { deadLetters: (service: string, limit: number) => journal.list(service, limit) };
  const rows = await checkUpgrade({ database, broker }, left, orderSaga.definition, verdicts);
  console.log(accountText(rows));
}

await runDrill(async (given) => {
  const { numbers } = readOptions(given, { numbers: NUMBERS });
  const verdicts = new Verdicts();
  for (const file of savedOrdersFiles()) {
    const saved = await readSaved(file);
    await withStage((stage) => drill(stage, saved, numbers.seconds * 1_000, verdicts));
  }
  console.log(verdicts.sum());
  return verdicts.failed.length === 0;
});
