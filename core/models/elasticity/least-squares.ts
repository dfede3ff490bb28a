import { demeaned, type Grouping } from './panel.ts';

/** A regression after taking group means out: a coefficient per column, and what each row left unexplained. */
export interface Fit {
  readonly coefficients: Float64Array;
  /** Of the first coefficient, robust to rows of one cluster moving together; NaN with one cluster. */
  readonly error: number;
  readonly residuals: Float64Array;
  /** The first column, with group means and all other columns taken out. */
  readonly partial: Float64Array;
}

/** Columns that the others explain up to this share are left out, with a coefficient of zero. */
const COLLINEAR = 1e-9;

/**
 * Weighted least squares with group means taken out, and standard errors clustered by `clusters` (Liang and Zeger 1986,
 * with the usual correction for few clusters).
 */
export function fitWithin(
  outcome: ArrayLike<number>,
  columns: readonly ArrayLike<number>[],
  groupings: readonly Grouping[],
  clusters: Grouping,
  weights?: Float64Array,
): Fit {
  const y = demeaned(outcome, groupings, weights);
  const xs = columns.map((column) => demeaned(column, groupings, weights));
  const coefficients = solved(xs, y, weights);
  const residuals = y.map((value, row) => value - sumOf(xs, coefficients, row));
  const [first, ...others] = xs;
  const own = first ?? new Float64Array(y.length);
  const shares = solved(others, own, weights);
  const partial = own.map((value, row) => value - sumOf(others, shares, row));
  return { coefficients, residuals, partial, error: clusteredError(partial, residuals, clusters, weights) };
}

function sumOf(columns: readonly Float64Array[], coefficients: Float64Array, row: number): number {
  let sum = 0;
  for (const [index, column] of columns.entries()) sum += (coefficients[index] ?? 0) * (column[row] ?? 0);
  return sum;
}

/** Coefficients of weighted least squares, by Gram and Schmidt with the collinear left out. */
export function solved(
  columns: readonly Float64Array[],
  outcome: Float64Array,
  weights?: Float64Array,
): Float64Array {
  const inner = (one: Float64Array, other: Float64Array): number => {
    let sum = 0;
    for (let row = 0; row < one.length; row += 1)
      sum += (weights?.[row] ?? 1) * (one[row] ?? 0) * (other[row] ?? 0);
    return sum;
  };
  const size = columns.length;
  const matrix = columns.map((one) => Float64Array.from(columns, (other) => inner(one, other)));
  const right = Float64Array.from(columns, (one) => inner(one, outcome));
  const scale = matrix.map((row, index) => row[index] ?? 0);
  const kept: number[] = [];
  for (let pivot = 0; pivot < size; pivot += 1) {
    const row = matrix[pivot];
    const diagonal = row?.[pivot] ?? 0;
    if (row === undefined || diagonal <= COLLINEAR * (scale[pivot] ?? 0) || diagonal <= 0) continue;
    kept.push(pivot);
    for (let other = 0; other < size; other += 1) {
      const target = matrix[other];
      if (other === pivot || target === undefined) continue;
      const factor = (target[pivot] ?? 0) / diagonal;
      for (let column = 0; column < size; column += 1) {
        target[column] = (target[column] ?? 0) - factor * (row[column] ?? 0);
      }
      right[other] = (right[other] ?? 0) - factor * (right[pivot] ?? 0);
    }
  }
  const coefficients = new Float64Array(size);
  for (const pivot of kept) coefficients[pivot] = (right[pivot] ?? 0) / (matrix[pivot]?.[pivot] ?? 1);
  return coefficients;
}

function clusteredError(
  partial: Float64Array,
  residuals: Float64Array,
  clusters: Grouping,
  weights: Float64Array | undefined,
): number {
  const scores = new Map<number, number>();
  let information = 0;
  for (const [row, value] of partial.entries()) {
    const weight = weights?.[row] ?? 1;
    const cluster = clusters[row] ?? 0;
    information += weight * value * value;
    scores.set(cluster, (scores.get(cluster) ?? 0) + weight * value * (residuals[row] ?? 0));
  }
  if (scores.size < 2 || information <= 0) return Number.NaN;
  let meat = 0;
  for (const score of scores.values()) meat += score * score;
  return Math.sqrt((meat * scores.size) / (scores.size - 1)) / information;
}
