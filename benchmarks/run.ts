import { DrillImpossible } from '../adapters/main/drills/run.ts';
import { SettingsError } from '../adapters/main/settings.ts';
import { BENCHES } from './catalogue.ts';
import { floor } from './floor.ts';
import { type Asked, readArguments } from './harness/arguments.ts';
import { type Bench, BenchInvalid, type Figures, type Stack } from './harness/bench.ts';
import { chartOf } from './harness/chart.ts';
import { loadPerCore } from './harness/machine.ts';
import { withPlace } from './harness/place.ts';
import { progressLine } from './harness/progress.ts';
import {
  besideFloor,
  floorText,
  medianOf,
  type Report,
  reportOf,
  tableText,
  writeReports,
} from './harness/report.ts';
import { findServices, versionsOf } from './harness/services.ts';
import { writeFileSync } from 'node:fs';

/** Of the floor when it is measured only to set others beside it. */
const FLOOR_SECONDS = 6;

/**
 * `npm run bench -- [bench …] [--runs N] [--seconds N] [--stack services|embedded] [--json FILE] [--chart FILE]
 * [--set name=value …] [--no-floor] [--list]`
 *
 * Exit codes: 0 every run counted, 1 the end state of one was wrong, 2 it could not run.
 */
await main(process.argv.slice(2)).catch((error: unknown) => {
  const impossible = error instanceof DrillImpossible || error instanceof SettingsError;
  console.error(impossible ? `The bench can't run: ${error.message}` : (error as Error).stack);
  process.exitCode = impossible ? 2 : 1;
});

async function main(given: readonly string[]): Promise<void> {
  const asked = readArguments(given, BENCHES);
  if (asked.list) {
    for (const { name, measures } of BENCHES) console.log(`${name.padEnd(12)} ${measures}`);
    return;
  }
  const found = await findServices();
  const stack = asked.stack ?? (found.all ? 'services' : 'embedded');
  console.log(
    stack === 'services'
      ? `on Postgres ${found.versions['postgres'] ?? '?'} and RabbitMQ ${found.versions['rabbitmq'] ?? '?'}`
      : 'embedded: Postgres and broker in this process, no network',
  );
  const load = loadPerCore();
  if (load !== undefined && load > 0.5) {
    console.log(`the machine is busy (load per core ${load.toFixed(1)}): figures will be too low`);
  }
  const reports: Report[] = [];
  for (const bench of asked.benches) {
    if (!bench.stacks.includes(stack)) {
      console.log(`\n${bench.name}: only on ${bench.stacks.join(', ')}; left out`);
      continue;
    }
    const seconds = asked.seconds ?? bench.seconds;
    const { runs, invalid } = await repeat(bench, stack, { ...asked, seconds });
    reports.push(
      reportOf(bench, { stack, versions: versionsOf(stack, found.versions), seconds, runs, invalid }),
    );
  }
  const told = await relateToFloor(reports, stack, asked);
  if (asked.json !== undefined) writeReports(asked.json, told);
  if (asked.chart !== undefined) writeFileSync(asked.chart, chartOf(told));
  if (reports.some(({ invalid }) => invalid.length > 0)) process.exitCode = 1;
}

/** Sets rates of orders beside the floor, which is measured once for that unless it was asked for. */
async function relateToFloor(
  reports: readonly Report[],
  stack: Stack,
  asked: Asked,
): Promise<readonly Report[]> {
  const related = asked.benches.filter(({ floored }) => floored);
  if (stack === 'embedded' || related.length === 0 || !asked.floor) return reports;
  const known = reports.find(({ bench }) => bench === floor.name)?.median;
  const figures =
    known ?? medianOf((await repeat(floor, stack, { ...asked, runs: 1, seconds: FLOOR_SECONDS })).runs);
  return reports.map((report) => {
    const bench = related.find(({ name }) => name === report.bench);
    if (bench === undefined) return report;
    const told = besideFloor(report, bench.headline, figures);
    console.log(floorText(told));
    return told;
  });
}

async function repeat(
  bench: Bench,
  stack: Stack,
  asked: {
    readonly runs: number;
    readonly seconds: number;
    readonly parameters: ReadonlyMap<string, string>;
    readonly settings: Readonly<Record<string, string>>;
  },
): Promise<{ readonly runs: readonly Figures[]; readonly invalid: readonly string[] }> {
  console.log(`\n${bench.name}: ${bench.measures}\nNot measured: ${bench.leavesOut}`);
  const runs: Figures[] = [];
  const invalid: string[] = [];
  for (let number = 1; number <= asked.runs; number += 1) {
    const line = progressLine(`run ${String(number)} of ${String(asked.runs)}`);
    try {
      const { seconds, parameters, settings } = asked;
      runs.push(
        await withPlace(
          stack,
          (place) => bench.run(place, { seconds, parameters, onProgress: (text) => line.show(text) }),
          settings,
        ),
      );
      line.clear();
    } catch (error) {
      line.clear();
      if (!(error instanceof BenchInvalid)) throw error;
      invalid.push(error.message);
      console.log(`run ${String(number)} does not count: ${error.message}`);
    }
  }
  console.log(tableText(bench.columns, runs));
  return { runs, invalid };
}
