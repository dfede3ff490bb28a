import { calibrated } from '../classification/calibration.ts';
import {
  type Classifier,
  probabilitiesOf,
  type Training,
  type TrainingLimits,
  trainClassifier,
} from '../classification/classifier.ts';
import { fixedDesign } from '../classification/design.ts';
import { REVIEW_ABOVE, reviewScore } from '../classification/grading.ts';
import { forwardFolds } from '../classification/splits.ts';
import { SHAPES } from '../classification/tree-shapes.ts';
import { BadInput } from '../evaluation/bad-input.ts';
import { explainerOf } from '../trees/contributions.ts';
import { everyRow, featuresOf } from '../trees/features.ts';
import { scorerOf } from '../trees/predict.ts';
import { fitOddity, odditiesOf, type OddityModel, oddityOf } from './oddity.ts';
import { SIGNALS } from './signals.ts';
import { reasonsOf } from './words.ts';

/** The fraud model as plain data: JSON holds it whole. */
export interface FraudModel {
  readonly kind: 'fraud';
  /** What the values of a row are, in their order: a model of other signals must not read them. */
  readonly signals: readonly string[];
  readonly classifier: Classifier;
  /** Learned from honest orders alone. */
  readonly oddity: OddityModel;
}

/** Orders to learn from, with their labels (1: fraud) and times. */
export interface FraudRows {
  readonly values: readonly ArrayLike<number>[];
  readonly fraud: Uint8Array;
  readonly timesMs: Float64Array;
}

export interface FraudVerdict {
  /** 0 to 100, to one decimal; above 80 a person looks. */
  readonly score: number;
  /** What made the score high, the weightiest first; in words. */
  readonly reasons: readonly string[];
}

/** Reasons cost a walk over every leaf, so that a row's answer stays within a few milliseconds. */
const LIMITS: TrainingLimits = { shapes: SHAPES.slice(0, 1), bagsMax: 2 };
/** Fewer of a class teach nothing. */
const CLASS_ROWS_MIN = 20;
/** Below this nobody asks why. */
const REASONS_ABOVE = 30;
const PERCENT = 100;

/**
 * Trains on orders of which it is known what they were; validation always comes later than what is learned. Fewer trees train
 * sooner, and find less. Throws BadInput when there are too few of a class.
 */
export function trainFraud(
  rows: FraudRows,
  seed: number,
  limits: Pick<TrainingLimits, 'treesMax'> = {},
): { readonly model: FraudModel; readonly training: Training } {
  const frauds = rows.fraud.reduce((sum, one) => sum + one, 0);
  if (frauds < CLASS_ROWS_MIN || rows.fraud.length - frauds < CLASS_ROWS_MIN) {
    throw new BadInput(`fraud: at least ${String(CLASS_ROWS_MIN)} orders of each class are needed`);
  }
  const all = everyRow(rows.fraud.length);
  const features = featuresOf(SIGNALS, rows.values);
  const folds = forwardFolds(all, rows.timesMs).filter(({ training, test }) =>
    [training, test].every(
      (part) => part.some((row) => rows.fraud[row] === 1) && part.some((row) => rows.fraud[row] !== 1),
    ),
  );
  if (folds.length === 0) throw new BadInput('fraud: no fraud is known early enough to learn from');
  const training = trainClassifier(fixedDesign(features, all), rows.fraud, all, folds, seed, {
    ...LIMITS,
    ...limits,
  });
  const { classifier } = training;
  const oddity = fitOddity(rows.values.filter((_, row) => rows.fraud[row] !== 1));
  return { model: { kind: 'fraud', signals: SIGNALS, classifier, oddity }, training };
}

/** Whether content that was stored is a model that this build can use. */
export function isFraudModel(content: unknown): content is FraudModel {
  if (typeof content !== 'object' || content === null || !('kind' in content) || content.kind !== 'fraud')
    return false;
  const { signals, oddity } = content as Partial<FraudModel>;
  return (
    oddity !== undefined &&
    Array.isArray(signals) &&
    signals.length === SIGNALS.length &&
    SIGNALS.every((name, at) => signals[at] === name)
  );
}

/** Scores from 0 to 100 of many orders, not rounded and without reasons: for grading. */
export function fraudScores(
  { classifier, oddity }: FraudModel,
  rows: readonly ArrayLike<number>[],
): Float64Array {
  const probabilities = probabilitiesOf(classifier, featuresOf(SIGNALS, rows), everyRow(rows.length));
  return probabilities.map((probability, row) =>
    Math.max(reviewScore(probability, classifier.threshold), oddityScore(oddity, rows[row] ?? [])),
  );
}

/** Above the limit, where a person looks, 80 to 100; below it oddity alone says nothing. */
function oddityScore(oddity: OddityModel, values: ArrayLike<number>): number {
  const beyond = oddityOf(oddity, values) / oddity.limit - 1;
  return beyond > 0 ? REVIEW_ABOVE + (PERCENT - REVIEW_ABOVE) * Math.min(1, beyond) : 0;
}

/**
 * Scores an order at a time; make it once per model. Reasons are the largest contributions to the log-odds: Shapley values
 * of the trees (TreeSHAP), and of the regression each weight times the distance from the mean. Of an order that is held for its
 * oddity they are the oddest signals.
 */
export function fraudScorerOf({
  classifier,
  oddity,
}: FraudModel): (values: ArrayLike<number>) => FraudVerdict {
  const { threshold } = classifier;
  const { probabilityOf, contributionsOf } = explained(classifier);
  return (values) => {
    const learned = reviewScore(probabilityOf(values), threshold);
    const odd = oddityScore(oddity, values);
    const score = rounded(Math.max(learned, odd));
    if (score < REASONS_ABOVE) return { score, reasons: [] };
    return {
      score,
      reasons: reasonsOf(values, odd > learned ? odditiesOf(oddity, values) : contributionsOf(values)),
    };
  };
}

/** To one decimal, and what is above the limit stays so. */
function rounded(score: number): number {
  const tenths = Math.round(10 * Math.min(PERCENT, Math.max(0, score)));
  return score > REVIEW_ABOVE ? Math.max(tenths, 10 * REVIEW_ABOVE + 1) / 10 : tenths / 10;
}

/** The classifier on one row at a time. */
function explained({ trees, logistic, treesShare, calibration }: Classifier) {
  const scorers = trees.map(scorerOf);
  const explainers = trees.map(explainerOf);
  const linear = (values: ArrayLike<number>) =>
    logistic.weights.map((weight, feature) => {
      const scale = logistic.scales[feature] ?? 0;
      const value = values[feature] ?? Number.NaN;
      if (scale === 0 || Number.isNaN(value)) return 0;
      const standard = (value - (logistic.means[feature] ?? 0)) / scale;
      return weight * Math.min(Math.max(standard, -STANDARDISED_MAX), STANDARDISED_MAX);
    });
  return {
    probabilityOf: (values: ArrayLike<number>): number => {
      const byTrees = scorers.reduce((sum, score) => sum + score(values), 0) / scorers.length;
      const byWeights = linear(values).reduce((sum, part) => sum + part, logistic.intercept);
      return calibrated(calibration, treesShare * byTrees + (1 - treesShare) * byWeights);
    },
    contributionsOf: (values: ArrayLike<number>): number[] => {
      const contributions = linear(values).map((part) => (1 - treesShare) * part);
      for (const explain of explainers) {
        for (const [feature, value] of explain(values).values.entries()) {
          contributions[feature] = (contributions[feature] ?? 0) + (treesShare * value) / explainers.length;
        }
      }
      return contributions;
    },
  };
}

/** As the regression was trained (classification/logistic.ts). */
const STANDARDISED_MAX = 8;
