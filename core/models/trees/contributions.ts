import type { TreesModel } from './boost.ts';
import { LEAF, type Tree } from './tree.ts';

/** What each feature added to the score of one row; `base` and all contributions add up to the score. */
export interface Contributions {
  /** The mean score of the training rows, as the trees' covers know them. */
  readonly base: number;
  /** In the order of the model's features. */
  readonly values: Float64Array;
}

/**
 * The Shapley values of a row's score: TreeSHAP, path-dependent (Lundberg, Erion and Lee 2018, algorithm 2). Exact for
 * the trees; polynomial instead of exponential in the number of features.
 */
export function contributionsOf(model: TreesModel, row: ArrayLike<number>): Contributions {
  const values = new Float64Array(model.features.length);
  let base = model.start;
  for (const tree of model.trees) {
    base += meanOf(tree, 0);
    new PathWalk(tree, row, values).walk(0, [], 1, 1, LEAF);
  }
  return { base, values };
}

function meanOf(tree: Tree, node: number): number {
  if (tree.feature[node] === LEAF) return tree.value[node] ?? 0;
  const left = tree.left[node] ?? 0;
  const right = tree.right[node] ?? 0;
  const leftRows = tree.cover[left] ?? 0;
  const rightRows = tree.cover[right] ?? 0;
  return (leftRows * meanOf(tree, left) + rightRows * meanOf(tree, right)) / (leftRows + rightRows);
}

/**
 * A feature on the way to a leaf: the share of the ways that go on when it is unknown (`zero`) and when it is known
 * (`one`: 1 if the row goes this way, else 0), and the summed weight of subsets of each size (`weight`).
 */
interface Step {
  readonly feature: number;
  readonly zero: number;
  readonly one: number;
  weight: number;
}

class PathWalk {
  private readonly tree: Tree;
  private readonly row: ArrayLike<number>;
  private readonly values: Float64Array;

  constructor(tree: Tree, row: ArrayLike<number>, values: Float64Array) {
    this.tree = tree;
    this.row = row;
    this.values = values;
  }

  walk(node: number, above: readonly Step[], zero: number, one: number, feature: number): void {
    const { tree } = this;
    let path = extended(above, zero, one, feature);
    const asked = tree.feature[node] ?? LEAF;
    if (asked === LEAF) {
      this.addLeaf(path, tree.value[node] ?? 0);
      return;
    }
    const left = tree.left[node] ?? 0;
    const right = tree.right[node] ?? 0;
    const [hot, cold] = this.goesLeft(node, asked) ? [left, right] : [right, left];
    let zeroBefore = 1;
    let oneBefore = 1;
    const seen = path.findIndex((step) => step.feature === asked);
    if (seen >= 0) {
      zeroBefore = path[seen]?.zero ?? 1;
      oneBefore = path[seen]?.one ?? 1;
      path = unwound(path, seen);
    }
    const cover = tree.cover[node] ?? 1;
    this.walk(hot, path, (zeroBefore * (tree.cover[hot] ?? 0)) / cover, oneBefore, asked);
    this.walk(cold, path, (zeroBefore * (tree.cover[cold] ?? 0)) / cover, 0, asked);
  }

  private addLeaf(path: readonly Step[], value: number): void {
    for (let index = 1; index < path.length; index += 1) {
      const { feature, zero, one } = path[index] ?? { feature: 0, zero: 0, one: 0 };
      this.values[feature] = (this.values[feature] ?? 0) + unwoundWeight(path, index) * (one - zero) * value;
    }
  }

  private goesLeft(node: number, feature: number): boolean {
    const found = this.row[feature] ?? Number.NaN;
    return Number.isNaN(found)
      ? this.tree.missingLeft[node] === 1
      : found <= (this.tree.threshold[node] ?? 0);
  }
}

/** The path with one more feature; the weights of subsets grow by those that hold it. */
function extended(path: readonly Step[], zero: number, one: number, feature: number): Step[] {
  const length = path.length;
  const next = path.map((step) => ({ ...step }));
  next.push({ feature, zero, one, weight: length === 0 ? 1 : 0 });
  for (let index = length - 1; index >= 0; index -= 1) {
    const step = next[index];
    const behind = next[index + 1];
    if (step === undefined || behind === undefined) continue;
    behind.weight += (one * step.weight * (index + 1)) / (length + 1);
    step.weight = (zero * step.weight * (length - index)) / (length + 1);
  }
  return next;
}

/** The weights that the path had before the step at `index` joined it. */
function weightsWithout(path: readonly Step[], index: number): Float64Array {
  const last = path.length - 1;
  const { zero, one } = path[index] ?? { zero: 1, one: 1 };
  const weights = Float64Array.from(path, (step) => step.weight);
  let carried = weights[last] ?? 0;
  for (let place = last - 1; place >= 0; place -= 1) {
    const weight = weights[place] ?? 0;
    if (one !== 0) {
      weights[place] = (carried * (last + 1)) / ((place + 1) * one);
      carried = weight - ((weights[place] ?? 0) * zero * (last - place)) / (last + 1);
    } else {
      weights[place] = (weight * (last + 1)) / (zero * (last - place));
    }
  }
  return weights.subarray(0, last);
}

function unwound(path: readonly Step[], index: number): Step[] {
  const weights = weightsWithout(path, index);
  return path
    .filter((_, place) => place !== index)
    .map((step, place) => ({ ...step, weight: weights[place] ?? 0 }));
}

function unwoundWeight(path: readonly Step[], index: number): number {
  let sum = 0;
  for (const weight of weightsWithout(path, index)) sum += weight;
  return sum;
}
