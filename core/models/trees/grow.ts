import { MISSING_BIN, type BinnedFeatures } from './bins.ts';
import {
  fillHistogram,
  newHistogram,
  subtractHistogram,
  type GatheredRows,
  type Histogram,
} from './histogram.ts';
import { bestSplit, leafValue, type LeafSums, type Split, type SplitRules } from './split.ts';
import { addLeaf, emptyTree, type Tree } from './tree.ts';

export interface GrowthRules extends SplitRules {
  readonly leavesMax: number;
  readonly depthMax: number;
}

/** A leaf while the tree grows: its rows are `order[begin]` to `order[end - 1]`. */
interface OpenLeaf {
  readonly node: number;
  readonly begin: number;
  readonly end: number;
  readonly depth: number;
  readonly sums: LeafSums;
  readonly histogram: Histogram;
  readonly split: Split | undefined;
}

/** The rows of a leaf of the finished tree. */
export interface GrownLeaf {
  readonly node: number;
  readonly rows: Int32Array;
}

/**
 * Grows trees over the same binned features, one after another, in the same memory.
 *
 * Best leaf first (Shi 2007, as in LightGBM, Ke et al. 2017): of all leaves the one is split that wins most, until
 * there are `leavesMax`. Only the smaller child of a split is summed; its sibling is the parent less that.
 */
export class TreeGrower {
  private readonly binned: BinnedFeatures;
  private readonly rules: GrowthRules;
  private readonly order: Int32Array;
  private readonly spare: Int32Array;
  private readonly gatheredGradient: Float64Array;
  private readonly gatheredHessian: Float64Array;
  private readonly free: Histogram[] = [];

  /** @param rowsMax the most rows that one tree is grown on */
  constructor(binned: BinnedFeatures, rowsMax: number, rules: GrowthRules) {
    this.binned = binned;
    this.rules = rules;
    this.order = new Int32Array(rowsMax);
    this.spare = new Int32Array(rowsMax);
    this.gatheredGradient = new Float64Array(rowsMax);
    this.gatheredHessian = new Float64Array(rowsMax);
  }

  /**
   * Grows one tree. The leaves' rows are views that hold until the next tree is grown. Leaf values are those of the
   * loss' second-order approximation, not yet scaled by a learning rate.
   */
  grow(
    rows: Int32Array,
    features: Int32Array,
    gradient: Float64Array,
    hessian: Float64Array,
  ): { readonly tree: Tree; readonly leaves: readonly GrownLeaf[] } {
    this.order.set(rows);
    const tree = emptyTree();
    const open = [this.openRoot(tree, rows.length, features, gradient, hessian)];
    while (open.length < this.rules.leavesMax) {
      const chosen = mostWinning(open);
      const leaf = open[chosen];
      if (leaf?.split === undefined) break;
      open.splice(chosen, 1, ...this.divide(tree, leaf, leaf.split, features, gradient, hessian));
    }
    this.free.push(...open.map(({ histogram }) => histogram));
    return {
      tree,
      leaves: open.map(({ node, begin, end }) => ({ node, rows: this.order.subarray(begin, end) })),
    };
  }

  private openRoot(
    tree: Tree,
    count: number,
    features: Int32Array,
    gradient: Float64Array,
    hessian: Float64Array,
  ): OpenLeaf {
    const gathered = this.gather(0, count, gradient, hessian);
    let gradients = 0;
    let hessians = 0;
    for (let place = 0; place < count; place += 1) {
      gradients += gathered.gradient[place] ?? 0;
      hessians += gathered.hessian[place] ?? 0;
    }
    const sums = { gradient: gradients, hessian: hessians, rows: count, low: -Infinity, high: Infinity };
    const histogram = this.histogram();
    fillHistogram(histogram, this.binned, features, gathered);
    return this.open(tree, { begin: 0, end: count, depth: 0, sums, histogram }, features);
  }

  /** Makes a leaf a question with two leaves below it. */
  private divide(
    tree: Tree,
    leaf: OpenLeaf,
    split: Split,
    features: Int32Array,
    gradient: Float64Array,
    hessian: Float64Array,
  ): OpenLeaf[] {
    const middle = this.partition(leaf, split);
    const depth = leaf.depth + 1;
    const leftSmaller = middle - leaf.begin <= leaf.end - middle;
    const smaller = this.histogram();
    const gathered = leftSmaller
      ? this.gather(leaf.begin, middle, gradient, hessian)
      : this.gather(middle, leaf.end, gradient, hessian);
    fillHistogram(smaller, this.binned, features, gathered);
    subtractHistogram(leaf.histogram, smaller, features, this.binned);
    const [left, right] = leftSmaller ? [smaller, leaf.histogram] : [leaf.histogram, smaller];
    const children = [
      { begin: leaf.begin, end: middle, depth, sums: split.left, histogram: left },
      { begin: middle, end: leaf.end, depth, sums: split.right, histogram: right },
    ].map((child) => this.open(tree, child, features));
    tree.feature[leaf.node] = split.feature;
    tree.bin[leaf.node] = split.bin;
    tree.threshold[leaf.node] = this.binned.edges[split.feature]?.[split.bin - 1] ?? Number.MAX_VALUE;
    tree.missingLeft[leaf.node] = split.missingLeft ? 1 : 0;
    tree.left[leaf.node] = children[0]?.node ?? 0;
    tree.right[leaf.node] = children[1]?.node ?? 0;
    tree.value[leaf.node] = 0;
    tree.gain[leaf.node] = split.gain;
    return children;
  }

  private open(tree: Tree, leaf: Omit<OpenLeaf, 'node' | 'split'>, features: Int32Array): OpenLeaf {
    const { sums, depth, histogram } = leaf;
    const node = addLeaf(tree, leafValue(sums, this.rules.l2), sums.rows);
    const closed = depth >= this.rules.depthMax || sums.rows < 2 * this.rules.rowsInLeafMin;
    const split = closed ? undefined : bestSplit(histogram, this.binned, features, sums, this.rules);
    return { ...leaf, node, split };
  }

  /** Puts the rows that go left before those that go right, each in their order; gives where the right ones start. */
  private partition({ begin, end }: OpenLeaf, { feature, bin, missingLeft }: Split): number {
    const { order, spare } = this;
    const bins = this.binned.bins[feature] ?? new Uint8Array(0);
    let left = begin;
    let right = 0;
    for (let place = begin; place < end; place += 1) {
      const row = order[place] ?? 0;
      const found = bins[row] ?? MISSING_BIN;
      if (found === MISSING_BIN ? missingLeft : found <= bin) {
        order[left] = row;
        left += 1;
      } else {
        spare[right] = row;
        right += 1;
      }
    }
    order.set(spare.subarray(0, right), left);
    return left;
  }

  private gather(begin: number, end: number, gradient: Float64Array, hessian: Float64Array): GatheredRows {
    const { order, gatheredGradient, gatheredHessian } = this;
    for (let place = begin; place < end; place += 1) {
      const row = order[place] ?? 0;
      gatheredGradient[place - begin] = gradient[row] ?? 0;
      gatheredHessian[place - begin] = hessian[row] ?? 0;
    }
    return {
      rows: order.subarray(begin, end),
      gradient: gatheredGradient,
      hessian: gatheredHessian,
      count: end - begin,
    };
  }

  private histogram(): Histogram {
    return this.free.pop() ?? newHistogram(this.binned.names.length);
  }
}

function mostWinning(open: readonly OpenLeaf[]): number {
  let chosen = -1;
  let gain = 0;
  for (const [index, { split }] of open.entries()) {
    if (split !== undefined && split.gain > gain) {
      chosen = index;
      gain = split.gain;
    }
  }
  return chosen;
}
