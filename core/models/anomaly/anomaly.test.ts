import t from 'tap';
import { tableOf, type Table } from '../evaluation/table.ts';
import { alarmsFor } from './compare.ts';
import { anomalyEvaluation } from './evaluation.ts';
import { movingZScores } from './moving-z-score.ts';
import { normalisedScore, probationOf, scoreAlarms } from './nab-score.ts';
import { strongestSeason } from './seasons.ts';
import { TailWindow } from './tail-window.ts';
import { labelledSeries, type Kind } from './testing-series.ts';

await t.test('the score is the published one: silence 0, perfect 100, the sigmoid between', (t) => {
  const windows = [{ first: 400, last: 499 }];
  const normalised = (alarms: number[]): number => normalisedScore([scoreAlarms(1_000, alarms, windows)]);
  t.equal(normalised([]), 0);
  t.equal(normalised([400]), 100);
  t.equal(normalised([400, 450, 499]), 100, 'further alarms in a window change nothing');
  // Half-way: the published 0.84828 over the published 0.98661.
  t.ok(Math.abs(normalised([450]) - (100 * (1 + 0.84828 / 0.98661)) / 2) < 0.01);
  t.ok(Math.abs(normalised([200]) - -5.5) < 1e-9, 'a false alarm costs 0.11');
  t.ok(normalised([502]) > -0.6, 'just behind a window it costs next to nothing');
  t.equal(normalised([10]), 0, 'what is said while learning counts neither way');
  t.equal(probationOf(1_000), 150);
  t.equal(probationOf(20_000), 750);
  t.end();
});

await t.test('a z-score is the distance from the mean of the points before, in their deviations', (t) => {
  const scores = movingZScores(Float64Array.of(1, 3, 1, 3, 5, Number.NaN, 2), 4);
  t.equal(scores[4], 3);
  t.equal(scores[5], 0);
  t.end();
});

await t.test('tails beyond what was seen follow the values: exponential ones stay exponential', (t) => {
  const window = new TailWindow(2_000);
  for (let rank = 1; rank <= 2_000; rank += 1) window.push(-Math.log((rank - 0.5) / 2_000));
  t.ok(Math.abs(Math.log(window.tailOf(10)) + 10) < 1, `${window.tailOf(10)}`);
  t.ok(Math.abs(window.tailOf(1) - Math.exp(-1)) < 0.01);
  t.ok(Math.abs(window.median - Math.LN2) < 0.01);
  for (let rank = 0; rank < 2_000; rank += 1) window.push(rank);
  t.equal(window.size, 2_000);
  t.equal(window.median, 999, 'what has left the window no longer counts');
  t.end();
});

await t.test('a season is found under noise and spikes, and none is where there is none', (t) => {
  // Nothing is disturbed in the first 1,200 points of these two.
  const { values } = labelledSeries('daily traffic', 2);
  t.ok(Math.abs((strongestSeason(values.subarray(0, 1_200)) ?? 0) - 288) <= 3);
  t.equal(strongestSeason(labelledSeries('steady load', 1).values.subarray(0, 1_200)), undefined);
  t.equal(strongestSeason(new Float64Array(500).fill(7)), undefined);
  t.end();
});

const WATCHED: readonly Kind[] = ['steady load', 'daily traffic', 'temperature'];

await t.test('over servers, roads and rooms ours is far above z-scores, with few false alarms', (t) => {
  const scores = { ours: [], usual: [], rested: [] } as Record<
    'ours' | 'usual' | 'rested',
    ReturnType<typeof scoreAlarms>[]
  >;
  for (const kind of WATCHED) {
    const series = labelledSeries(kind, 21);
    const alarms = alarmsFor({ name: kind, ...series });
    for (const key of ['ours', 'usual', 'rested'] as const) {
      scores[key].push(scoreAlarms(series.values.length, alarms[key], series.windows));
    }
  }
  const [ours, usual, rested] = [scores.ours, scores.usual, scores.rested].map(normalisedScore);
  t.ok((ours ?? 0) > Math.max(usual ?? 0, rested ?? 0) + 10, `ours ${ours}, z-scores ${usual} and ${rested}`);
  const falseAlarms = scores.ours.reduce((sum, { alarms, trueAlarms }) => sum + alarms - trueAlarms, 0);
  t.ok(falseAlarms <= 6, `${falseAlarms} false alarms in three series`);
  t.end();
});

const HEADER = ['time', 'value', 'series'];
const WINDOWS = tableOf(['start', 'end', 'series'], [['300', '340', 'a']]);
const rowsOf = (series: string, length: number): string[][] =>
  Array.from({ length }, (_, step) => [
    `${step}`,
    `${10 + Math.sin(step * 1.7) + (step === 320 ? 50 : 0)}`,
    series,
  ]);
const run = (table: Table, windows: Table = WINDOWS) =>
  anomalyEvaluation.run(table, { windows: 'windows.csv' }, new Map([['windows', windows]]));

await t.test('series of one file: gaps, doubles, disorder and a short one among them', (t) => {
  const rows = [...rowsOf('a', 600), ...rowsOf('b', 20)].filter((_, row) => row !== 50);
  const report = run(tableOf(HEADER, [...rows, ['7', '9', 'a']].reverse()));
  t.equal(report.facts.series, 1);
  t.equal(report.facts['values at a time that came again, left out'], 1);
  t.ok(report.notes.some((note) => note.includes('1 series too short, left out: b')));
  t.ok(
    report.grades.some(({ model, metric, value }) => model === 'ours' && metric === 'recall' && value === 1),
  );
  t.same(run(tableOf(HEADER, [...rows, ['7', '9', 'a']].reverse())), report);
  t.end();
});

await t.test('a constant series raises no alarm; what can not be used is named', (t) => {
  const still = Array.from({ length: 600 }, (_, step) => [`${step}`, '5', 'a']);
  t.equal(run(tableOf(HEADER, still)).details?.[0]?.rows[0]?.[4], 0);
  const failing = (table: Table, windows: Table, message: RegExp): void => {
    t.throws(() => run(table, windows), { code: 'bad_input', message });
  };
  const good = tableOf(HEADER, rowsOf('a', 600));
  const windows = (...row: string[]): Table => tableOf(['start', 'end', 'series'], [row]);
  failing(tableOf(['time', 'value'], [['1', 'high']]), WINDOWS, /column value: "high" is not a number/);
  failing(good, windows('340', '300', 'a'), /line 2, column end: --windows: is before its start/);
  failing(good, windows('300', '340', 'z'), /line 2, column series: --windows: "z" is no series/);
  failing(good, windows('2026-01-01', '2026-01-02', 'a'), /column start: --windows holds dates/);
  failing(good, windows('10', '20', 'a'), /^--windows: no window ends after the learning time/);
  failing(tableOf(HEADER, rowsOf('a', 50)), WINDOWS, /fewer than 100 values/);
  t.throws(() => anomalyEvaluation.run(good, { windows: '' }), {
    code: 'bad_input',
    message: /^--windows: /,
  });
  t.end();
});
