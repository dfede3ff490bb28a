import { assert } from '../../kernel/assert.ts';
import type { Random } from '../../kernel/clock.ts';
import { streamOf } from '../../kernel/seeded-random.ts';
import { quantileOf } from '../evaluation/bootstrap.ts';
import { MISSING_BIN, type BinnedFeatures } from './bins.ts';
import { everyRow } from './features.ts';
import { TreeGrower, type GrownLeaf } from './grow.ts';
import { derive, meanLoss, startScore, type Loss, type Targets } from './losses.ts';
import { addTreeScores, type Tree } from './tree.ts';

export interface BoostOptions {
  readonly loss: Loss;
  /** The most trees. */
  readonly trees?: number;
  readonly learningRate?: number;
  readonly leavesMax?: number;
  readonly depthMax?: number;
  /** Ridge on the values of leaves. */
  readonly l2?: number;
  readonly rowsInLeafMin?: number;
  readonly hessianInLeafMin?: number;
  /** A split that takes less than this off the summed loss is not made. */
  readonly gainMin?: number;
  /** Share of the rows, and of the features, that each tree is grown on. */
  readonly rowShare?: number;
  readonly featureShare?: number;
  /** Per feature 1: the score never falls as it grows, -1: never rises, 0: free. */
  readonly monotone?: readonly number[];
  /** With validation rows: stop when this many trees in a row did not lower their loss. */
  readonly patience?: number;
  readonly seed?: number;
}

/** What boosted trees learn from: rows and validation rows are indices into the binned features and the targets. */
export interface BoostData {
  readonly features: BinnedFeatures;
  readonly targets: Targets;
  readonly rows?: Int32Array;
  /** Their loss decides how many trees are kept. */
  readonly validationRows?: Int32Array;
}

/** Boosted trees as plain data: JSON holds them whole. */
export interface TreesModel {
  readonly kind: 'trees';
  readonly loss: Loss;
  readonly features: readonly string[];
  /** The score before the first tree. */
  readonly start: number;
  readonly trees: readonly Tree[];
}

/** Of so many rows one is used: then the used ones are laid side by side. */
const FEW_OF_ROWS = 2;

const DEFAULTS = {
  trees: 200,
  learningRate: 0.1,
  leavesMax: 31,
  depthMax: 8,
  l2: 1,
  rowsInLeafMin: 20,
  hessianInLeafMin: 1e-3,
  gainMin: 0,
  rowShare: 1,
  featureShare: 1,
  patience: 30,
  seed: 1,
};

/**
 * Gradient-boosted trees: each new tree is fitted to the first and second derivatives of the loss at the scores so
 * far (Friedman 2001; second order: Chen and Guestrin 2016), on histograms of binned features (Ke et al. 2017), with
 * shrinkage and random parts of rows and features (Friedman 2002). The leaves of a quantile model hold the quantile of
 * their rows' residuals, because its second derivative says nothing.
 *
 * The same data, options and seed give the same model.
 */
export function trainTrees(data: BoostData, options: BoostOptions): TreesModel {
  const rules = { ...DEFAULTS, ...options, monotone: options.monotone ?? [] };
  const useful = usefulFeatures(data.features);
  const { features, targets, rows, validationRows } = sideBySide(data);
  assert(rows.length > 0, 'boosted trees need rows to learn from');
  const start = startScore(rules.loss, targets, rows);
  const scores = new Float64Array(features.rows).fill(start);
  const gradient = new Float64Array(features.rows);
  const hessian = new Float64Array(features.rows);
  const grower = new TreeGrower(features, rows.length, rules);
  const random = streamOf(rules.seed, 'boosted trees');
  const watch = new EarlyStop(rules.patience);
  const trees: Tree[] = [];
  while (trees.length < rules.trees && !watch.over) {
    derive(rules.loss, targets, scores, rows, gradient, hessian);
    const [drawn, left] = drawRows(rows, rules.rowShare, random);
    const asked = drawFeatures(useful, rules.featureShare, random);
    const { tree, leaves } = grower.grow(drawn, asked, gradient, hessian);
    if (rules.loss.kind === 'quantile') renewLeaves(tree, leaves, rules.loss.level, targets, scores);
    for (const [node, value] of tree.value.entries()) tree.value[node] = value * rules.learningRate;
    for (const leaf of leaves) addLeafScores(leaf, tree, scores);
    addTreeScores(tree, features, left, scores);
    addTreeScores(tree, features, validationRows, scores);
    trees.push(tree);
    if (validationRows.length > 0) watch.saw(meanLoss(rules.loss, targets, scores, validationRows));
    // Without a draw the next tree would find nothing either.
    if (leaves.length === 1 && rules.rowShare === 1 && rules.featureShare === 1) break;
  }
  const kept = validationRows.length > 0 ? trees.slice(0, watch.bestTrees) : trees;
  return { kind: 'trees', loss: rules.loss, features: features.names, start, trees: kept };
}

/**
 * The rows that are used, those to learn from first and all others left out, where they are few of many: rows that lie far apart
 * are read many times slower. The model is the same.
 */
function sideBySide({
  features,
  targets,
  rows = everyRow(features.rows),
  validationRows = new Int32Array(0),
}: BoostData): Required<BoostData> {
  const count = rows.length + validationRows.length;
  if (count * FEW_OF_ROWS > features.rows) return { features, targets, rows, validationRows };
  const used = new Int32Array(count);
  used.set(rows);
  used.set(validationRows, rows.length);
  const { values, weights } = targets;
  const places = everyRow(count);
  return {
    features: {
      names: features.names,
      rows: count,
      edges: features.edges,
      bins: features.bins.map((column) => Uint8Array.from(used, (row) => column[row] ?? MISSING_BIN)),
    },
    targets: {
      values: Float64Array.from(used, (row) => values[row] ?? 0),
      ...(weights === undefined ? {} : { weights: Float64Array.from(used, (row) => weights[row] ?? 0) }),
    },
    rows: places.subarray(0, rows.length),
    validationRows: places.subarray(rows.length),
  };
}

/** Counts the trees since the validation loss was lowest. */
class EarlyStop {
  bestTrees = 0;
  private readonly patience: number;
  private seen = 0;
  private lowest = Infinity;

  constructor(patience: number) {
    this.patience = patience;
  }

  saw(loss: number): void {
    this.seen += 1;
    if (loss < this.lowest) {
      this.lowest = loss;
      this.bestTrees = this.seen;
    }
  }

  get over(): boolean {
    return this.seen - this.bestTrees >= this.patience;
  }
}

/** The drawn rows and the others, both in their order. */
function drawRows(rows: Int32Array, share: number, random: Random): readonly [Int32Array, Int32Array] {
  if (share >= 1) return [rows, new Int32Array(0)];
  const drawn = new Int32Array(rows.length);
  const others = new Int32Array(rows.length);
  let taken = 0;
  let left = 0;
  for (const row of rows) {
    if (random() < share) {
      drawn[taken] = row;
      taken += 1;
    } else {
      others[left] = row;
      left += 1;
    }
  }
  return [drawn.subarray(0, taken), others.subarray(0, left)];
}

/** Features that tell rows apart: by their values, or by being missing in some. */
function usefulFeatures({ names, edges, bins }: BinnedFeatures): Int32Array {
  return everyRow(names.length).filter(
    (feature) => (edges[feature]?.length ?? 0) > 0 || bins[feature]?.includes(MISSING_BIN) === true,
  );
}

/** A share of the features, ascending. */
function drawFeatures(all: Int32Array, share: number, random: Random): Int32Array {
  if (share >= 1) return all;
  const useful = Int32Array.from(all);
  const wanted = Math.max(1, Math.round(useful.length * share));
  for (let place = 0; place < wanted && place < useful.length; place += 1) {
    const other = place + Math.floor(random() * (useful.length - place));
    const kept = useful[place] ?? 0;
    useful[place] = useful[other] ?? 0;
    useful[other] = kept;
  }
  return useful.subarray(0, wanted).sort();
}

function renewLeaves(
  tree: Tree,
  leaves: readonly GrownLeaf[],
  level: number,
  targets: Targets,
  scores: Float64Array,
): void {
  for (const { node, rows } of leaves) {
    const residuals = Float64Array.from(rows, (row) => (targets.values[row] ?? 0) - (scores[row] ?? 0));
    tree.value[node] = rows.length === 0 ? 0 : quantileOf(residuals.sort(), level);
  }
}

function addLeafScores({ node, rows }: GrownLeaf, tree: Tree, scores: Float64Array): void {
  const value = tree.value[node] ?? 0;
  for (const row of rows) scores[row] = (scores[row] ?? 0) + value;
}
