import { test } from 'tap';
import { balancedThreshold, RankedClasses } from './ranked-classes.ts';

const scores = Float64Array.from([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]);
const positive = Uint8Array.from([1, 0, 1, 0, 0, 1]);

test('the figures of six rows are those computed by hand', async (t) => {
  const figures = new RankedClasses(scores, positive, 0.65, 1 / 3).figures();
  // Pairs in order: 3 + 2 + 0 of 9. Precisions at the positives: 1/1, 2/3, 3/6.
  t.equal(figures.auc, 5 / 9);
  t.ok(Math.abs(figures.averagePrecision - (1 + 2 / 3 + 1 / 2) / 3) < 1e-12);
  t.same([figures.precision, figures.recall], [2 / 3, 2 / 3]);
  t.same([figures.budgetPrecision, figures.budgetRecall], [1 / 2, 1 / 3]);
});

test('a row drawn twice counts as two rows', async (t) => {
  const counts = Int32Array.from([2, 0, 1, 3, 0, 1]);
  const repeated = [0, 0, 2, 3, 3, 3, 5];
  const drawn = new RankedClasses(
    Float64Array.from(repeated, (row) => scores[row] ?? 0),
    Uint8Array.from(repeated, (row) => positive[row] ?? 0),
    0.65,
    0.5,
  );
  t.same(new RankedClasses(scores, positive, 0.65, 0.5).figures(counts), drawn.figures());
});

test('ties share their place, whatever their order in the table', async (t) => {
  const tied = Float64Array.from([1, 1, 1, 1]);
  for (const classes of [
    [1, 0, 0, 0],
    [0, 0, 0, 1],
  ]) {
    const figures = new RankedClasses(tied, Uint8Array.from(classes), 2, 0.5).figures();
    t.same(figures, {
      auc: 0.5,
      averagePrecision: 0.25,
      precision: 0,
      recall: 0,
      budgetPrecision: 0.25,
      budgetRecall: 0.5,
    });
  }
});

test('the threshold of the best balance lies between the scores that it parts', async (t) => {
  t.equal(balancedThreshold(scores, Uint8Array.from([1, 1, 1, 0, 0, 0])), 0.6499999999999999);
  t.equal(balancedThreshold(scores, Uint8Array.from([1, 0, 0, 0, 0, 0])), 0.8500000000000001);
});
