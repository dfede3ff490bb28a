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
 * Explains scores by their Shapley values; make it once per model.
 *
 * TreeSHAP, path-dependent (Lundberg, Erion and Lee 2018, algorithm 2): exact for the trees, and polynomial instead of
 * exponential in the number of features.
 */
export function explainerOf(model: TreesModel): (row: ArrayLike<number>) => Contributions {
  const walks = model.trees.map((tree) => new PathWalk(tree));
  const base = model.trees.reduce((sum, tree) => sum + meanOf(tree, 0), model.start);
  return (row) => {
    const values = new Float64Array(model.features.length);
    for (const walk of walks) walk.addTo(values, row);
    return { base, values };
  };
}

function meanOf(tree: Tree, node: number): number {
  if (tree.feature[node] === LEAF) return tree.value[node] ?? 0;
  const left = tree.left[node] ?? 0;
  const right = tree.right[node] ?? 0;
  const leftRows = tree.cover[left] ?? 0;
  const rightRows = tree.cover[right] ?? 0;
  return (leftRows * meanOf(tree, left) + rightRows * meanOf(tree, right)) / (leftRows + rightRows);
}

function depthOf(tree: Tree, node: number): number {
  if (tree.feature[node] === LEAF) return 0;
  return 1 + Math.max(depthOf(tree, tree.left[node] ?? 0), depthOf(tree, tree.right[node] ?? 0));
}

/**
 * The way from the root to each leaf of one tree, as the features asked on it. Of each: the share of the rows that go
 * on when it is unknown (`zero`) and when it is known (`one`: 1 if the row goes this way, else 0), and the summed
 * weight of the subsets of each size (`weight`). Every depth has its own stretch of the arrays, begun with a copy of
 * the one above, so that coming back up costs nothing.
 */
class PathWalk {
  private readonly tree: Tree;
  private readonly feature: Int32Array;
  private readonly zero: Float64Array;
  private readonly one: Float64Array;
  private readonly weight: Float64Array;
  private row: ArrayLike<number> = [];
  private values: Float64Array = new Float64Array(0);

  constructor(tree: Tree) {
    this.tree = tree;
    const depth = depthOf(tree, 0) + 2;
    const room = (depth * (depth + 1)) / 2;
    this.feature = new Int32Array(room);
    this.zero = new Float64Array(room);
    this.one = new Float64Array(room);
    this.weight = new Float64Array(room);
  }

  addTo(values: Float64Array, row: ArrayLike<number>): void {
    this.values = values;
    this.row = row;
    this.walk(0, 0, 0, 1, 1, LEAF);
  }

  /** @param last the path's length above, which is the place of the step that is added; @param above where it starts */
  private walk(node: number, last: number, above: number, zero: number, one: number, by: number): void {
    const { tree } = this;
    const from = above + last;
    this.copy(above, from, last);
    this.extend(from, last, zero, one, by);
    const asked = tree.feature[node] ?? LEAF;
    if (asked === LEAF) {
      this.addLeaf(from, last, tree.value[node] ?? 0);
      return;
    }
    const left = tree.left[node] ?? 0;
    const right = tree.right[node] ?? 0;
    const goesLeft = this.goesLeft(node, asked);
    const hot = goesLeft ? left : right;
    const cold = goesLeft ? right : left;
    let zeroBefore = 1;
    let oneBefore = 1;
    let length = last + 1;
    const seen = this.placeOf(asked, from, last);
    if (seen > 0) {
      zeroBefore = this.zero[from + seen] ?? 1;
      oneBefore = this.one[from + seen] ?? 1;
      this.unwind(from, last, seen);
      length = last;
    }
    const cover = tree.cover[node] ?? 1;
    this.walk(hot, length, from, (zeroBefore * (tree.cover[hot] ?? 0)) / cover, oneBefore, asked);
    this.walk(cold, length, from, (zeroBefore * (tree.cover[cold] ?? 0)) / cover, 0, asked);
  }

  private goesLeft(node: number, feature: number): boolean {
    const found = this.row[feature] ?? Number.NaN;
    return Number.isNaN(found)
      ? this.tree.missingLeft[node] === 1
      : found <= (this.tree.threshold[node] ?? 0);
  }

  private copy(from: number, to: number, count: number): void {
    this.feature.copyWithin(to, from, from + count);
    this.zero.copyWithin(to, from, from + count);
    this.one.copyWithin(to, from, from + count);
    this.weight.copyWithin(to, from, from + count);
  }

  /** 0 when the feature was not asked above: the first step of a path stands for none. */
  private placeOf(feature: number, from: number, last: number): number {
    for (let place = 1; place <= last; place += 1) if (this.feature[from + place] === feature) return place;
    return 0;
  }

  /** Adds a feature to the path; the weights of subsets grow by those that hold it. */
  private extend(from: number, last: number, zero: number, one: number, feature: number): void {
    const { weight } = this;
    this.feature[from + last] = feature;
    this.zero[from + last] = zero;
    this.one[from + last] = one;
    weight[from + last] = last === 0 ? 1 : 0;
    for (let place = last - 1; place >= 0; place -= 1) {
      const here = weight[from + place] ?? 0;
      weight[from + place + 1] = (weight[from + place + 1] ?? 0) + (one * here * (place + 1)) / (last + 1);
      weight[from + place] = (zero * here * (last - place)) / (last + 1);
    }
  }

  /** Takes a step out of the path: the weights become those before it joined. */
  private unwind(from: number, last: number, index: number): void {
    const { weight } = this;
    const zero = this.zero[from + index] ?? 1;
    const one = this.one[from + index] ?? 1;
    let carried = weight[from + last] ?? 0;
    for (let place = last - 1; place >= 0; place -= 1) {
      const here = weight[from + place] ?? 0;
      if (one === 0) {
        weight[from + place] = (here * (last + 1)) / (zero * (last - place));
        continue;
      }
      const before = (carried * (last + 1)) / ((place + 1) * one);
      weight[from + place] = before;
      carried = here - (before * zero * (last - place)) / (last + 1);
    }
    for (let place = from + index; place < from + last; place += 1) {
      this.feature[place] = this.feature[place + 1] ?? LEAF;
      this.zero[place] = this.zero[place + 1] ?? 1;
      this.one[place] = this.one[place + 1] ?? 1;
    }
  }

  private addLeaf(from: number, last: number, value: number): void {
    for (let index = 1; index <= last; index += 1) {
      const at = from + index;
      const feature = this.feature[at] ?? 0;
      const known = (this.one[at] ?? 0) - (this.zero[at] ?? 0);
      this.values[feature] =
        (this.values[feature] ?? 0) + this.weightWithout(from, last, index) * known * value;
    }
  }

  /** The summed weight that the path would have without one of its steps. */
  private weightWithout(from: number, last: number, index: number): number {
    const { weight } = this;
    const zero = this.zero[from + index] ?? 1;
    const one = this.one[from + index] ?? 1;
    let carried = weight[from + last] ?? 0;
    let sum = 0;
    for (let place = last - 1; place >= 0; place -= 1) {
      const here = weight[from + place] ?? 0;
      if (one === 0) {
        sum += (here * (last + 1)) / (zero * (last - place));
        continue;
      }
      const before = (carried * (last + 1)) / ((place + 1) * one);
      sum += before;
      carried = here - (before * zero * (last - place)) / (last + 1);
    }
    return sum;
  }
}
