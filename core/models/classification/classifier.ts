import { streamOf } from '../../kernel/seeded-random.ts';
import { balancedThreshold, RankedClasses } from '../evaluation/ranked-classes.ts';
import { trainTrees, type TreesModel } from '../trees/boost.ts';
import type { Features } from '../trees/features.ts';
import { scoreRows } from '../trees/predict.ts';
import { calibrate, calibrated, type Calibration } from './calibration.ts';
import type { Design, DesignedRows } from './design.ts';
import { scoreLogistic, trainLogistic, type LogisticModel } from './logistic.ts';
import type { Split } from './splits.ts';
import { SHAPES, type TreeShape } from './tree-shapes.ts';

/** Boosted trees and a logistic regression, blended and calibrated, as plain data. */
export interface Classifier {
  readonly kind: 'classifier';
  /** Their log-odds are averaged. */
  readonly trees: readonly TreesModel[];
  readonly logistic: LogisticModel;
  /** The trees' share of the blended log-odds; the rest is the logistic regression's. */
  readonly treesShare: number;
  readonly calibration: Calibration;
  /**
   * The probability above which a row is picked: there the smaller of precision and recall is highest on rows of the
   * training side that were held out.
   */
  readonly threshold: number;
}

/** How the classifier was chosen, for the report. */
export interface Training {
  readonly classifier: Classifier;
  readonly shape: TreeShape;
  /** Probability above which the logistic regression alone picks a row, chosen the same way. */
  readonly logisticThreshold: number;
  /** Rows that the final trees were grown on. */
  readonly rowsUsed: number;
}

/** For models that must answer, and say why, in little time. */
export interface TrainingLimits {
  /** Shapes to choose from; one of them takes few rows. Default: SHAPES. */
  readonly shapes?: readonly TreeShape[];
  /** Most bags of trees that are averaged. */
  readonly bagsMax?: number;
  /** Most trees of a bag; default: TREES_MAX. */
  readonly treesMax?: number;
}

/** Values (rows × features) that one fit of a fold, and the final ones together, read; beyond it negative rows are drawn. */
const FOLD_CELLS_MAX = 12_000_000;
const FINAL_CELLS_MAX = 40_000_000;
/** Up to this size every shape is tried on every fold, beyond it on the last one. */
const SMALL_CELLS = 4_000_000;
const BAGS_MAX = 3;
export const TREES_MAX = 400;
const TREES_MIN = 10;
const BLEND_STEPS = 10;

/**
 * Trains on the training side alone: the shape of the trees and their number by log loss on the folds' validation
 * rows; the blend by average precision and AUC, the calibration and the threshold on the same held-out scores; then
 * all of it is trained again on all rows.
 */
export function trainClassifier(
  design: Design,
  positive: Uint8Array,
  rows: Int32Array,
  folds: readonly Split[],
  seed: number,
  limits: TrainingLimits = {},
): Training {
  const small = rows.length * design.width <= SMALL_CELLS;
  const tried = small ? folds : folds.slice(-1);
  const designed = new Map<Split, DesignedRows>();
  const heldOut = (shape: TreeShape, fold: Split) => {
    const made = designed.get(fold) ?? design.of(fold.training);
    if (tried.includes(fold)) designed.set(fold, made);
    return growOnFold(made, positive, fold, shape, seed, limits.treesMax);
  };
  const rowsTried = Math.min(rows.length, FOLD_CELLS_MAX / design.width);
  const attempts = (limits.shapes ?? SHAPES)
    .filter(({ rowsMin }) => rowsTried >= rowsMin)
    .map((shape) => ({
      shape,
      grown: tried.map((fold) => heldOut(shape, fold)),
    }));
  const lossOf = ({ grown }: (typeof attempts)[number]) =>
    grown.reduce((sum, fold) => sum + fold.loss * fold.scores.length, 0);
  const best = attempts.reduce((winner, next) => (lossOf(next) < lossOf(winner) ? next : winner));
  const known = new Map(tried.map((fold, index) => [fold, best.grown[index]]));
  const grown = folds.map((fold) => known.get(fold) ?? heldOut(best.shape, fold));
  const logistic = folds.map((fold) => {
    const { features } = designed.get(fold) ?? design.of(fold.training);
    return scoreLogistic(fitLogistic(features, positive, fold.training, seed), features, fold.test);
  });
  const observed = Uint8Array.from(
    folds.flatMap((fold) => Array.from(fold.test, (row) => positive[row] ?? 0)),
  );
  const choice = chooseBlend(joined(grown.map(({ scores }) => scores)), joined(logistic), observed);
  designed.clear();
  const trees = grown.reduce((sum, fold) => sum + fold.trees, 0) / grown.length;
  const final = fitFinal(
    design,
    positive,
    rows,
    best.shape,
    Math.max(TREES_MIN, Math.round(1.1 * trees)),
    seed,
    limits.bagsMax,
  );
  return {
    classifier: { kind: 'classifier', trees: final.trees, logistic: final.logistic, ...choice.blend },
    shape: best.shape,
    logisticThreshold: choice.logisticThreshold,
    rowsUsed: final.rowsUsed,
  };
}

/** Blended log-odds before calibration. */
function blendScores(trees: Float64Array, logistic: Float64Array, treesShare: number): Float64Array {
  return trees.map((score, row) => treesShare * score + (1 - treesShare) * (logistic[row] ?? 0));
}

/** The calibrated probability of rows of the features. */
export function probabilitiesOf(classifier: Classifier, features: Features, rows: Int32Array): Float64Array {
  const sum = new Float64Array(rows.length);
  for (const model of classifier.trees) {
    for (const [place, score] of scoreRows(model, features, rows).entries()) {
      sum[place] = (sum[place] ?? 0) + score / classifier.trees.length;
    }
  }
  const logistic = scoreLogistic(classifier.logistic, features, rows);
  return blendScores(sum, logistic, classifier.treesShare).map((score) =>
    calibrated(classifier.calibration, score),
  );
}

interface GrownFold {
  readonly scores: Float64Array;
  readonly loss: number;
  readonly trees: number;
}

function growOnFold(
  { features, binned }: DesignedRows,
  positive: Uint8Array,
  fold: Split,
  shape: TreeShape,
  seed: number,
  treesMax = TREES_MAX,
): GrownFold {
  const drawn = drawNegatives(fold.training, positive, FOLD_CELLS_MAX / features.names.length, seed);
  const model = trainTrees(
    {
      features: binned,
      targets: { values: positive, weights: drawn.weights },
      rows: drawn.rows,
      validationRows: fold.test,
    },
    { ...shape.options, loss: { kind: 'logistic' }, trees: treesMax, seed },
  );
  const scores = scoreRows(model, features, fold.test);
  let loss = 0;
  for (const [place, row] of fold.test.entries()) {
    const score = scores[place] ?? 0;
    loss += Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - (positive[row] ?? 0) * score;
  }
  return { scores, loss: loss / fold.test.length, trees: model.trees.length };
}

function fitLogistic(
  features: Features,
  positive: Uint8Array,
  rows: Int32Array,
  seed: number,
): LogisticModel {
  const drawn = drawNegatives(rows, positive, FOLD_CELLS_MAX / features.names.length, seed);
  return trainLogistic(features, positive, drawn.rows, drawn.weights);
}

function fitFinal(
  design: Design,
  positive: Uint8Array,
  rows: Int32Array,
  shape: TreeShape,
  trees: number,
  seed: number,
  bagsMax = BAGS_MAX,
) {
  const { features, binned } = design.of(rows);
  const drawn = drawNegatives(rows, positive, FINAL_CELLS_MAX / design.width, seed);
  const bags = Math.max(
    1,
    Math.min(bagsMax, Math.floor(FINAL_CELLS_MAX / (drawn.rows.length * design.width))),
  );
  const data = {
    features: binned,
    targets: { values: positive, weights: drawn.weights },
    rows: drawn.rows,
  };
  return {
    trees: Array.from({ length: bags }, (_, bag) =>
      trainTrees(data, { ...shape.options, loss: { kind: 'logistic' }, trees, seed: seed + bag }),
    ),
    logistic: fitLogistic(features, positive, rows, seed),
    rowsUsed: drawn.rows.length,
  };
}

function chooseBlend(trees: Float64Array, logistic: Float64Array, observed: Uint8Array) {
  let treesShare = 1;
  let highest = -1;
  for (let step = BLEND_STEPS; step >= 0; step -= 1) {
    const share = step / BLEND_STEPS;
    const figures = new RankedClasses(blendScores(trees, logistic, share), observed, 0, 1).figures();
    const worth = figures.averagePrecision + figures.auc;
    // Among equals the trees have the word: they are the richer model.
    if (worth > highest + 1e-9) {
      highest = worth;
      treesShare = share;
    }
  }
  const blended = blendScores(trees, logistic, treesShare);
  const calibration = calibrate(blended, observed);
  const threshold = balancedThreshold(
    blended.map((score) => calibrated(calibration, score)),
    observed,
  );
  const logisticThreshold = balancedThreshold(
    logistic.map((score) => 1 / (1 + Math.exp(-score))),
    observed,
  );
  return { blend: { treesShare, calibration, threshold }, logisticThreshold };
}

/**
 * All rows if they are few enough; else all positive ones and drawn negative ones (of each class half, where the
 * positive ones alone are too many), with weights that make up for those left out.
 */
function drawNegatives(
  rows: Int32Array,
  positive: Uint8Array,
  rowsMax: number,
  seed: number,
): { readonly rows: Int32Array; readonly weights: Float64Array } {
  const weights = new Float64Array(positive.length).fill(1);
  if (rows.length <= rowsMax) return { rows, weights };
  const positives = rows.reduce((sum, row) => sum + (positive[row] ?? 0), 0);
  const positiveShare = Math.min(1, rowsMax / 2 / positives);
  const negativeShare = Math.min(1, (rowsMax - positives * positiveShare) / (rows.length - positives));
  const random = streamOf(seed, 'rows drawn');
  const drawn = rows.filter((row) => {
    const share = positive[row] === 1 ? positiveShare : negativeShare;
    weights[row] = 1 / share;
    return random() < share;
  });
  return { rows: drawn, weights };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let from = 0;
  for (const part of parts) {
    all.set(part, from);
    from += part.length;
  }
  return all;
}
