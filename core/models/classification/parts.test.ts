import { test } from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { everyRow, featuresOf } from '../trees/features.ts';
import { calibrate, calibrated, calibrationBins } from './calibration.ts';
import { encodeCategory } from './encoding.ts';
import { reviewScore } from './grading.ts';
import { scoreLogistic, trainLogistic } from './logistic.ts';
import { forwardFolds, splitByTime, splitStratified, stratifiedFolds } from './splits.ts';

const ROWS = 20_000;

/** Rows of a logistic world: log-odds 2 x - 3 z - 1 over standard uniform features of different scales. */
function world() {
  const random = streamOf(7, 'world');
  const table = Array.from({ length: ROWS }, () => [random() - 0.5, 1_000 * random()]);
  const odds = table.map(([x = 0, z = 0]) => 2 * x - (3 * z) / 1_000 - 1);
  const positive = Uint8Array.from(odds, (one) => (random() < 1 / (1 + Math.exp(-one)) ? 1 : 0));
  return { features: featuresOf(['x', 'z'], table), odds: Float64Array.from(odds), positive };
}

test('logistic regression recovers the log-odds that made the labels', async (t) => {
  const { features, odds, positive } = world();
  const rows = everyRow(ROWS);
  const model = trainLogistic(features, positive, rows, undefined);
  const slopes = model.weights.map((weight, feature) => weight / (model.scales[feature] ?? 1));
  t.ok(Math.abs((slopes[0] ?? 0) - 2) < 0.3, `x: ${slopes[0]}`);
  t.ok(Math.abs((slopes[1] ?? 0) + 0.003) < 0.0003, `z: ${slopes[1]}`);
  const error = scoreLogistic(model, features, rows).reduce(
    (sum, score, row) => sum + Math.abs(score - (odds[row] ?? 0)),
    0,
  );
  t.ok(error / ROWS < 0.1);
});

test('at its optimum the regression predicts as many positives as there are, for any ridge', async (t) => {
  const { features, positive } = world();
  const rows = everyRow(ROWS);
  for (const l2 of [1, 1_000]) {
    const scores = scoreLogistic(trainLogistic(features, positive, rows, undefined, { l2 }), features, rows);
    const predicted = scores.reduce((sum, score) => sum + 1 / (1 + Math.exp(-score)), 0);
    t.ok(Math.abs(predicted - positive.reduce((sum, one) => sum + one, 0)) < 2);
  }
});

test('constant and missing values leave the regression alone', async (t) => {
  const features = featuresOf(
    ['x', 'constant', 'none'],
    [
      [0, 5, Number.NaN],
      [1, 5, Number.NaN],
      [Number.NaN, 5, Number.NaN],
      [0.2, 5, Number.NaN],
    ],
  );
  const model = trainLogistic(features, Uint8Array.from([0, 1, 1, 0]), everyRow(4), undefined);
  t.same(model.weights.slice(1), [0, 0]);
  t.ok(scoreLogistic(model, features, everyRow(4)).every(Number.isFinite));
});

test('scores that say nothing, or the opposite, are calibrated to the share of positives', async (t) => {
  const random = streamOf(2, 'nothing');
  const positive = Uint8Array.from({ length: 2_000 }, () => (random() < 0.05 ? 1 : 0));
  const share = positive.reduce((sum, one) => sum + one, 0) / positive.length;
  for (const way of [0, -3]) {
    const scores = Float64Array.from(positive, (one) => -3 + random() + way * one);
    const found = calibrate(scores, positive);
    for (const score of [-6, -3, -2]) {
      const probability = calibrated(found, score);
      t.ok(Math.abs(probability - share) < 0.02, `${String(probability)} for ${String(score)}`);
    }
  }
});

test('calibration undoes a stretched scale', async (t) => {
  const { odds, positive } = world();
  const stretched = odds.map((score) => 3 * score + 2);
  const found = calibrate(stretched, positive);
  t.ok(Math.abs(found.slope - 1 / 3) < 0.03 && Math.abs(found.intercept + 2 / 3) < 0.1);
  const bins = calibrationBins(
    stretched.map((score) => calibrated(found, score)),
    positive,
  );
  t.equal(bins.length, 10);
  for (const { predicted, observed } of bins) t.ok(Math.abs(predicted - observed) < 0.03);
});

test('scores for review are 80 at the threshold and keep the order', async (t) => {
  t.same(
    [0, 0.1, 0.2, 0.6, 1].map((share) => reviewScore(share, 0.2)),
    [0, 40, 80, 90, 100],
  );
  t.equal(reviewScore(0.5, 1), 40);
});

test("a category's statistic leaves the row's own label out", async (t) => {
  const random = streamOf(3, 'noise');
  const rows = everyRow(4_000);
  // Every text twice: by its own label a row would be told for certain, by that of the others not at all.
  const codes = Int32Array.from(rows, (row) => row >> 1);
  const positive = Uint8Array.from(rows, () => (random() < 0.5 ? 1 : 0));
  const { columns } = encodeCategory({ name: 'c', codes, size: 2_000 }, positive, rows, 1);
  const mean = (wanted: number) => {
    const own = rows.filter((row) => positive[row] === wanted);
    return own.reduce((sum, row) => sum + (columns[0]?.[row] ?? 0), 0) / own.length;
  };
  t.ok(Math.abs(mean(1) - mean(0)) < 0.005);
});

test('rows outside the training rows get the share of their text, pulled towards the whole', async (t) => {
  const codes = Int32Array.from([
    ...new Array<number>(80).fill(0),
    ...new Array<number>(80).fill(1),
    0,
    1,
    -1,
  ]);
  const positive = Uint8Array.from(codes, (code, row) => (code === 0 && row < 80 ? 1 : 0));
  const { columns } = encodeCategory({ name: 'c', codes, size: 2 }, positive, everyRow(160), 1);
  t.same(
    [160, 161, 162].map((row) => Math.round(1_000 * (columns[0]?.[row] ?? 0))),
    [900, 100, 500],
    '(80 + 20 / 2) / 100, (0 + 20 / 2) / 100, and nothing known',
  );
});

test('random splits keep the share of each class and part all rows', async (t) => {
  const positive = Uint8Array.from({ length: 1_000 }, (_, row) => (row % 50 === 0 ? 1 : 0));
  const { training, test: graded } = splitStratified(positive, everyRow(1_000), 0.3, 1);
  t.same(
    [...training, ...graded].sort((a, b) => a - b),
    [...everyRow(1_000)],
  );
  t.equal(graded.filter((row) => positive[row] === 1).length, 6);
  const folds = stratifiedFolds(positive, everyRow(1_000), 4, 1);
  t.same(
    folds.flatMap((fold) => [...fold.test]).sort((a, b) => a - b),
    [...everyRow(1_000)],
  );
  for (const fold of folds) t.equal(fold.test.filter((row) => positive[row] === 1).length, 5);
});

test('splits by time never learn from what is later, or from the same moment', async (t) => {
  const times = Float64Array.from({ length: 100 }, (_, row) => (row * 37) % 10);
  const splits = [splitByTime(everyRow(100), times, 0.3), ...forwardFolds(everyRow(100), times)];
  for (const { training, test: graded } of splits) {
    const latest = training.reduce((most, row) => Math.max(most, times[row] ?? 0), -1);
    t.ok(graded.length > 0 && graded.every((row) => (times[row] ?? 0) > latest));
  }
});
