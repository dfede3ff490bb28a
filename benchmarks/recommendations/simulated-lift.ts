/**
 * What recommendations add to the order value of simulated shoppers: none, popular products or ours, drawn per shopper.
 *
 *   node dist/benchmarks/recommendations/simulated-lift.js [--shoppers 5000] [--seeds 1,2,3] [--history 84] [--days 56]
 *     [--attention 1] [--json FILE]
 *
 * `--attention` multiplies how often suggestions are looked at. The same arguments give the same figures.
 */
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { printedTable } from '../../adapters/main/cli/evaluate/print-report.ts';
import type { ExposureOutcome } from '../../core/services/intelligence/exposures.ts';
import { type Arm, ARMS, type ExperimentResult, runExperiment } from './experiment.ts';
import { type Lift, liftOf, meanOf, pairedLiftOf } from './lift.ts';
import { BEHAVIOUR } from './shopper.ts';

const GOAL = 0.15;

const { values } = parseArgs({
  options: {
    shoppers: { type: 'string', default: '5000' },
    seeds: { type: 'string', default: '1,2,3' },
    history: { type: 'string', default: '84' },
    days: { type: 'string', default: '56' },
    attention: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});
const [shoppers = 0, historyDays = 0, days = 0] = [values.shoppers, values.history, values.days].map((text) =>
  wholeOf(text),
);
const seeds = values.seeds.split(',').map((text) => wholeOf(text));
const factor = Number(values.attention);
if (![shoppers, historyDays, days, ...seeds].every((value) => value > 0) || !(factor >= 0)) {
  process.stderr.write(
    '[--shoppers 5000] [--seeds 1,2,3] [--history 84] [--days 56]: whole numbers above 0; [--attention 1]: 0 or more\n',
  );
  process.exit(2);
}

const behaviour = { ...BEHAVIOUR, attention: BEHAVIOUR.attention * factor };
const results: ExperimentResult[] = [];
const unshown: ExperimentResult[] = [];
const rows: string[][] = [];
for (const seed of seeds) {
  const result = await runExperiment({ shoppers, seed, behaviour, historyDays, days });
  results.push(result);
  // The same shoppers, who would have looked at nothing: chance is the same, so what is left is what was shown.
  unshown.push(
    await runExperiment({ shoppers, seed, behaviour: { ...behaviour, attention: 0 }, historyDays, days }),
  );
  rows.push(rowOf(`seed ${String(seed)}`, result.adjusted, seed));
}
const pooled = Object.fromEntries(
  ARMS.map((arm) => [arm, results.flatMap(({ adjusted }) => adjusted[arm])]),
) as Record<Arm, number[]>;
if (seeds.length > 1) rows.push(rowOf('all', pooled, 1));
const paired = (['popular', 'ours'] as const).map((arm) => {
  const lift = pairedLiftOf(
    results.flatMap(({ cents }) => cents[arm]),
    unshown.flatMap(({ cents }) => cents[arm]),
    1,
  );
  return { arm, ...lift };
});
const head = ['', 'none', 'popular', 'ours', 'popular over none', 'ours over none', 'ours over popular'];
const lines = [
  `Order value per shopper in ${String(days)} days, adjusted for what each ordered before (CUPED); lifts with 95 % bootstrap intervals over shoppers. The goal is ${percent(GOAL)} over none.`,
  ...printedTable(head, rows),
  '',
  'Against the same shoppers, shown nothing (which only a simulation can know):',
  ...paired.map((lift) => `${lift.arm}: ${shownLift(lift)}`),
  '',
  ...printedTable(['shown', 'where', 'how', 'times', 'ordered within a week'], outcomeRows(results)),
  '',
  `attention to the first slot ${behaviour.attention.toFixed(2)}; orders ${results.map(({ orders }) => orders).join(', ')}; ` +
    `learned from ${results.map(({ learnedFrom }) => learnedFrom).join(', ')}`,
];
process.stdout.write(`${lines.join('\n')}\n`);
if (values.json !== undefined) {
  const written = {
    shoppers,
    seeds,
    historyDays,
    days,
    behaviour,
    goal: GOAL,
    lifts: liftsOf(pooled, 1),
    paired,
  };
  await writeFile(values.json, `${JSON.stringify(written, null, 2)}\n`);
}

function liftsOf(cents: Readonly<Record<Arm, readonly number[]>>, seed: number): readonly Lift[] {
  return [
    liftOf(cents.popular, cents.none, seed),
    liftOf(cents.ours, cents.none, seed),
    liftOf(cents.ours, cents.popular, seed),
  ];
}

function shownLift({ value, low, high }: Lift): string {
  return `${percent(value)} (${percent(low)} to ${percent(high)})`;
}

function rowOf(name: string, cents: Readonly<Record<Arm, readonly number[]>>, seed: number): string[] {
  const lifts = liftsOf(cents, seed).map(shownLift);
  return [name, ...ARMS.map((arm) => (meanOf(cents[arm]) / 100).toFixed(2)), ...lifts];
}

/** Over all seeds: of what was shown, what was ordered within a week. */
function outcomeRows(found: readonly ExperimentResult[]): string[][] {
  const sums = new Map<string, { shown: number; ordered: number }>();
  const add = (arm: string, { surface, explored, shown, ordered }: ExposureOutcome): void => {
    const key = `${arm},${surface},${explored ? 'drawn' : arm === 'ours' ? 'ranked' : 'by sales'}`;
    const sum = sums.get(key) ?? { shown: 0, ordered: 0 };
    sums.set(key, { shown: sum.shown + shown, ordered: sum.ordered + ordered });
  };
  for (const { outcomes } of found) {
    for (const arm of ['popular', 'ours'] as const) for (const outcome of outcomes[arm]) add(arm, outcome);
  }
  return [...sums].map(([key, { shown, ordered }]) => [
    ...key.split(','),
    String(shown),
    percent(ordered / shown),
  ]);
}

function wholeOf(text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : -1;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
