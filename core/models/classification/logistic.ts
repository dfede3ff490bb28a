import type { Column, Features } from '../trees/features.ts';

/** A logistic regression on standardised features, as plain data. */
export interface LogisticModel {
  readonly kind: 'logistic';
  readonly features: readonly string[];
  readonly intercept: number;
  readonly weights: readonly number[];
  readonly means: readonly number[];
  /** 0 for a feature that does not vary: it is left out. */
  readonly scales: readonly number[];
}

export interface LogisticOptions {
  /** Ridge on the weights, not on the intercept. */
  readonly l2?: number;
  readonly stepsMax?: number;
}

/** Standardised values are kept within this, or one wild value moves every weight. */
const STANDARDISED_MAX = 8;
const REMEMBERED = 10;
const GRADIENT_SMALL = 1e-5;
const ARMIJO = 1e-4;
const HALVINGS_MAX = 30;

/**
 * Fits by L-BFGS (Liu and Nocedal 1989) with a backtracking line search. Missing values count as the mean.
 *
 * @param weights how much each row counts, by row of the features
 */
export function trainLogistic(
  features: Features,
  positive: Uint8Array,
  rows: Int32Array,
  weights: ArrayLike<number> | undefined,
  { l2 = 1, stepsMax = 100 }: LogisticOptions = {},
): LogisticModel {
  const shapes = features.columns.map((column) => shapeOf(column, rows));
  const columns = features.columns.map((column, feature) => standardised(column, rows, shapes[feature]));
  const target = Float64Array.from(rows, (row) => positive[row] ?? 0);
  const weight = Float64Array.from(rows, (row) => weights?.[row] ?? 1);
  const found = minimise(objectiveOf(columns, target, weight, l2), columns.length + 1, stepsMax);
  return {
    kind: 'logistic',
    features: features.names,
    intercept: found[columns.length] ?? 0,
    weights: [...found.subarray(0, columns.length)],
    means: shapes.map(({ mean }) => mean),
    scales: shapes.map(({ scale }) => scale),
  };
}

/** Log-odds of rows of the features. */
export function scoreLogistic(model: LogisticModel, features: Features, rows: Int32Array): Float64Array {
  const scores = new Float64Array(rows.length).fill(model.intercept);
  for (const [feature, column] of features.columns.entries()) {
    const shape = { mean: model.means[feature] ?? 0, scale: model.scales[feature] ?? 0 };
    const weight = model.weights[feature] ?? 0;
    if (weight === 0 || shape.scale === 0) continue;
    for (let place = 0; place < rows.length; place += 1) {
      const value = column[rows[place] ?? 0] ?? Number.NaN;
      scores[place] = (scores[place] ?? 0) + weight * standardise(value, shape);
    }
  }
  return scores;
}

interface Shape {
  readonly mean: number;
  readonly scale: number;
}

function shapeOf(column: Column, rows: Int32Array): Shape {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const row of rows) {
    const value = column[row] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    count += 1;
    const step = value - mean;
    mean += step / count;
    squares += step * (value - mean);
  }
  const scale = count > 1 ? Math.sqrt(squares / count) : 0;
  // What varies by rounding only does not vary.
  return { mean, scale: scale > 1e-9 * Math.max(Math.abs(mean), 1e-30) ? scale : 0 };
}

function standardise(value: number, { mean, scale }: Shape): number {
  if (scale === 0 || Number.isNaN(value)) return 0;
  return Math.min(Math.max((value - mean) / scale, -STANDARDISED_MAX), STANDARDISED_MAX);
}

function standardised(column: Column, rows: Int32Array, shape: Shape | undefined): Float32Array {
  return Float32Array.from(rows, (row) =>
    standardise(column[row] ?? Number.NaN, shape ?? { mean: 0, scale: 0 }),
  );
}

/** Computes the loss at a point and writes its gradient. */
type Objective = (point: Float64Array, gradient: Float64Array) => number;

/** Weighted log loss and ridge, in sum; the last number of a point is the intercept. */
function objectiveOf(
  columns: readonly Float32Array[],
  target: Float64Array,
  weight: Float64Array,
  l2: number,
): Objective {
  const scores = new Float64Array(target.length);
  const total = weight.reduce((sum, one) => sum + one, 0);
  return (point, gradient) => {
    scores.fill(point[columns.length] ?? 0);
    for (const [feature, column] of columns.entries()) addScaled(scores, column, point[feature] ?? 0);
    let loss = 0;
    let errors = 0;
    for (let row = 0; row < scores.length; row += 1) {
      const score = scores[row] ?? 0;
      const known = target[row] ?? 0;
      const counts = weight[row] ?? 0;
      loss += counts * (Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - known * score);
      const error = counts * (1 / (1 + Math.exp(-score)) - known);
      scores[row] = error;
      errors += error;
    }
    for (const [feature, column] of columns.entries()) {
      const at = point[feature] ?? 0;
      loss += (l2 / 2) * at * at;
      gradient[feature] = (product(scores, column) + l2 * at) / total;
    }
    gradient[columns.length] = errors / total;
    return loss / total;
  };
}

function addScaled(into: Float64Array, column: Float32Array, factor: number): void {
  if (factor === 0) return;
  for (let row = 0; row < into.length; row += 1) into[row] = (into[row] ?? 0) + factor * (column[row] ?? 0);
}

function product(one: Float64Array, other: Float32Array | Float64Array): number {
  let sum = 0;
  for (let row = 0; row < one.length; row += 1) sum += (one[row] ?? 0) * (other[row] ?? 0);
  return sum;
}

interface Remembered {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly inverse: number;
}

function minimise(objective: Objective, size: number, stepsMax: number): Float64Array {
  let point = new Float64Array(size);
  let gradient = new Float64Array(size);
  let loss = objective(point, gradient);
  const memory: Remembered[] = [];
  for (let round = 0; round < stepsMax; round += 1) {
    if (Math.sqrt(product(gradient, gradient)) < GRADIENT_SMALL) break;
    const direction = directionOf(gradient, memory);
    const slope = product(direction, gradient);
    let length = memory.length === 0 ? 1 / Math.max(1, Math.sqrt(product(gradient, gradient))) : 1;
    let next = point;
    const nextGradient = new Float64Array(size);
    let nextLoss = Infinity;
    for (let halving = 0; halving < HALVINGS_MAX; halving += 1) {
      const tried = length;
      next = point.map((value, index) => value + tried * (direction[index] ?? 0));
      nextLoss = objective(next, nextGradient);
      if (nextLoss <= loss + ARMIJO * tried * slope) break;
      length /= 2;
    }
    if (nextLoss >= loss) break;
    const step = next.map((value, index) => value - (point[index] ?? 0));
    const change = nextGradient.map((value, index) => value - (gradient[index] ?? 0));
    const curvature = product(step, change);
    if (curvature > 0) memory.push({ step, change, inverse: 1 / curvature });
    if (memory.length > REMEMBERED) memory.shift();
    [point, gradient, loss] = [next, nextGradient, nextLoss];
  }
  return point;
}

/** The two-loop recursion: minus the gradient, bent by the curvature that the last steps have met. */
function directionOf(gradient: Float64Array, memory: readonly Remembered[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const shares: number[] = [];
  for (const { step, change, inverse } of [...memory].reverse()) {
    const share = inverse * product(step, direction);
    shares.push(share);
    for (let index = 0; index < direction.length; index += 1) {
      direction[index] = (direction[index] ?? 0) - share * (change[index] ?? 0);
    }
  }
  const latest = memory.at(-1);
  const scale = latest === undefined ? 1 : 1 / (latest.inverse * product(latest.change, latest.change));
  for (let index = 0; index < direction.length; index += 1)
    direction[index] = (direction[index] ?? 0) * scale;
  for (const { step, change, inverse } of memory) {
    const share = (shares.pop() ?? 0) - inverse * product(change, direction);
    for (let index = 0; index < direction.length; index += 1) {
      direction[index] = (direction[index] ?? 0) + share * (step[index] ?? 0);
    }
  }
  return direction;
}
