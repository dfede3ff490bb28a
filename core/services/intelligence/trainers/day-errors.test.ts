import t from 'tap';
import type { ModelGrade } from '../ports.ts';
import { dayErrors, lastDays } from './day-errors.ts';
import { type DemandContent, demandTrainer } from './demand.ts';

const DAY_MS = 86_400_000;
const LAST_DAY = '2026-03-01';
const day = (after: number): string =>
  new Date(Date.parse(LAST_DAY) + after * DAY_MS).toISOString().slice(0, 10);
const wape: ModelGrade = {
  metric: 'WAPE',
  higherIsBetter: false,
  ours: 0.3,
  low: 0.2,
  high: 0.4,
  baseline: 'seasonal naive',
  baselineValue: 0.5,
};

/** A version that foretold ten of each product on each of the days after the last it learnt from. */
function content(...products: readonly string[]): DemandContent {
  const points = Array.from({ length: 30 }, (_, at) => ({
    date: day(at + 1),
    mean: 10,
    lo80: 8,
    hi80: 12,
    lo95: 6,
    hi95: 14,
  }));
  const shape = { trend: 0, trendStrength: 0, seasonStrength: 0, weekdays: [] };
  const demand = { points, model: 'mean', grade: null, shape, recent: [] };
  return {
    lastDay: LAST_DAY,
    season: 7,
    horizon: 30,
    errorCorrelation: 0,
    products: Object.fromEntries(products.map((id) => [id, demand])),
  };
}

const sold = (productId: string, after: number, units: number) => ({
  productId,
  day: day(after),
  units,
  revenueCents: 100 * units,
});

t.test('a day without a sale was foretold as well; days learnt from and today are left out', (t) => {
  const rows = [sold('a', 0, 99), sold('a', 1, 7), sold('b', 1, 14), sold('new', 1, 50), sold('a', 3, 99)];
  t.same(dayErrors(rows, content('a', 'b'), day(3)), [
    { day: day(1), error: 3 + 4, sold: 21 },
    { day: day(2), error: 20, sold: 0 },
  ]);
  t.end();
});

t.test('days that earlier versions foretold stay, four weeks of them, and what can not be read goes', (t) => {
  const one = (after: number, error: number) => ({ day: day(after), error, sold: 1 });
  t.same(lastDays([one(1, 1), one(2, 2)], [one(3, 3), one(2, 9)]), [one(1, 1), one(2, 9), one(3, 3)]);
  const many = Array.from({ length: 40 }, (_, at) => one(at, at));
  t.same(lastDays(many, []), many.slice(-28));
  for (const strange of [null, { days: [] }, [null, { day: 3 }]]) t.same(lastDays(strange, []), []);
  t.end();
});

t.test(
  'the error of late stands beside the grade, is told from a week on, and warns when it is clearly worse',
  (t) => {
    const live = { content: content('a'), trainedAtMs: Date.parse(day(1)), grades: [wape] };
    const told = (days: number, units: number, carried: unknown = null) => {
      const rows = Array.from({ length: days }, (_, at) => sold('a', at + 1, units + (at % 2)));
      const nowMs = Date.parse(day(days + 1)) + DAY_MS / 2;
      return demandTrainer.lately?.(rows, { live, carried, nowMs, seed: 1 });
    };
    t.match(told(6, 20)?.lately, {
      value: null,
      counted: 6,
      needed: 7,
      atTraining: 0.3,
      clearlyWorse: false,
    });
    const bad = told(8, 20)?.lately;
    t.match(bad, { metric: 'WAPE', unit: 'days', counted: 8, clearlyWorse: true });
    t.equal(bad?.value, (4 * 10 + 4 * 11) / (4 * 20 + 4 * 21));
    t.ok((bad?.low ?? 0) > 0.3);
    t.match(told(8, 11)?.lately, { clearlyWorse: false }, 'a small error is no warning');

    const before = told(6, 20)?.carried;
    const next = { ...live, content: { ...content('a'), lastDay: day(6) } };
    const after = demandTrainer.lately?.([sold('a', 7, 20)], {
      live: next,
      carried: before,
      nowMs: Date.parse(day(8)),
      seed: 1,
    });
    t.match(after?.lately, { counted: 7, clearlyWorse: true }, 'the day of a new version joins those before');
    t.equal(
      demandTrainer.lately?.([], { live: { ...live, content: {} }, carried: null, nowMs: 0, seed: 1 }),
      undefined,
      'content of another build tells nothing',
    );
    t.end();
  },
);
