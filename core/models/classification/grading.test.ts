import { test } from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { tableOf } from '../evaluation/table.ts';
import { gradeClassifier } from './grading.ts';

const RULES = { usualNames: ['fraud'], positiveTexts: [], negativeTexts: [], oppositeColumn: /honest/ };
const OPTIONS = { seed: 1, budget: 0.1 };

/** Orders whose fraud is an exclusive or of two features: no feature tells by itself, and no straight line does. */
function orders(rows: number) {
  const random = streamOf(11, 'orders');
  const table = Array.from({ length: rows }, (_, row) => {
    const [x, z] = [random(), random()];
    return [String(row >> 1), x.toFixed(4), z.toFixed(4), x > 0.7 !== z > 0.7 && random() < 0.9 ? '1' : '0'];
  });
  return tableOf(['step', 'x', 'z', 'fraud'], table);
}

test('what only the trees can see, ours finds and both baselines do not', async (t) => {
  const { grades } = gradeClassifier(orders(500), RULES, { ...OPTIONS, time: 'step' });
  const aucs = grades.filter(({ metric }) => metric === 'AUC');
  const [ours = 0, ...baselines] = aucs.map(({ value }) => value);
  t.ok(ours > 0.85, `ours ${ours}`);
  for (const value of baselines) t.ok(value < ours - 0.05, `baseline ${value}`);
  for (const { low = 1, value, high = 0 } of aucs) t.ok(low <= value && value <= high);
});

test('a class that comes only late in time is refused', async (t) => {
  const rows = Array.from({ length: 100 }, (_, row) => [String(row), String(row % 7), row >= 75 ? '1' : '0']);
  t.throws(
    () => gradeClassifier(tableOf(['step', 'x', 'fraud'], rows), RULES, { ...OPTIONS, time: 'step' }),
    {
      code: 'bad_input',
      message: /column fraud: training and test need rows of both classes/,
    },
  );
});
