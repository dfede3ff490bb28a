import t from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { BadInput } from '../evaluation/bad-input.ts';
import type { Report } from '../evaluation/evaluation.ts';
import { type Table, tableOf } from '../evaluation/table.ts';
import { forecastEvaluation } from './evaluation.ts';
import { partOf, metricOf } from './grades.ts';
import { predictForecast, trainForecast } from './model.ts';
import { forecastFrom } from './ours.ts';
import { readPanel } from './read-panel.ts';
import { Rolling } from './rolling.ts';

const HEADER = ['series', 'time', 'value'];
const WEEK = [10, 12, 11, 13, 20, 30, 5];
const SHORT = { horizon: 7, season: 7, folds: 2, gaps: 'auto', seed: 1 } as const;

const dayOf = (day: number): string =>
  new Date(Date.UTC(2024, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);

/** Units a day of a few products: a week's shape, a level of their own, noise. */
function shopRows(products: number, days: number, seed = 1): string[][] {
  const random = streamOf(seed, 'shop');
  return Array.from({ length: products }, (_, product) =>
    Array.from({ length: days }, (_, day) => {
      const units = (product + 1) * (WEEK[day % 7] ?? 0) * (0.8 + 0.4 * random());
      return [`p${product}`, dayOf(day), units.toFixed(1)];
    }),
  ).flat();
}

function valueOf(report: Report, model: string, metric: string): number {
  return report.grades.find((grade) => grade.model === model && grade.metric === metric)?.value ?? Number.NaN;
}

const run = (table: Table, options: object = {}): Report =>
  forecastEvaluation.run(table, { ...SHORT, ...options });

t.test(
  'regular sales: better than the baselines, intervals hold what they say, the order of rows says nothing',
  async (t) => {
    const rows = shopRows(5, 112);
    const report = run(tableOf(HEADER, rows));
    t.ok(valueOf(report, 'ours', 'WAPE') < valueOf(report, 'seasonal naive', 'WAPE'));
    t.ok(valueOf(report, 'ours', 'WAPE') < 0.5 * valueOf(report, 'naive', 'WAPE'));
    t.ok(valueOf(report, 'ours', 'MAPE') < 0.15);
    t.ok(valueOf(report, 'ours', 'coverage 95 %') > 0.85);
    t.match(report.facts, {
      series: 5,
      step: '1 day',
      horizon: 7,
      season: 7,
      folds: 2,
      from: '2024-01-01',
      to: dayOf(111),
    });
    const mixed = rows.toReversed().map(([series = '', time = '', value = '']) => [value, 'x', time, series]);
    const other = run(tableOf(['value', 'note', 'time', 'series'], mixed));
    t.equal(valueOf(other, 'ours', 'MASE').toFixed(6), valueOf(report, 'ours', 'MASE').toFixed(6));
  },
);

t.test('what comes after an origin changes nothing that is forecast from it', async (t) => {
  const rows = shopRows(5, 112);
  const later = rows.map(([series = '', time = '', value = '']) => [
    series,
    time,
    time > dayOf(104) ? '999' : value,
  ]);
  const forecasts = [rows, later].map((each) => {
    const panel = readPanel(tableOf(HEADER, each), 'auto');
    return forecastFrom(new Rolling(panel, { season: 7, longSeason: 0, horizon: 7 }, 1), 7, 1).forecasts;
  });
  t.ok(forecasts[0]?.[0]?.path.every((value) => value > 0));
  t.same(forecasts[0], forecasts[1]);
});

t.test('a short series is named and left out, gaps and rows that come twice are told', async (t) => {
  const rows = shopRows(1, 80).filter((_, row) => row % 7 !== 6);
  rows.push(['new', dayOf(78), '3'], ['new', dayOf(79), '3'], ['new', dayOf(79), '3']);
  const { notes, facts } = run(tableOf(HEADER, rows));
  t.equal(facts['series graded'], 1);
  t.ok(
    notes.some((note) => note.includes('1 series left out') && note.includes('"new"')),
    String(notes),
  );
  t.ok(notes.some((note) => note.startsWith('1 rows share series and step')));
  t.ok(notes.some((note) => note.includes('steps without a row count as zero')));
});

t.test(
  'cutoffs are last training times; steps may be numbers, values missing, negative or constant',
  async (t) => {
    const rows = Array.from({ length: 60 }, (_, step) => [
      String(step),
      step === 20 ? '' : String((step % 4) - 2),
    ]);
    const report = run(tableOf(['time', 'value'], rows), { cutoffs: '40,50', horizon: 4, season: 4 });
    t.same(
      report.details?.[0]?.rows.map(([label]) => label),
      ['40', '50'],
    );
    t.ok(valueOf(report, 'ours', 'WAPE') < 0.2, String(valueOf(report, 'ours', 'WAPE')));
    const constant = Array.from({ length: 60 }, (_, step) => [String(step), '5']);
    t.ok(valueOf(run(tableOf(['time', 'value'], constant)), 'ours', 'WAPE') < 1e-3);
  },
);

t.test('input that can’t be used is refused with its place', async (t) => {
  const rows = shopRows(1, 60);
  const refused = (table: Table, options: object, message: RegExp) => {
    t.throws(() => run(table, options), { message });
    t.throws(() => run(table, options), BadInput);
  };
  refused(tableOf(['series', 'time', 'units'], rows), {}, /line 1: there is no column "value"/);
  refused(
    tableOf(HEADER, [...rows, ['p0', '2024-05-01', 'many']]),
    {},
    /line 62, column value: "many" is not a number/,
  );
  refused(tableOf(HEADER, [...rows, ['p0', '2024-02-30', '1']]), {}, /line 62, column time/);
  refused(tableOf(HEADER, rows.slice(0, 9)), {}, /every series is too short/);
  refused(tableOf(HEADER, rows), { cutoffs: '2025-01-01' }, /--cutoffs: nothing comes after/);
  refused(tableOf(HEADER, rows), { cutoffs: 'soon' }, /--cutoffs: "soon" is not a date/);
  refused(tableOf(HEADER, rows), { known: 'weather' }, /no column "weather"/);
});

t.test('metrics are what their formulas say', async (t) => {
  const bound = (by: number) => Float64Array.of(10 + by, 10 + by, 10 + by);
  const bounds = { lo80: bound(-1), hi80: bound(1), lo95: bound(-5), hi95: bound(5) };
  const part = partOf(
    { series: 0, fold: 0 },
    Float64Array.of(10, 10, 10),
    bounds,
    Float64Array.of(8, 0, Number.NaN),
    2,
  );
  t.equal(metricOf([part], 'WAPE'), 12 / 8);
  t.equal(metricOf([part], 'MAPE'), 0.25);
  t.equal(metricOf([part], 'MASE'), 3);
  t.equal(metricOf([part], 'coverage 80 %'), 0);
  t.equal(metricOf([part], 'coverage 95 %'), 0.5);
});

t.test('a trained model is plain data that forecasts as itself after a trip through JSON', async (t) => {
  const model = trainForecast(readPanel(tableOf(HEADER, shopRows(2, 84)), 'auto'), { horizon: 14 });
  const stored = JSON.parse(JSON.stringify(model)) as typeof model;
  const forecast = predictForecast(stored, 'p1', 7);
  t.same(forecast, predictForecast(model, 'p1', 7));
  t.equal(forecast?.points[0]?.date, dayOf(84));
  t.equal(forecast?.points.length, 7);
  t.ok(
    forecast?.points.every(
      ({ mean, lo80, hi80, lo95, hi95 }) => lo95 <= lo80 && lo80 <= mean && mean <= hi80 && hi80 <= hi95,
    ),
  );
  t.ok((forecast?.grade?.wape ?? 1) < 0.3);
  t.equal(predictForecast(model, 'unknown', 7), undefined);
});
