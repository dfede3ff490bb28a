import { readChaosArguments } from './chaos/arguments.ts';
import { perform, type Performance } from './chaos/perform.ts';
import { SCENARIOS } from './chaos/scenarios.ts';
import { tableOf } from './chaos/table.ts';
import { runDrill, say } from './run.ts';

/**
 * `npm run chaos`: real faults on the real components. Each scenario starts a gateway and two workers on a database
 * and a virtual host of their own, all their connections through proxies, lets shoppers place orders all the time, does
 * its harm, and then checks that everything has come to rest and that the books are right.
 */
await runDrill(async (given) => {
  const { list, scenarios, options } = readChaosArguments(given);
  if (list) {
    for (const { name, does, attacks, seconds } of SCENARIOS)
      console.log(`${name.padEnd(30)}${String(seconds).padStart(3)} s  ${does} (${attacks})`);
    return true;
  }
  say(`seed ${options.seed}, ${options.rate} orders a second`);
  const performances: Performance[] = [];
  for (const scenario of scenarios) performances.push(await perform(scenario, options));
  console.log(`\n${tableOf(performances)}\n`);
  const played = performances.filter(({ notPlayed }) => notPlayed === undefined);
  const failed = played.filter((each) => each.failed.length > 0).length;
  const left = performances.length - played.length;
  if (left > 0) console.log(`${left} not run`);
  console.log(`${played.length - failed} passed, ${failed} failed`);
  return failed === 0;
});
