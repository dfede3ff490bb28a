import { test } from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { binFeatures } from './bins.ts';
import { trainTrees, type TreesModel } from './boost.ts';
import { explainerOf } from './contributions.ts';
import { everyRow, featuresOf, type Features } from './features.ts';
import { predictorOf, predictRows, scorerOf, scoreRows } from './predict.ts';
import { LEAF, type Tree } from './tree.ts';

/** Rows of uniform features and what a rule makes of them. */
function drawn(rows: number, width: number, rule: (x: readonly number[]) => number, seed = 1) {
  const random = streamOf(seed, 'rows');
  const table = Array.from({ length: rows }, () => Array.from({ length: width }, () => random()));
  const names = Array.from({ length: width }, (_, feature) => `x${feature}`);
  return { features: featuresOf(names, table), values: Float64Array.from(table, rule), table };
}

function meanSquared(a: ArrayLike<number>, b: Float64Array): number {
  return b.reduce((sum, value, row) => sum + (value - (a[row] ?? 0)) ** 2, 0) / b.length;
}

test('edges part values half-way and give every value of a small set its bin', async (t) => {
  const features = featuresOf(['a'], [[3], [1], [Number.NaN], [2], [2], [1]]);
  const { edges, bins } = binFeatures(features);
  t.same([...(edges[0] ?? [])], [1.5, 2.5]);
  t.same([...(bins[0] ?? [])], [3, 1, 0, 2, 2, 1]);
});

test('a feature of many values is cut into bins of about the same size, whatever its scale', async (t) => {
  const { features } = drawn(10_000, 1, () => 0);
  const skewed: Features = {
    ...features,
    columns: [features.columns[0]?.map((x) => x ** 9) ?? new Float64Array()],
  };
  const { bins, edges } = binFeatures(skewed, undefined, 50);
  const counts = new Map<number, number>();
  for (const bin of bins[0] ?? []) counts.set(bin, (counts.get(bin) ?? 0) + 1);
  t.equal(edges[0]?.length, 49);
  t.ok(Math.min(...counts.values()) >= 195 && Math.max(...counts.values()) <= 205, 'bins of 200 rows each');
});

test('one tree on one step finds the step and both means', async (t) => {
  const { features, values } = drawn(200, 3, (x) => ((x[1] ?? 0) > 0.5 ? 7 : -1));
  const model = trainTrees(
    { features: binFeatures(features), targets: { values } },
    { loss: { kind: 'squared' }, trees: 1, learningRate: 1, leavesMax: 2, l2: 0 },
  );
  const [tree] = model.trees;
  t.equal(tree?.feature[0], 1);
  t.ok(Math.abs((tree?.threshold[0] ?? 0) - 0.5) < 0.02, 'the threshold is at the step');
  t.ok(meanSquared(predictRows(model, features), values) < 1e-12, 'leaves hold the means');
});

test('the leaves of a logistic tree are the Newton steps of Chen and Guestrin', async (t) => {
  const values = Float64Array.from([1, 1, 1, 0, 0, 0, 0, 1]);
  const features = featuresOf(['x'], [[0], [0], [0], [0], [1], [1], [1], [1]]);
  const model = trainTrees(
    { features: binFeatures(features), targets: { values } },
    { loss: { kind: 'logistic' }, trees: 1, learningRate: 1, l2: 1, rowsInLeafMin: 1 },
  );
  // Start at p = ½: gradients are ½ - y, hessians ¼; left sums are -1 and 1, so -G / (H + 1) = ½, right -½.
  t.equal(model.start, 0);
  t.same(
    [...scoreRows(model, features)].map((score) => Math.round(score * 1e12) / 1e12),
    [0.5, 0.5, 0.5, 0.5, -0.5, -0.5, -0.5, -0.5],
  );
});

test('boosting learns a surface with an interaction far better than the mean, and generalises', async (t) => {
  const rule = (x: readonly number[]) => Math.sin(6 * (x[0] ?? 0)) * (x[1] ?? 0) + (x[2] ?? 0) ** 2;
  const train = drawn(3_000, 5, rule, 1);
  const fresh = drawn(1_000, 5, rule, 2);
  const model = trainTrees(
    { features: binFeatures(train.features), targets: { values: train.values } },
    { loss: { kind: 'squared' }, trees: 120 },
  );
  const mean = train.values.reduce((sum, value) => sum + value, 0) / train.values.length;
  const constant = meanSquared(new Float64Array(fresh.values.length).fill(mean), fresh.values);
  t.ok(meanSquared(predictRows(model, fresh.features), fresh.values) < constant / 50);
});

test('missing values learn their own way', async (t) => {
  const { table, values } = drawn(2_000, 2, (x) => ((x[0] ?? 0) < 0.3 ? 5 : (x[0] ?? 0) > 0.6 ? 1 : 0));
  // What is missing behaves like what is high, so it must go right of the step at 0.3.
  const holes = table.map(([x = 0, z = 0]) => [x < 0.3 || x > 0.6 ? (x > 0.8 ? Number.NaN : x) : x, z]);
  const features = featuresOf(['x', 'z'], holes);
  const model = trainTrees(
    { features: binFeatures(features), targets: { values } },
    { loss: { kind: 'squared' }, trees: 40, learningRate: 0.3 },
  );
  const predict = predictorOf(model);
  t.ok(Math.abs(predict([Number.NaN, 0.5]) - 1) < 0.05);
  t.ok(Math.abs(predict([0.1, 0.5]) - 5) < 0.05);
});

test('a feature that is only there or missing is asked about', async (t) => {
  const values = Float64Array.from({ length: 200 }, (_, row) => row % 2);
  const features = featuresOf(
    ['x'],
    Array.from(values, (value) => [value === 1 ? 4 : Number.NaN]),
  );
  const model = trainTrees(
    { features: binFeatures(features), targets: { values } },
    { loss: { kind: 'squared' }, trees: 1, learningRate: 1, l2: 0 },
  );
  t.same([predictorOf(model)([4]), predictorOf(model)([Number.NaN])], [1, 0]);
});

test('the binned rows and the raw values answer every question alike', async (t) => {
  const { features, values } = drawn(1_000, 4, (x) => (x[0] ?? 0) * (x[3] ?? 0));
  const binned = binFeatures(features);
  const data = { features: binned, targets: { values } };
  const whole = trainTrees(data, { loss: { kind: 'squared' }, trees: 30 });
  const halved = trainTrees(data, { loss: { kind: 'squared' }, trees: 30, rowShare: 0.5, seed: 3 });
  // The halved model's scores of rows not drawn come from bins; were they wrong, later trees would mend nothing.
  t.ok(meanSquared(predictRows(whole, features), values) < 0.001);
  t.ok(meanSquared(predictRows(halved, features), values) < 0.002);
});

test('Poisson, Tweedie and quantile models find the means and the quantile of groups', async (t) => {
  const random = streamOf(5, 'groups');
  const group = Array.from({ length: 6_000 }, (_, row) => row % 2);
  const values = Float64Array.from(group, (high) => -Math.log(1 - random()) * (high === 1 ? 8 : 2));
  const features = featuresOf(
    ['group'],
    group.map((high) => [high]),
  );
  const data = { features: binFeatures(features), targets: { values } };
  const of = (loss: TreesModel['loss']) => predictorOf(trainTrees(data, { loss, trees: 150 }));
  const groupOf = (wanted: number) => values.filter((_, row) => group[row] === wanted).sort();
  const means = [0, 1].map((wanted) => groupOf(wanted).reduce((sum, value) => sum + value, 0) / 3_000);
  for (const loss of [{ kind: 'poisson' }, { kind: 'tweedie', power: 1.5 }] as const) {
    const predict = of(loss);
    for (const high of [0, 1]) t.ok(Math.abs(predict([high]) / (means[high] ?? 1) - 1) < 0.01, loss.kind);
  }
  const ninth = of({ kind: 'quantile', level: 0.9 });
  for (const high of [0, 1])
    t.ok(Math.abs(ninth([high]) / (groupOf(high)[2_700] ?? 1) - 1) < 0.02, 'quantile');
});

test('weights count as repeated rows', async (t) => {
  const features = featuresOf(['x'], [[0], [0], [1], [1]]);
  const values = Float64Array.from([0, 3, 1, 5]);
  const weights = Float64Array.from([2, 1, 1, 3]);
  const twice = featuresOf(['x'], [[0], [0], [0], [1], [1], [1], [1]]);
  const options = { loss: { kind: 'squared' }, trees: 5, rowsInLeafMin: 1 } as const;
  const weighted = trainTrees({ features: binFeatures(features), targets: { values, weights } }, options);
  const repeated = trainTrees(
    { features: binFeatures(twice), targets: { values: [0, 0, 3, 1, 5, 5, 5] } },
    options,
  );
  for (const x of [0, 1]) {
    t.ok(Math.abs(predictorOf(weighted)([x]) - predictorOf(repeated)([x])) < 1e-9);
  }
});

test('a monotone constraint holds everywhere, however the data wobble', async (t) => {
  const { features, values } = drawn(
    2_000,
    2,
    (x) => (x[0] ?? 0) + 0.5 * Math.sin(20 * (x[0] ?? 0)) * (x[1] ?? 0),
  );
  const data = { features: binFeatures(features), targets: { values } };
  const rises = (monotone: readonly number[]) => {
    const predict = predictorOf(trainTrees(data, { loss: { kind: 'squared' }, trees: 60, monotone }));
    let falls = 0;
    for (const z of [0.1, 0.5, 0.9]) {
      for (let x = 0; x < 1; x += 0.01) if (predict([x + 0.01, z]) < predict([x, z]) - 1e-12) falls += 1;
    }
    return falls;
  };
  t.equal(rises([1, 0]), 0);
  t.ok(rises([0, 0]) > 10, 'without it the score follows the wobble');
});

test('early stopping keeps the trees up to the lowest validation loss', async (t) => {
  const random = streamOf(9, 'noise');
  const { features, values } = drawn(600, 8, (x) => (x[0] ?? 0) + 2 * (random() - 0.5));
  const data = {
    features: binFeatures(features),
    targets: { values },
    rows: everyRow(600).subarray(0, 400),
    validationRows: everyRow(600).subarray(400),
  };
  const options = { loss: { kind: 'squared' }, trees: 300, patience: 10 } as const;
  const stopped = trainTrees(data, options);
  const all = trainTrees({ ...data, validationRows: new Int32Array(0) }, options);
  t.ok(stopped.trees.length > 0 && stopped.trees.length < 100);
  const loss = (model: TreesModel) =>
    meanSquared(predictRows(model, features, data.validationRows), values.slice(400));
  t.ok(loss(stopped) < loss(all), 'more trees would have learned the noise');
});

test('the same seed gives the same model, another seed another one; JSON holds the model whole', async (t) => {
  const { features, values } = drawn(500, 4, (x) => (x[0] ?? 0) - (x[2] ?? 0));
  const data = { features: binFeatures(features), targets: { values } };
  const train = (seed: number) =>
    trainTrees(data, { loss: { kind: 'squared' }, trees: 10, rowShare: 0.7, featureShare: 0.5, seed });
  t.same(train(1), train(1));
  t.not(JSON.stringify(train(1)), JSON.stringify(train(2)));
  const stored = JSON.parse(JSON.stringify(train(1))) as TreesModel;
  t.same(scoreRows(stored, features), scoreRows(train(1), features));
});

test('contributions are the Shapley values of the trees, computed over all subsets', async (t) => {
  const { features, values, table } = drawn(
    500,
    4,
    (x) => (x[0] ?? 0) * (x[1] ?? 0) + ((x[2] ?? 0) > 0.5 ? 1 : 0),
  );
  const model = trainTrees(
    { features: binFeatures(features), targets: { values } },
    { loss: { kind: 'squared' }, trees: 6, depthMax: 5, leavesMax: 12, rowsInLeafMin: 5 },
  );
  const score = scorerOf(model);
  const explain = explainerOf(model);
  for (const row of table.slice(0, 20)) {
    const { base, values: found } = explain(row);
    const expected = bySubsets(model, row);
    for (const [feature, value] of found.entries()) t.ok(Math.abs(value - (expected[feature] ?? 0)) < 1e-9);
    t.ok(Math.abs(base + found.reduce((sum, value) => sum + value, 0) - score(row)) < 1e-9, 'they add up');
  }
});

/** Shapley values from their definition: the mean over all subsets of what a feature adds to what is expected. */
function bySubsets(model: TreesModel, row: readonly number[]): number[] {
  const width = row.length;
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const expected = (known: number) =>
    model.trees.reduce((sum, tree) => sum + expectation(tree, row, known, 0), model.start);
  return row.map((_, feature) => {
    let value = 0;
    for (let subset = 0; subset < 1 << width; subset += 1) {
      if ((subset & (1 << feature)) !== 0) continue;
      const size = subset.toString(2).replaceAll('0', '').length;
      const weight = (factorial(size) * factorial(width - size - 1)) / factorial(width);
      value += weight * (expected(subset | (1 << feature)) - expected(subset));
    }
    return value;
  });
}

function expectation(tree: Tree, row: readonly number[], known: number, node: number): number {
  const feature = tree.feature[node] ?? LEAF;
  if (feature === LEAF) return tree.value[node] ?? 0;
  const left = tree.left[node] ?? 0;
  const right = tree.right[node] ?? 0;
  if ((known & (1 << feature)) !== 0) {
    return expectation(tree, row, known, (row[feature] ?? 0) <= (tree.threshold[node] ?? 0) ? left : right);
  }
  const share = (tree.cover[left] ?? 0) / (tree.cover[node] ?? 1);
  return share * expectation(tree, row, known, left) + (1 - share) * expectation(tree, row, known, right);
}

test('few rows of many make the same trees as those rows by themselves', async (t) => {
  const { features, values } = drawn(2_000, 4, (x) => ((x[0] ?? 0) > 0.6 ? 1 : 0) + (x[1] ?? 0));
  const binned = binFeatures(features);
  const every = (step: number, from: number) => everyRow(features.rows).filter((row) => row % step === from);
  const [rows, validationRows] = [every(7, 3), every(11, 5)];
  const used = [...rows, ...validationRows];
  const options = { loss: { kind: 'squared' }, trees: 20, rowShare: 0.7, featureShare: 0.5 } as const;
  const among = trainTrees({ features: binned, targets: { values }, rows, validationRows }, options);
  const alone = trainTrees(
    {
      features: {
        ...binned,
        rows: used.length,
        bins: binned.bins.map((column) => Uint8Array.from(used, (row) => column[row] ?? 0)),
      },
      targets: { values: Float64Array.from(used, (row) => values[row] ?? 0) },
      rows: everyRow(rows.length),
      validationRows: everyRow(used.length).subarray(rows.length),
    },
    options,
  );
  t.same(among, alone);
  t.ok(among.trees.length > 1);
});
