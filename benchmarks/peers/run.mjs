// @ts-check
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DrillImpossible } from '../../dist/adapters/main/drills/run.js';
import { barsOf } from '../../dist/benchmarks/harness/chart.js';
import { loadPerCore, machine } from '../../dist/benchmarks/harness/machine.js';
import { OURS, ourselves, peer, PEERS, RunFailed } from './harness/contestants.mjs';
import { standingsOf, standingsText } from './harness/standings.mjs';
import { wholeNumber } from './harness/whole-number.mjs';

/**
 * `npm run bench:peers -- [--runs N] [--seconds N] [--only PEER,…] [--flash] [--json FILE] [--chart FILE]`
 *
 * Every round runs each contestant once, in turn, so that a machine that gets slower does so for all.
 * Exit codes: 0 every run counted, 1 one did not, 2 it could not run.
 */
/** @param {string[]} given */
async function main(given) {
  const asked = readArguments(given);
  requirePackages();
  const load = loadPerCore();
  if (load !== undefined && load > 0.5) {
    console.log(`the machine is busy (load per core ${load.toFixed(1)}): figures will be too low`);
  }
  const contestants = [...ourselves(), ...asked.only.map(peer)];
  /** @type {import('./harness/standings.mjs').Round[]} */
  const rounds = [];
  for (let number = 1; number <= asked.runs; number += 1) {
    const round = new Map();
    for (const { name, run } of contestants) {
      console.error(`round ${number} of ${asked.runs}: ${name}`);
      try {
        round.set(name, await run(asked));
      } catch (error) {
        if (!(error instanceof RunFailed)) throw error;
        console.error(error.message);
        process.exitCode = 1;
      }
    }
    rounds.push(round);
  }
  const standings = standingsOf(
    rounds,
    contestants.map(({ name }) => name),
    asked.flash,
  );
  console.log(standingsText(standings, asked.flash));
  if (asked.json !== undefined) {
    const { runs, seconds, flash } = asked;
    const report = {
      at: new Date().toISOString(),
      machine: machine(),
      node: process.version,
      runs,
      seconds,
      flash,
      standings,
    };
    writeFileSync(asked.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (asked.chart !== undefined) {
    const bars = standings.map(({ name, headline, runs }) => ({ label: name, value: headline, runs }));
    writeFileSync(asked.chart, barsOf(asked.flash ? 'flash sale, wall ms' : 'orders/s', bars));
  }
}

const OPTIONS = /** @type {const} */ ({
  runs: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '10' },
  only: { type: 'string', default: PEERS.join(',') },
  flash: { type: 'boolean', default: false },
  json: { type: 'string' },
  chart: { type: 'string' },
});

/** @param {string[]} given */
function readArguments(given) {
  const { values } = parsed(given);
  const only = values.only.split(',').filter((name) => name !== OURS);
  for (const name of only) {
    if (!PEERS.includes(name))
      throw new DrillImpossible(`--only: there is no peer ${name}; known are ${PEERS.join(', ')}`);
  }
  return {
    runs: wholeNumber('--runs', values.runs, 100),
    seconds: wholeNumber('--seconds', values.seconds, 3_600),
    only,
    flash: values.flash,
    json: values.json,
    chart: values.chart,
  };
}

/** @param {string[]} given */
function parsed(given) {
  try {
    return parseArgs({ args: given, options: OPTIONS, strict: true });
  } catch (error) {
    const names = Object.keys(OPTIONS).map((name) => `--${name}`);
    const [what] = /** @type {Error} */ (error).message.split(/[.]?\s*\n|[.] /);
    throw new DrillImpossible(`${what}; known are ${names.join(', ')}`);
  }
}

/** The peers' packages are not those of the platform. */
function requirePackages() {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    if (!existsSync(new URL(`node_modules/${name}/package.json`, import.meta.url))) {
      throw new DrillImpossible(`the package ${name} is not installed: npm ci --prefix benchmarks/peers`);
    }
  }
}

await main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof DrillImpossible ? `The peers can't run: ${error.message}` : error);
  process.exitCode = error instanceof DrillImpossible ? 2 : 1;
});
