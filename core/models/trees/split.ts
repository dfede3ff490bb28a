import type { BinnedFeatures } from './bins.ts';
import { FEATURE_WIDTH, STRIDE, type Histogram } from './histogram.ts';

/** Sums of the rows of a leaf and the bounds that monotone constraints above it set to its value. */
export interface LeafSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
  readonly low: number;
  readonly high: number;
}

export interface SplitRules {
  readonly l2: number;
  readonly rowsInLeafMin: number;
  readonly hessianInLeafMin: number;
  readonly gainMin: number;
  /** Per feature 1: the score never falls as it grows, -1: never rises, 0: free. */
  readonly monotone: readonly number[];
}

export interface Split {
  readonly gain: number;
  readonly feature: number;
  /** The last bin that goes left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly left: LeafSums;
  readonly right: LeafSums;
}

/** The value of a leaf that lowers the loss most (Chen and Guestrin 2016, equation 5), within its bounds. */
export function leafValue(sums: LeafSums, l2: number): number {
  const value = -sums.gradient / (sums.hessian + l2);
  return Math.min(Math.max(value, sums.low), sums.high);
}

/** Twice what a leaf of this value takes off the loss. */
function worthOf(gradient: number, hessian: number, value: number, l2: number): number {
  return -(2 * gradient * value + (hessian + l2) * value * value);
}

/**
 * The best split of a leaf over the features, undefined when none wins more than `gainMin`.
 *
 * Every edge is tried with the missing values sent to either side (the sparsity-aware search of Chen and Guestrin
 * 2016, algorithm 3); where none is missing in the leaf, later ones go with the larger half.
 */
export function bestSplit(
  histogram: Histogram,
  binned: BinnedFeatures,
  features: Int32Array,
  leaf: LeafSums,
  rules: SplitRules,
): Split | undefined {
  const best = new Candidate(leaf, rules);
  for (const feature of features) {
    const edges = binned.edges[feature]?.length ?? 0;
    const from = feature * FEATURE_WIDTH;
    best.feature = feature;
    const missing = histogram[from + 2] ?? 0;
    // Subtracted sums of no row at all are not exactly zero: the count decides.
    const missingGradient = missing > 0 ? (histogram[from] ?? 0) : 0;
    const missingHessian = missing > 0 ? (histogram[from + 1] ?? 0) : 0;
    let gradient = 0;
    let hessian = 0;
    let rows = 0;
    // The edge after the last value's bin parts what is missing from what is there.
    const last = missing > 0 ? edges + 1 : edges;
    for (let bin = 1; bin <= last; bin += 1) {
      const at = from + bin * STRIDE;
      const inBin = histogram[at + 2] ?? 0;
      if (inBin === 0) continue;
      gradient += histogram[at] ?? 0;
      hessian += histogram[at + 1] ?? 0;
      rows += inBin;
      best.consider(bin, missing > 0 ? 0 : 2, gradient, hessian, rows);
      if (missing > 0 && bin <= edges) {
        best.consider(bin, 1, gradient + missingGradient, hessian + missingHessian, rows + missing);
      }
    }
  }
  return best.split();
}

/** The best found so far, as plain numbers: this is the innermost loop of the training. */
class Candidate {
  feature = 0;
  private readonly leaf: LeafSums;
  private readonly rules: SplitRules;
  private readonly before: number;
  private gain: number;
  private bestFeature = -1;
  private bestBin = 0;
  private missingLeft = false;
  private gradient = 0;
  private hessian = 0;
  private rows = 0;

  constructor(leaf: LeafSums, rules: SplitRules) {
    this.leaf = leaf;
    this.rules = rules;
    this.before = worthOf(leaf.gradient, leaf.hessian, leafValue(leaf, rules.l2), rules.l2);
    this.gain = 2 * rules.gainMin + 1e-12;
  }

  /** @param missing 1: missing values are on the left, 0: on the right, 2: there are none */
  consider(bin: number, missing: 0 | 1 | 2, gradient: number, hessian: number, rows: number): void {
    const { leaf, rules } = this;
    const otherRows = leaf.rows - rows;
    if (rows < rules.rowsInLeafMin || otherRows < rules.rowsInLeafMin) return;
    const otherHessian = leaf.hessian - hessian;
    if (hessian < rules.hessianInLeafMin || otherHessian < rules.hessianInLeafMin) return;
    const otherGradient = leaf.gradient - gradient;
    const { l2 } = rules;
    const left = Math.min(Math.max(-gradient / (hessian + l2), leaf.low), leaf.high);
    const right = Math.min(Math.max(-otherGradient / (otherHessian + l2), leaf.low), leaf.high);
    const way = rules.monotone[this.feature] ?? 0;
    if (way * (right - left) < 0) return;
    const gain =
      worthOf(gradient, hessian, left, l2) + worthOf(otherGradient, otherHessian, right, l2) - this.before;
    if (gain <= this.gain) return;
    this.gain = gain;
    this.bestFeature = this.feature;
    this.bestBin = bin;
    this.missingLeft = missing === 2 ? rows >= otherRows : missing === 1;
    this.gradient = gradient;
    this.hessian = hessian;
    this.rows = rows;
  }

  split(): Split | undefined {
    if (this.bestFeature < 0) return undefined;
    const { leaf, rules, gradient, hessian, rows } = this;
    const left = { gradient, hessian, rows, low: leaf.low, high: leaf.high };
    const right = {
      ...left,
      gradient: leaf.gradient - gradient,
      hessian: leaf.hessian - hessian,
      rows: leaf.rows - rows,
    };
    const way = rules.monotone[this.bestFeature] ?? 0;
    const middle = (leafValue(left, rules.l2) + leafValue(right, rules.l2)) / 2;
    return {
      gain: this.gain / 2,
      feature: this.bestFeature,
      bin: this.bestBin,
      missingLeft: this.missingLeft,
      // What is below never crosses the middle, or a deeper split could undo the constraint.
      left: way > 0 ? { ...left, high: middle } : way < 0 ? { ...left, low: middle } : left,
      right: way > 0 ? { ...right, low: middle } : way < 0 ? { ...right, high: middle } : right,
    };
  }
}
