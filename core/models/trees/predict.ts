import type { TreesModel } from './boost.ts';
import type { Features } from './features.ts';
import { responseOf } from './losses.ts';
import { LEAF } from './tree.ts';

/** All trees of a model laid out behind one another, for reading quickly. */
interface FlatTrees {
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly missingLeft: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly value: Float64Array;
}

function flatten({ trees }: TreesModel): FlatTrees {
  const roots = new Int32Array(trees.length);
  let nodes = 0;
  for (const [index, tree] of trees.entries()) {
    roots[index] = nodes;
    nodes += tree.feature.length;
  }
  const moved = (of: 'left' | 'right') =>
    Int32Array.from(trees.flatMap((tree, index) => tree[of].map((node) => node + (roots[index] ?? 0))));
  return {
    roots,
    feature: Int32Array.from(trees.flatMap((tree) => tree.feature)),
    threshold: Float64Array.from(trees.flatMap((tree) => tree.threshold)),
    missingLeft: Uint8Array.from(trees.flatMap((tree) => tree.missingLeft)),
    left: moved('left'),
    right: moved('right'),
    value: Float64Array.from(trees.flatMap((tree) => tree.value)),
  };
}

/** Scores a row at a time; make it once per model. The row's values stand in the order of the model's features. */
export type Scorer = (row: ArrayLike<number>) => number;

export function scorerOf(model: TreesModel): Scorer {
  const { roots, feature, threshold, missingLeft, left, right, value } = flatten(model);
  const { start } = model;
  return (row) => {
    let score = start;
    for (const root of roots) {
      let node = root;
      let asked = feature[node] ?? LEAF;
      while (asked !== LEAF) {
        const found = row[asked] ?? Number.NaN;
        const goesLeft = Number.isNaN(found) ? missingLeft[node] === 1 : found <= (threshold[node] ?? 0);
        node = (goesLeft ? left[node] : right[node]) ?? 0;
        asked = feature[node] ?? LEAF;
      }
      score += value[node] ?? 0;
    }
    return score;
  };
}

/** What a score of the model means: a probability, a mean, a value. */
export function predictorOf(model: TreesModel): Scorer {
  const score = scorerOf(model);
  return (row) => responseOf(model.loss, score(row));
}

/** The scores of many rows; `rows` are indices into the features, all of them unless given. */
export function scoreRows(model: TreesModel, features: Features, rows?: Int32Array): Float64Array {
  const score = scorerOf(model);
  const count = rows?.length ?? features.rows;
  const scores = new Float64Array(count);
  const values = new Float64Array(features.columns.length);
  for (let place = 0; place < count; place += 1) {
    const row = rows?.[place] ?? place;
    for (let column = 0; column < values.length; column += 1) {
      values[column] = features.columns[column]?.[row] ?? Number.NaN;
    }
    scores[place] = score(values);
  }
  return scores;
}

/** Responses (probabilities, means, values) of many rows. */
export function predictRows(model: TreesModel, features: Features, rows?: Int32Array): Float64Array {
  return scoreRows(model, features, rows).map((score) => responseOf(model.loss, score));
}
