import { z } from 'zod';
import { BadInput } from '../evaluation/bad-input.ts';
import { bootstrap, BOOTSTRAP_DRAWS, type Interval } from '../evaluation/bootstrap.ts';
import type { DetailTable, Evaluation, Grade, Report } from '../evaluation/evaluation.ts';
import { areaUnderCurve, CurveUnits } from '../evaluation/area-under-curve.ts';
import { dateOf, lineOf, numbersOf, shown, textsOf, timesOf, type Table } from '../evaluation/table.ts';
import { DATES, splitAt, STEPS, type Calendar, type Purchases, type Split } from './histories.ts';
import { outlookOf, train, validate, type ChurnModel, type Validation } from './model.ts';

const options = z.strictObject({
  cutoff: z
    .string()
    .optional()
    .describe('last time of the training side, a date or step as in the file (the middle of its span)'),
});

type Options = z.output<typeof options>;

/** Below these, nothing can be learnt or graded. */
const CUSTOMERS_MIN = 20;
const REPEATERS_MIN = 5;
/** All draws of all intervals together touch about so many customers at most, so that a million take minutes. */
const DRAWN_MAX = 100_000_000;
const DRAWS_MIN = 100;
const EXPECTED = 'ours';
const ALIVE = 'ours, P(alive) alone';
const DECILES = 10;

/** Grades who comes back, and how often, on the time after a cutoff. */
export const churnEvaluation: Evaluation<typeof options> = {
  name: 'churn',
  summary:
    'who is still a customer, what they will buy (BG/NBD or MBG/NBD, Gamma-Gamma) against their own past rate',
  columns: [
    { name: 'customer', required: true, holds: 'who bought' },
    { name: 'time', required: true, holds: 'date of the purchase (or number of a step)' },
    { name: 'amount', required: true, holds: 'what was paid; negative for a return, zero for a gift' },
  ],
  options,
  run(table, given) {
    const { purchases, calendar } = readPurchases(table);
    const cutoff = cutoffOf(table, purchases, calendar, given);
    const end = maxOf(purchases.times);
    const split = splitAt(purchases, calendar, cutoff, end);
    requireEnough(split);
    const validations = innerValidations(purchases, calendar, cutoff, split.horizon);
    const chosen = validations.reduce((best, next) => (next.error < best.error ? next : best));
    const model = train(chosen.kind, split);
    return reportOf(model, split, validations, calendar, cutoff);
  },
};

function readPurchases(table: Table): { purchases: Purchases; calendar: Calendar } {
  const customers = textsOf(table, 'customer');
  const times = timesOf(table, 'time');
  const amounts = numbersOf(table, 'amount');
  return {
    purchases: { customers, times: times.values, amounts },
    calendar: times.kind === 'dates' ? DATES : STEPS,
  };
}

function cutoffOf(table: Table, { times }: Purchases, calendar: Calendar, { cutoff }: Options): number {
  const first = minOf(times);
  const last = maxOf(times);
  if (cutoff === undefined) return Math.floor((first + last) / 2 / calendar.slot) * calendar.slot;
  const value = calendar === DATES ? dateOf(cutoff) : wholeOf(cutoff);
  if (value === undefined) {
    const example = calendar === DATES ? 'a date' : 'a whole number, as the column time holds steps';
    throw new BadInput(`--cutoff: ${shown(cutoff)} is not ${example}`);
  }
  if (value < first || Math.floor(value / calendar.slot) >= Math.floor(last / calendar.slot)) {
    const rows = Array.from(times);
    const [from, to] = [rows.indexOf(first), rows.indexOf(last)].map((row) => lineOf(table, row));
    throw new BadInput(
      `--cutoff: ${shown(cutoff)} is not between the first purchase (line ${String(from)}) and the last (line ${String(to)})`,
    );
  }
  return value;
}

function wholeOf(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

function requireEnough(split: Split): void {
  if (split.histories.length < CUSTOMERS_MIN) {
    throw new BadInput(
      `column customer: ${String(split.histories.length)} customers bought before the cutoff; ` +
        `at least ${String(CUSTOMERS_MIN)} are needed`,
    );
  }
  const repeaters = split.histories.filter(({ repeats }) => repeats > 0).length;
  if (repeaters < REPEATERS_MIN) {
    throw new BadInput(
      `column customer: ${String(repeaters)} customers bought on two days or more before the cutoff; ` +
        `at least ${String(REPEATERS_MIN)} are needed`,
    );
  }
  const returned = split.aftermaths.filter(({ purchases }) => purchases > 0).length;
  if (returned === 0 || returned === split.aftermaths.length) {
    throw new BadInput(
      `--cutoff: ${returned === 0 ? 'no customer' : 'every customer'} bought again after it; one class only can't be graded`,
    );
  }
}

/** The training time is split once more: its end is as long as what is to be foreseen, half of it at most. */
function innerValidations(
  purchases: Purchases,
  calendar: Calendar,
  cutoff: number,
  horizon: number,
): readonly Validation[] {
  const start = minOf(purchases.times);
  const held = Math.min(horizon * calendar.unit, (cutoff - start) / 2);
  const inner = splitAt(purchases, calendar, cutoff - held, cutoff);
  const repeaters = inner.histories.filter(({ repeats }) => repeats > 0).length;
  if (repeaters < REPEATERS_MIN) return [{ kind: 'BG/NBD', error: Number.NaN }];
  return validate(inner);
}

interface Scores {
  readonly expected: Float64Array;
  readonly alive: Float64Array;
  readonly spending: Float64Array;
}

function scoresOf(model: ChurnModel, { histories, horizon }: Split): Scores {
  const scores = {
    expected: new Float64Array(histories.length),
    alive: new Float64Array(histories.length),
    spending: new Float64Array(histories.length),
  };
  for (const [index, history] of histories.entries()) {
    const { alive, purchases, valuePerPurchase } = outlookOf(model, history, horizon);
    scores.expected[index] = purchases;
    scores.alive[index] = alive;
    scores.spending[index] = purchases * valuePerPurchase;
  }
  return scores;
}

function reportOf(
  model: ChurnModel,
  split: Split,
  validations: readonly Validation[],
  calendar: Calendar,
  cutoff: number,
): Report {
  const { histories, aftermaths, horizon } = split;
  const scores = scoresOf(model, split);
  const ownRate = Float64Array.from(histories, ({ repeats, age }) =>
    age > 0 ? (repeats / age) * horizon : 0,
  );
  const ages = histories.reduce((sum, { age }) => sum + age, 0);
  const everybody =
    (histories.reduce((sum, { repeats }) => sum + repeats, 0) / Math.max(ages, 1e-9)) * horizon;
  const average = new Float64Array(histories.length).fill(everybody);
  const ownSpending = Float64Array.from(
    histories,
    ({ meanValue }, index) => meanValue * (ownRate[index] ?? 0),
  );
  const frequency = Float64Array.from(histories, ({ repeats }) => repeats);
  const recency = Float64Array.from(histories, ({ age, lastAt }) => lastAt - age);
  const bought = Float64Array.from(aftermaths, ({ purchases }) => purchases);
  const spent = Float64Array.from(aftermaths, ({ value }) => value);
  const draws = Math.max(DRAWS_MIN, Math.min(BOOTSTRAP_DRAWS, Math.round(DRAWN_MAX / 10 / histories.length)));
  const comparison = new Comparison(bought, draws);
  const grades: Grade[] = [
    comparison.error(EXPECTED, false, 'RMSE purchases', scores.expected, bought),
    comparison.error('own past rate', true, 'RMSE purchases', ownRate, bought),
    comparison.error("everybody's rate", true, 'RMSE purchases', average, bought),
    comparison.ranking(EXPECTED, false, scores.expected),
    comparison.ranking(ALIVE, false, scores.alive),
    comparison.ranking('own past rate', true, ownRate),
    comparison.ranking('frequency', true, frequency),
    comparison.ranking('recency', true, recency),
    comparison.error(EXPECTED, false, 'RMSE spending', scores.spending, spent),
    comparison.error('own past rate', true, 'RMSE spending', ownSpending, spent),
  ];
  return {
    grades,
    better: { 'RMSE purchases': 'lower', AUC: 'higher', 'RMSE spending': 'lower' },
    interval: `95 % bootstrap over customers, ${String(draws)} draws`,
    facts: factsOf(model, split, validations, calendar, cutoff),
    notes: notesOf(model, split),
    details: [
      comparison.gains([
        ['AUC', 'frequency', scores.expected, frequency],
        ['AUC', 'recency', scores.expected, recency],
        ['RMSE purchases', 'own past rate', scores.expected, ownRate],
      ]),
      decilesOf(scores.expected, scores.alive, bought),
    ],
  };
}

/** Grades that draw the same customers, so that two of them can be compared draw by draw. */
class Comparison {
  readonly #bought: Float64Array;
  readonly #draws: number;
  readonly #units: CurveUnits;

  constructor(bought: Float64Array, draws: number) {
    this.#bought = bought;
    this.#draws = draws;
    this.#units = new CurveUnits(bought.length);
  }

  #interval(figure: (drawn: Int32Array) => number): Interval {
    return bootstrap(this.#bought.length, figure, { draws: this.#draws });
  }

  error(
    model: string,
    baseline: boolean,
    metric: string,
    expected: Float64Array,
    actual: Float64Array,
  ): Grade {
    const value = errorOf(expected, actual);
    return { model, baseline, metric, value, ...this.#interval((drawn) => errorOf(expected, actual, drawn)) };
  }

  ranking(model: string, baseline: boolean, scores: Float64Array): Grade {
    const curve = areaUnderCurve(scores, this.#bought);
    const interval = this.#interval((drawn) => curve(this.#units.counted(drawn)));
    return { model, baseline, metric: 'AUC', value: curve(), ...interval };
  }

  /** By how much ours is better than a baseline, on the same drawn customers. */
  gains(pairs: readonly (readonly [string, string, Float64Array, Float64Array])[]): DetailTable {
    return {
      title: 'By how much ours is better (the same customers drawn for both)',
      header: ['metric', 'than', 'gain', 'low', 'high'],
      rows: pairs.map(([metric, than, ours, other]) => {
        const gain = metric === 'AUC' ? this.#rankingGain(ours, other) : this.#errorGain(ours, other);
        const { low, high } = this.#interval(gain);
        return [metric, than, gain(), low, high];
      }),
    };
  }

  #rankingGain(ours: Float64Array, other: Float64Array): (drawn?: Int32Array) => number {
    const [first, second] = [areaUnderCurve(ours, this.#bought), areaUnderCurve(other, this.#bought)];
    return (drawn) => {
      const counts = drawn === undefined ? undefined : this.#units.counted(drawn);
      return first(counts) - second(counts);
    };
  }

  #errorGain(ours: Float64Array, other: Float64Array): (drawn?: Int32Array) => number {
    return (drawn) => errorOf(other, this.#bought, drawn) - errorOf(ours, this.#bought, drawn);
  }
}

function errorOf(expected: Float64Array, actual: Float64Array, drawn?: Int32Array): number {
  let sum = 0;
  const count = drawn?.length ?? actual.length;
  for (let index = 0; index < count; index += 1) {
    const unit = drawn === undefined ? index : (drawn[index] ?? 0);
    const error = (expected[unit] ?? 0) - (actual[unit] ?? 0);
    sum += error * error;
  }
  return Math.sqrt(sum / count);
}

function factsOf(
  { buying, spending, returnedShare }: ChurnModel,
  split: Split,
  validations: readonly Validation[],
  calendar: Calendar,
  cutoff: number,
): Report['facts'] {
  const returning = split.aftermaths.filter(({ purchases }) => purchases > 0).length;
  return {
    customers: split.histories.length,
    'bought again after the cutoff': returning,
    cutoff: calendar === DATES ? new Date(cutoff).toISOString().slice(0, 10) : cutoff,
    'foreseen time': `${split.horizon.toFixed(1)} ${calendar.unitName}`,
    'customers born later, left out': split.bornLater,
    'rows of returns': split.returns,
    'value returned, as a share': returnedShare,
    'chosen on the training side': `${buying.kind} (${validations.map(({ kind, error }) => `${kind} ${error.toFixed(4)}`).join(', ')})`,
    parameters: `r ${buying.r.toFixed(4)}, α ${buying.alpha.toFixed(4)} ${calendar.unitName}, a ${buying.a.toFixed(4)}, b ${buying.b.toFixed(4)}`,
    'log-likelihood': buying.logLikelihood,
    spending:
      spending === undefined
        ? 'mean of all: too few repeat purchases of different value'
        : `Gamma-Gamma p ${spending.p.toFixed(3)}, q ${spending.q.toFixed(3)}, γ ${spending.gamma.toFixed(3)}`,
  };
}

function notesOf({ buying }: ChurnModel, split: Split): string[] {
  const notes = [
    'Purchases of one customer on one day (or step) are one. Amounts below zero are returns: no purchase; their share is taken off lifetime values, not off the spending graded here, which is that of the purchases. Amounts of zero are purchases without a value.',
    'AUC tells who bought again at all; expected purchases rank, as P(alive) alone is not made for it.',
  ];
  if (buying.kind === 'BG/NBD') {
    notes.push('In BG/NBD nobody can leave before a repeat purchase: P(alive) is 1 for who bought once.');
  }
  if (split.bornLater > 0) notes.push('Customers whose first purchase came after the cutoff are not graded.');
  return notes;
}

/** Customers by what was expected of them, and what they did. */
function decilesOf(expected: Float64Array, alive: Float64Array, bought: Float64Array): DetailTable {
  const order = Array.from(expected.keys()).sort(
    (one, other) => (expected[other] ?? 0) - (expected[one] ?? 0),
  );
  const rows = Array.from({ length: DECILES }, (_, decile) => {
    const members = order.slice(
      Math.round((decile * order.length) / DECILES),
      Math.round(((decile + 1) * order.length) / DECILES),
    );
    const mean = (values: Float64Array): number =>
      members.reduce((sum, member) => sum + (values[member] ?? 0), 0) / Math.max(1, members.length);
    return [decile + 1, members.length, mean(alive), mean(expected), mean(bought)];
  });
  return {
    title: 'Tenths of the customers by expected purchases',
    header: ['tenth', 'customers', 'P(alive)', 'expected', 'bought'],
    rows,
  };
}

function minOf(values: ArrayLike<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < values.length; index += 1) least = Math.min(least, values[index] ?? least);
  return least;
}

function maxOf(values: ArrayLike<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index += 1) most = Math.max(most, values[index] ?? most);
  return most;
}
