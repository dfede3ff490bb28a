import { z } from 'zod';
import type { DetailTable, Evaluation, Report } from '../evaluation/evaluation.ts';
import { labelAt, stepName } from './calendar.ts';
import { type Fold, foldsFor, habitsFor, tooShort } from './folds.ts';
import { differenceOf, type DrawnUnits, drawnUnits, gradesOf, metricOf, type Part } from './grades.ts';
import { METHODS } from './methods.ts';
import { filledBySeason, type Panel } from './panel.ts';
import { readPanel } from './read-panel.ts';
import { Rolling } from './rolling.ts';
import { BASELINES, type FoldGrades, gradeFold, OURS } from './grade-fold.ts';

const HORIZON_MAX = 1_000;
const SEASON_MAX = 2_000;
const FOLDS_MAX = 50;
const numberOf = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const options = z.strictObject({
  horizon: numberOf(1, HORIZON_MAX)
    .optional()
    .describe('steps to look ahead (28 days, 48 hours, 8 weeks, 12 months, 8 quarters)'),
  season: numberOf(1, SEASON_MAX)
    .optional()
    .describe('steps after which a pattern returns (7 days, 24 hours, 52 weeks, 12 months)'),
  folds: numberOf(1, FOLDS_MAX)
    .default(4)
    .describe('tests, each of one horizon, the last ending with the data (4)'),
  cutoffs: z
    .string()
    .optional()
    .describe("instead of folds: each fold's last training time, e.g. 2011-09-30,2011-10-31"),
  gaps: z
    .enum(['auto', 'zero', 'missing'])
    .default('auto')
    .describe('what a step without a row means: nothing sold, or not known (auto)'),
  known: z
    .string()
    .optional()
    .describe('further columns known ahead, besides price, promotion and holiday: a,b'),
  seed: numberOf(0, Number.MAX_SAFE_INTEGER)
    .default(1)
    .describe('of the rows that trees learn from and of the bootstrap (1)'),
});

type Options = z.output<typeof options>;

/** Grades forecasts of many series against naive, seasonal naive and automatic ETS on what came after each fold's cutoff. */
export const forecastEvaluation: Evaluation<typeof options> = {
  name: 'forecast',
  summary:
    'how much will be sold: a combination chosen per series against naive, seasonal naive and automatic ETS',
  columns: [
    { name: 'series', required: false, holds: 'which series the row is of; without it all rows are one' },
    { name: 'time', required: true, holds: 'date or step number' },
    { name: 'value', required: true, holds: 'what is forecast; empty where not known' },
    { name: 'price', required: false, holds: 'known ahead' },
    { name: 'promotion', required: false, holds: 'known ahead, 0 or 1 (or its strength)' },
    { name: 'holiday', required: false, holds: 'known ahead, 0 or 1' },
  ],
  options,
  run(table, given) {
    const further = (given.known ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const read = readPanel(table, given.gaps, further);
    const { habits, notes } = habitsFor(read, given);
    const aligned = read.aligned || given.cutoffs !== undefined;
    const panel = { ...filledBySeason(read, habits.season), aligned, notes: [...read.notes, ...notes] };
    const rolling = new Rolling(panel, habits, given.seed);
    const folds = foldsFor(panel, habits, given);
    const graded = folds.map((fold, index) => gradeFold(rolling, fold.back, index, given.seed));
    return reportOf(panel, rolling, folds, graded, given);
  },
};

function reportOf(
  panel: Panel,
  rolling: Rolling,
  folds: readonly Fold[],
  graded: readonly FoldGrades[],
  given: Options,
): Report {
  const { habits } = rolling;
  const parts = (model: string): readonly Part[] => graded.flatMap((fold) => fold.parts.get(model) ?? []);
  const ours = parts(OURS);
  const shortNotes = tooShort(panel, habits, new Set(ours.map(({ series }) => series)));
  const units = drawnUnits(ours);
  const models = [OURS, ...BASELINES];
  const untried = graded.filter((fold) => fold.origins === 0 && fold.weights.size > 0).length;
  const empty = graded.filter((fold) => fold.weights.size === 0).length;
  return {
    grades: models.flatMap((model) => gradesOf(model, model !== OURS, parts(model), units, given.seed)),
    better: { WAPE: 'lower', MAPE: 'lower', MASE: 'lower' },
    interval: `95 % bootstrap over ${units.name} (${units.count}), 1000 draws`,
    facts: {
      series: panel.series.length,
      'series graded': new Set(ours.map(({ series }) => series)).size,
      values: panel.series.reduce((sum, { values }) => sum + values.length, 0),
      step: stepName(panel.calendar.step),
      from: labelAt(
        panel.calendar,
        panel.series.reduce((least, { start }) => Math.min(least, start), panel.end),
      ),
      to: labelAt(panel.calendar, panel.end),
      horizon: habits.horizon,
      season: habits.season,
      folds: folds.length - empty,
      'validation origins per fold': graded.map(({ origins }) => origins).join(', '),
      'columns known ahead': panel.known.length === 0 ? 'none' : panel.known.join(', '),
      seed: given.seed,
    },
    notes: [
      ...panel.notes,
      ...shortNotes,
      ...(empty > 0 ? [`${empty} folds have no series long enough and are left out.`] : []),
      ...(untried > 0
        ? [
            `In ${untried} folds the training part is too short for a validation: ETS and Theta in equal parts.`,
          ]
        : []),
      'Methods, weights and intervals of a fold come from origins before its cutoff alone. MAPE leaves out steps where nothing was sold; MASE divides by the in-sample error of the seasonal naive forecast.',
    ],
    details: [
      foldTable(folds, graded, models),
      differenceTable(parts, units, given.seed),
      weightTable(graded),
    ],
  };
}

function foldTable(
  folds: readonly Fold[],
  graded: readonly FoldGrades[],
  models: readonly string[],
): DetailTable {
  const rows = folds.flatMap((fold, index) => {
    const found = graded[index];
    const ours = found?.parts.get(OURS) ?? [];
    if (found === undefined || ours.length === 0) return [];
    const sold = ours.reduce((sum, part) => sum + part.bottoms.WAPE, 0);
    const bias = ours.reduce((sum, part) => sum + part.excess, 0) / Math.max(sold, Number.EPSILON);
    return [
      [
        fold.label,
        ours.length,
        ...models.map((model) => metricOf(found.parts.get(model) ?? [], 'WAPE')),
        bias,
      ],
    ];
  });
  return {
    title: 'WAPE per fold; bias is the sum of our forecasts minus what came, as a share of it',
    header: ['last training time', 'series', ...models, 'bias'],
    rows,
  };
}

function differenceTable(
  parts: (model: string) => readonly Part[],
  units: DrawnUnits,
  seed: number,
): DetailTable {
  return {
    title: 'ours minus each baseline on the same series and folds, with the 95 % interval of the difference',
    header: ['baseline', 'metric', 'difference', 'low', 'high'],
    rows: BASELINES.flatMap((baseline) =>
      (['WAPE', 'MASE'] as const).map((metric) => {
        const { value, low, high } = differenceOf(parts(OURS), parts(baseline), units, metric, seed);
        return [baseline, metric, value, low, high];
      }),
    ),
  };
}

function weightTable(graded: readonly FoldGrades[]): DetailTable {
  const used = METHODS.filter((method) => graded.some((fold) => (fold.weights.get(method) ?? 0) > 0));
  return {
    title: 'mean weight of each method in ours, per fold',
    header: ['method', ...graded.map((_, fold) => `fold ${fold + 1}`)],
    rows: used.map((method) => [method, ...graded.map((fold) => fold.weights.get(method) ?? 0)]),
  };
}
