import { z } from 'zod';
import { BadInput } from '../evaluation/bad-input.ts';
import { bootstrap, BOOTSTRAP_DRAWS } from '../evaluation/bootstrap.ts';
import type { DetailTable, Evaluation, Grade, Report } from '../evaluation/evaluation.ts';
import { chosenMethod, groupingsOf, picked, sharesPeriods } from './choices.ts';
import { estimate, type Estimate, type Method } from './estimate.ts';
import { before, foretell, type HeldOut } from './holdout.ts';
import type { Grouping } from './panel.ts';
import { devianceOf } from './poisson.ts';
import { readPanel, type ReadPanel } from './read-panel.ts';

const options = z.strictObject({
  controls: z
    .string()
    .optional()
    .describe(
      'columns that explain sales besides the price, as a,b; none for none (every further column of numbers)',
    ),
});

/** The last fifth of the time is held out. */
const HELD_OUT_SHARE = 0.2;
const PERIODS_MIN = 10;
const SERIES_FOR_INTERVALS = 5;
const SERIES_SHOWN = 20;
const NAMES_SHOWN = 5;
const WIDTH_95 = 1.96;

/** Grades how sales follow the price: own-price elasticity, and what it adds to foretelling sales. */
export const elasticityEvaluation: Evaluation<typeof options> = {
  name: 'elasticity',
  summary: 'how sales follow the own price (log-log and Poisson panel), against foretelling them without it',
  columns: [
    { name: 'series', required: true, holds: 'product (or product and shop)' },
    { name: 'time', required: true, holds: 'date (or number of a step)' },
    { name: 'units', required: true, holds: 'units sold; zero counts, negative ones are left out' },
    { name: 'price', required: true, holds: 'price of a unit, above zero' },
    {
      name: '…',
      required: false,
      holds: 'controls: every further column of numbers, or those of --controls',
    },
  ],
  options,
  run(table, { controls }) {
    const wanted = controls?.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
    const read = readPanel(table, controls === 'none' ? [] : wanted);
    const { panel } = read;
    if (panel.periods < PERIODS_MIN) {
      throw new BadInput(
        `column time: ${String(panel.periods)} points in time; at least ${String(PERIODS_MIN)} are needed`,
      );
    }
    const from = Math.floor(panel.periods * (1 - HELD_OUT_SHARE));
    const past = before(panel, from);
    const method = chosenMethod(past.panel);
    const training = estimate(past.panel, method, groupingsOf(past.panel, picked(read.calendar, past.rows)));
    const heldOut = foretell(panel, read.calendar, from, training);
    if (heldOut.rows.length === 0)
      throw new BadInput('column time: no series has rows both before and in its last fifth');
    const groupings = groupingsOf(panel, read.calendar);
    const estimates = (['log-log', 'Poisson'] as const).map((each) => estimate(panel, each, groupings));
    return reportOf(read, method, estimates, heldOut);
  },
};

function reportOf(read: ReadPanel, method: Method, estimates: readonly Estimate[], heldOut: HeldOut): Report {
  const { panel } = read;
  const bySeries = panel.seriesNames.length >= SERIES_FOR_INTERVALS;
  const chosen = estimates.find((each) => each.method === method);
  const models = [
    { model: 'ours, an elasticity per series', baseline: false, expected: heldOut.bySeries },
    { model: 'ours, one elasticity for all', baseline: false, expected: heldOut.pooled },
    { model: 'without the price', baseline: true, expected: heldOut.withoutPrice },
  ];
  const blocks = blocksOf(heldOut.rows, bySeries ? panel.series : panel.period);
  const actual = Float64Array.from(heldOut.rows, (row) => panel.units[row] ?? 0);
  const grades = models.flatMap(({ model, baseline, expected }): Grade[] => [
    graded(model, baseline, 'deviance per row', blocks, (places) => [
      devianceOf(at(actual, places), at(expected, places)),
      places.length,
    ]),
    graded(model, baseline, 'WAPE', blocks, (places) => [
      places.reduce((sum, place) => sum + Math.abs((actual[place] ?? 0) - (expected[place] ?? 0)), 0),
      places.reduce((sum, place) => sum + (actual[place] ?? 0), 0),
    ]),
  ]);
  return {
    grades: [
      ...grades,
      ...estimates.map(({ method: name, pooled }) => elasticityGrade(name, name === method, pooled)),
    ],
    better: { 'deviance per row': 'lower', WAPE: 'lower' },
    interval: `95 % bootstrap over ${bySeries ? 'series' : 'points in time'}, ${String(BOOTSTRAP_DRAWS)} draws; of elasticities ± 1.96 clustered standard errors`,
    facts: {
      rows: panel.units.length,
      series: panel.seriesNames.length,
      'points in time': panel.periods,
      'rows held out (last fifth of the time)': heldOut.rows.length,
      'rows left out (no price, negative units, no control)': read.leftOut,
      'rows without sales, as a share':
        panel.units.filter((value) => value === 0).length / panel.units.length,
      'chosen on the training side': method,
      'levels taken out': sharesPeriods(panel)
        ? 'series, points in time'
        : read.calendar.length > 0
          ? 'series, days of the week, months'
          : 'series',
      controls: read.controls.join(', ') || 'none',
      'series whose price hardly moved': read.still.length,
    },
    notes: notesOf(read),
    details: chosen === undefined ? [] : [pooledTable(estimates, method), seriesTable(chosen, read.still)],
  };
}

function elasticityGrade(name: Method, chosen: boolean, { value, error }: Estimate['pooled']): Grade {
  const bounds = Number.isNaN(error) ? {} : { low: value - WIDTH_95 * error, high: value + WIDTH_95 * error };
  return {
    model: `${name}${chosen ? ', chosen' : ''}`,
    baseline: false,
    metric: 'elasticity',
    value,
    ...bounds,
  };
}

/** Places of the held-out rows that belong together. */
function blocksOf(rows: readonly number[], groups: Grouping): readonly (readonly number[])[] {
  const blocks = new Map<number, number[]>();
  for (const [place, row] of rows.entries()) {
    const block = blocks.get(groups[row] ?? 0);
    if (block === undefined) blocks.set(groups[row] ?? 0, [place]);
    else block.push(place);
  }
  return [...blocks.values()];
}

function at(values: Float64Array, places: readonly number[]): Float64Array {
  return Float64Array.from(places, (place) => values[place] ?? 0);
}

/** A ratio of sums over blocks, with its interval. */
function graded(
  model: string,
  baseline: boolean,
  metric: string,
  blocks: readonly (readonly number[])[],
  partsOf: (places: readonly number[]) => readonly [number, number],
): Grade {
  const parts = blocks.map(partsOf);
  const ratio = (drawn: ArrayLike<number>): number => {
    let [above, below] = [0, 0];
    for (let index = 0; index < drawn.length; index += 1) {
      const [first, second] = parts[drawn[index] ?? 0] ?? [0, 0];
      above += first;
      below += second;
    }
    return below > 0 ? above / below : Number.NaN;
  };
  return { model, baseline, metric, value: ratio([...parts.keys()]), ...bootstrap(parts.length, ratio) };
}

function notesOf({ notTaken, still, controls }: ReadPanel): string[] {
  const notes = [
    'An elasticity of -2 says: a price one percent higher goes with two percent fewer units. It tells what prices and sales did together; where prices were set because of expected sales (sales events, scarcity), part of it is not the effect of the price. Only prices changed at random prove that.',
    'Poisson keeps rows without sales; log-log leaves them out. The elasticity of a series leans on that of all, the more so the less its own rows tell.',
  ];
  if (controls.length > 0) notes.push(`Taken as controls: ${controls.join(', ')}.`);
  if (notTaken.length > 0) notes.push(`Columns not taken: ${notTaken.join(', ')}.`);
  if (still.length > 0) {
    const names = still.slice(0, NAMES_SHOWN).join(', ');
    notes.push(
      `${String(still.length)} series have a price that moved by less than a percent and get the elasticity of all: ${names}${still.length > NAMES_SHOWN ? ', …' : ''}.`,
    );
  }
  return notes;
}

function pooledTable(estimates: readonly Estimate[], chosen: Method): DetailTable {
  return {
    title: 'Elasticity of all series',
    header: ['method', 'elasticity', 'standard error', 'spread between series', 'rows'],
    rows: estimates.map(({ method, pooled, spread, rows }) => [
      method === chosen ? `${method} (chosen)` : method,
      pooled.value,
      pooled.error,
      spread,
      rows,
    ]),
  };
}

function seriesTable({ series }: Estimate, still: readonly string[]): DetailTable {
  const shown = series.filter((each) => !still.includes(each.series)).slice(0, SERIES_SHOWN);
  return {
    title: `Elasticity by series (${String(shown.length)} of ${String(series.length)})`,
    header: ['series', 'elasticity', 'standard error', 'its own rows alone', 'standard error of these'],
    rows: shown.map(({ series: name, value, error, own, ownError }) => [name, value, error, own, ownError]),
  };
}
