import { quantileOf } from '../evaluation/bootstrap.ts';

/**
 * What is learned. Scores are on the scale of the link: log-odds (logistic), log of the mean (poisson, tweedie), the
 * value itself (squared, quantile).
 */
export type Loss =
  | { readonly kind: 'logistic' }
  | { readonly kind: 'squared' }
  | { readonly kind: 'quantile'; readonly level: number }
  | { readonly kind: 'poisson' }
  | { readonly kind: 'tweedie'; readonly power: number };

/** Rows whose target is learned; `weights` one per row of the whole data, all 1 unless given. */
export interface Targets {
  readonly values: ArrayLike<number>;
  readonly weights?: ArrayLike<number>;
}

/** A score beyond this is a probability of 0 or 1, or a mean beyond all reason. */
const SCORE_MAX = 30;
const HESSIAN_MIN = 1e-16;
const SHARE_MIN = 1e-9;

/** The score that the boosting starts from: the best constant. */
export function startScore(loss: Loss, targets: Targets, rows: Int32Array): number {
  if (loss.kind === 'quantile') {
    return quantileOf(Float64Array.from(rows, (row) => targets.values[row] ?? 0).sort(), loss.level);
  }
  let sum = 0;
  let weights = 0;
  for (const row of rows) {
    const weight = targets.weights?.[row] ?? 1;
    sum += weight * (targets.values[row] ?? 0);
    weights += weight;
  }
  const mean = weights > 0 ? sum / weights : 0;
  if (loss.kind === 'squared') return mean;
  if (loss.kind !== 'logistic') return Math.log(Math.max(mean, SHARE_MIN));
  const share = Math.min(Math.max(mean, SHARE_MIN), 1 - SHARE_MIN);
  return Math.log(share / (1 - share));
}

/** What a score means: a probability, a mean, a value. */
export function responseOf(loss: Loss, score: number): number {
  switch (loss.kind) {
    case 'logistic':
      return 1 / (1 + Math.exp(-score));
    case 'poisson':
    case 'tweedie':
      return Math.exp(Math.min(score, SCORE_MAX));
    case 'squared':
    case 'quantile':
      return score;
  }
}

/** First and second derivative of the loss by the score, per row, written to `gradient` and `hessian`. */
export function derive(
  loss: Loss,
  targets: Targets,
  scores: Float64Array,
  rows: Int32Array,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const one = derivativesOf(loss);
  const { values, weights } = targets;
  const both: Derivatives = { first: 0, second: 0 };
  for (const row of rows) {
    one(scores[row] ?? 0, values[row] ?? 0, both);
    const weight = weights?.[row] ?? 1;
    gradient[row] = weight * both.first;
    hessian[row] = weight * Math.max(both.second, HESSIAN_MIN);
  }
}

interface Derivatives {
  first: number;
  second: number;
}

function derivativesOf(loss: Loss): (score: number, value: number, into: Derivatives) => void {
  switch (loss.kind) {
    case 'logistic':
      return (score, value, into) => {
        const share = 1 / (1 + Math.exp(-score));
        into.first = share - value;
        into.second = share * (1 - share);
      };
    case 'squared':
      return (score, value, into) => {
        into.first = score - value;
        into.second = 1;
      };
    case 'quantile':
      return (score, value, into) => {
        into.first = value > score ? -loss.level : 1 - loss.level;
        into.second = 1;
      };
    case 'poisson':
      return (score, value, into) => {
        const mean = Math.exp(Math.min(score, SCORE_MAX));
        into.first = mean - value;
        into.second = mean;
      };
    case 'tweedie':
      return (score, value, into) => {
        const bounded = Math.min(score, SCORE_MAX);
        const below = Math.exp((1 - loss.power) * bounded);
        const above = Math.exp((2 - loss.power) * bounded);
        into.first = above - value * below;
        into.second = (2 - loss.power) * above - value * (1 - loss.power) * below;
      };
  }
}

/** The mean loss of rows, up to a constant that no score changes; what early stopping watches. */
export function meanLoss(loss: Loss, targets: Targets, scores: Float64Array, rows: Int32Array): number {
  const one = lossOf(loss);
  let sum = 0;
  let weights = 0;
  for (const row of rows) {
    const weight = targets.weights?.[row] ?? 1;
    sum += weight * one(scores[row] ?? 0, targets.values[row] ?? 0);
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}

function lossOf(loss: Loss): (score: number, value: number) => number {
  switch (loss.kind) {
    case 'logistic':
      // log(1 + e^s) - y s, without overflow.
      return (score, value) => Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - value * score;
    case 'squared':
      return (score, value) => (score - value) ** 2 / 2;
    case 'quantile':
      return (score, value) => (value - score) * (value > score ? loss.level : loss.level - 1);
    case 'poisson':
      return (score, value) => Math.exp(Math.min(score, SCORE_MAX)) - value * score;
    case 'tweedie':
      return (score, value) => {
        const bounded = Math.min(score, SCORE_MAX);
        return (
          Math.exp((2 - loss.power) * bounded) / (2 - loss.power) -
          (value * Math.exp((1 - loss.power) * bounded)) / (1 - loss.power)
        );
      };
  }
}
