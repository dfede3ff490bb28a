import t from 'tap';
import type { Report } from '../evaluation/evaluation.ts';
import { tableOf, type Table } from '../evaluation/table.ts';
import { estimate } from './estimate.ts';
import { elasticityEvaluation } from './evaluation.ts';
import { fitWithin } from './least-squares.ts';
import { readPanel } from './read-panel.ts';
import { PANEL_HEADER, panelRows } from './testing-panel.ts';

const run = (table: Table, options: object = {}): Report =>
  elasticityEvaluation.run(table, elasticityEvaluation.options.parse(options));
const valueOf = (report: Report, model: string, metric: string): number =>
  report.grades.find((grade) => grade.model.startsWith(model) && grade.metric === metric)?.value ??
  Number.NaN;

await t.test('with levels taken out, least squares is that with a dummy per group', (t) => {
  // y = 2x + level, levels 10 and -5, with one point moved by one: slopes by hand.
  const x = [0, 1, 2, 0, 1, 2];
  const y = [10, 12, 14, -5, -3, 0];
  const fit = fitWithin(y, [x], [Int32Array.of(0, 0, 0, 1, 1, 1)], Int32Array.of(0, 0, 0, 1, 1, 1));
  t.ok(Math.abs((fit.coefficients[0] ?? 0) - 2.25) < 1e-12);
  t.end();
});

await t.test('what sales were made with is found again: all series, their spread, each series', (t) => {
  const truth = { series: 25, days: 100, elasticity: -2, spread: 0.4, level: 20, seed: 1 };
  const { panel } = readPanel(tableOf(PANEL_HEADER, panelRows(truth)), undefined);
  for (const method of ['log-log', 'Poisson'] as const) {
    const { pooled, spread, series } = estimate(panel, method, [panel.series, panel.period]);
    t.ok(Math.abs(pooled.value + 2) < 3 * pooled.error && pooled.error < 0.15, `${method}: ${pooled.value}`);
    t.ok(Math.abs(spread - 0.4) < 0.2, `${method}: spread ${spread}`);
    t.ok(
      series.every(({ value, own }) => Math.abs(value - pooled.value) <= Math.abs(own - pooled.value) + 1e-9),
    );
  }
  t.end();
});

await t.test('where many sell nothing, log-log bends and Poisson does not', (t) => {
  const truth = { series: 30, days: 100, elasticity: -2.5, spread: 0, level: 0.8, seed: 2 };
  const { panel } = readPanel(tableOf(PANEL_HEADER, panelRows(truth)), undefined);
  const [logLog, poisson] = (['log-log', 'Poisson'] as const).map(
    (method) => estimate(panel, method, [panel.series, panel.period]).pooled,
  );
  t.ok(Math.abs((poisson?.value ?? 0) + 2.5) < 0.3, `Poisson ${poisson?.value}`);
  t.ok((logLog?.value ?? 0) > -1.8, `log-log ${logLog?.value}`);
  t.end();
});

await t.test('the price foretells the held-out sales; without an effect it does not pretend to', (t) => {
  const rows = panelRows({ series: 8, days: 80, elasticity: -2, spread: 0.2, level: 15, seed: 3 });
  const report = run(tableOf(PANEL_HEADER, rows));
  t.ok(
    valueOf(report, 'ours, one', 'deviance per row') < 0.9 * valueOf(report, 'without', 'deviance per row'),
  );
  t.match(report.facts.controls, 'promotion');
  t.ok(report.notes.some((note) => note.includes('revenue (units × price)')));
  t.same(run(tableOf(PANEL_HEADER, rows)), report);
  const none = run(
    tableOf(PANEL_HEADER, panelRows({ series: 8, days: 80, elasticity: 0, spread: 0, level: 15, seed: 4 })),
  );
  t.ok(Math.abs(valueOf(none, 'log-log', 'elasticity')) < 0.2);
  t.end();
});

await t.test('a price that never moves is told, not estimated; bad cells are named', (t) => {
  const rows = panelRows({ series: 2, days: 40, elasticity: -2, spread: 0, level: 10, seed: 5 });
  const failing = (table: Table, options: object, message: RegExp): void => {
    t.throws(() => run(table, options), { code: 'bad_input', message });
  };
  const still = rows.map(([series = '', time = '', units = '']) => [series, time, units, '9.99']);
  failing(
    tableOf(['series', 'time', 'units', 'price'], still),
    {},
    /^column price: no series has a price that moves/,
  );
  const half = rows.map((row) => (row[0] === 'p0' ? row.with(3, '9.99') : row));
  t.ok(run(tableOf(PANEL_HEADER, half)).notes.some((note) => /^1 series have a price .*: p0\.$/.test(note)));
  failing(
    tableOf(PANEL_HEADER, [...rows, ['p0', '2024-01-01', 'two', '1', '0', '0']]),
    {},
    /^line 82, column units: "two"/,
  );
  failing(tableOf(['series', 'time', 'units'], []), {}, /no column "price"/);
  failing(tableOf(PANEL_HEADER, rows), { controls: 'weather' }, /^--controls: there is no column "weather"/);
  failing(tableOf(PANEL_HEADER, rows), { controls: 'price' }, /^--controls: price is no control/);
  failing(tableOf(PANEL_HEADER, rows.slice(0, 20)), {}, /at least 30 are needed/);
  t.end();
});
