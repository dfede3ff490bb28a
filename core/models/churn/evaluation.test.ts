import t from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import type { Report } from '../evaluation/evaluation.ts';
import { tableOf, type Table } from '../evaluation/table.ts';
import { churnEvaluation } from './evaluation.ts';
import { ONE_YEAR_OF_WEEKS, lifetimeValue } from './lifetime.ts';
import { train } from './model.ts';
import { segmentsOf } from './segments.ts';
import { gammaDraw } from './testing-customers.ts';
import { splitAt, STEPS } from './histories.ts';

/** Customers of a shop who buy at rates of their own and leave: by days, with returns, gifts and late-comers. */
function shopRows(customers: number, seed: number): string[][] {
  const random = streamOf(seed, 'shop');
  const rows: string[][] = [];
  for (let customer = 0; customer < customers; customer += 1) {
    const rate = gammaDraw(random, 0.6) / 40;
    const leaving = 0.1 + 0.4 * random();
    const worth = 5 + 50 * random();
    for (let day = Math.floor(random() * 100); day < 400; day += Math.ceil(-Math.log(1 - random()) / rate)) {
      rows.push([`c${customer}`, String(day), (worth * (0.5 + random())).toFixed(2)]);
      if (random() < 0.05) rows.push([`c${customer}`, String(day), '-3.00']);
      if (random() < leaving) break;
    }
  }
  return rows;
}

const HEADER = ['customer', 'time', 'amount'];
const run = (table: Table, cutoff?: string): Report =>
  churnEvaluation.run(table, churnEvaluation.options.parse(cutoff === undefined ? {} : { cutoff }));

function valueOf(report: Report, model: string, metric: string): number {
  return report.grades.find((grade) => grade.model === model && grade.metric === metric)?.value ?? Number.NaN;
}

await t.test(
  'ours beats the own past rate and plain frequency, and the same file gives the same report',
  (t) => {
    const rows = shopRows(350, 1);
    const report = run(tableOf(HEADER, rows), '200');
    t.ok(valueOf(report, 'ours', 'RMSE purchases') < valueOf(report, 'own past rate', 'RMSE purchases'));
    t.ok(valueOf(report, 'ours', 'AUC') > valueOf(report, 'frequency', 'AUC'));
    t.same(
      run(tableOf(HEADER, [...rows].reverse()), '200').grades.map(({ model }) => model),
      report.grades.map(({ model }) => model),
    );
    t.same(run(tableOf(HEADER, rows), '200'), report);
    for (const { value, low = value, high = value } of report.grades) t.ok(low <= value && value <= high);
    t.end();
  },
);

await t.test('without a cutoff the middle of the time is taken', (t) => {
  const rows = shopRows(100, 2);
  const days = rows.map(([, day]) => Number(day));
  const report = run(tableOf(HEADER, rows));
  t.equal(report.facts.cutoff, Math.floor((Math.min(...days) + Math.max(...days)) / 2));
  t.end();
});

await t.test('what can not be used is named', (t) => {
  const rows = shopRows(100, 3);
  const failing = (table: Table, cutoff: string | undefined, message: RegExp): void => {
    t.throws(() => run(table, cutoff), { code: 'bad_input', message });
  };
  failing(tableOf(['customer', 'time'], rows), '200', /line 1: there is no column "amount"/);
  failing(
    tableOf(HEADER, [...rows, ['x', '5', 'ten']]),
    '200',
    new RegExp(`line ${rows.length + 2}, column amount: "ten"`),
  );
  failing(tableOf(HEADER, [...rows, ['x', 'soon', '1']]), '200', /column time: /);
  failing(tableOf(HEADER, [...rows, ['', '5', '1']]), '200', /column customer: is empty/);
  failing(tableOf(HEADER, rows), 'soon', /^--cutoff: "soon" is not a whole number/);
  failing(tableOf(HEADER, rows), '9999', /^--cutoff: "9999" is not between/);
  failing(tableOf(HEADER, rows.slice(0, 10)), '50', /at least 20 are needed/);
  const once = Array.from({ length: 60 }, (_, index) => [`c${index}`, String(index), '1']);
  failing(tableOf(HEADER, once), '40', /two days or more/);
  t.end();
});

await t.test('lifetime values are discounted and net of returns; segments follow what customers did', (t) => {
  const rows = shopRows(600, 4);
  const purchases = {
    customers: rows.map(([customer = '']) => customer),
    times: rows.map(([, time]) => Number(time)),
    amounts: rows.map(([, , amount]) => Number(amount)),
  };
  const split = splitAt(purchases, STEPS, 250, 400);
  const model = train('MBG/NBD', split);
  const [history] = [...split.histories].sort((one, other) => other.repeats - one.repeats);
  t.ok(history !== undefined);
  if (history === undefined) return;
  const plain = lifetimeValue(model, history, { ...ONE_YEAR_OF_WEEKS, discountPerYear: 0 });
  const discounted = lifetimeValue(model, history, ONE_YEAR_OF_WEEKS);
  t.ok(Math.abs(plain.value - plain.purchases * plain.valuePerPurchase) < 1e-9);
  t.ok(discounted.value < plain.value && discounted.value > plain.value / 1.1);
  t.ok(model.returnedShare > 0);
  const segments = segmentsOf(model, split.histories);
  t.equal(segments.length, split.histories.length);
  const meanAlive = (name: string): number => {
    const members = segments.filter(({ segment }) => segment === name);
    return members.reduce((sum, { alive }) => sum + alive, 0) / members.length;
  };
  t.ok(meanAlive('champions') > 0.7 && meanAlive('at risk') < 0.7);
  t.ok(
    segments.every(
      ({ segment, customer }) =>
        segment !== 'new' || split.histories.some((each) => each.customer === customer && each.repeats === 0),
    ),
  );
  t.end();
});
