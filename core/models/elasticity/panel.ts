/** Rows of sales by series and time, prices and controls as the regression takes them. */
export interface Panel {
  readonly series: Int32Array;
  readonly seriesNames: readonly string[];
  /** Index of each row's point in time, in order; rows of one time share it. */
  readonly period: Int32Array;
  readonly periods: number;
  readonly units: Float64Array;
  readonly logPrice: Float64Array;
  /** A column per control. */
  readonly controls: readonly Float64Array[];
}

/** Groups whose means a regression takes out of every column: a series' own level, a time's own level. */
export type Grouping = Int32Array;

const SWEEPS_MAX = 500;
const CONVERGED = 1e-9;

/**
 * What is left of a column once the weighted means of every grouping are taken out (alternating projections: Guimarães
 * and Portugal 2010). Regressing such columns on each other is regressing with a dummy per group (Frisch and Waugh 1933).
 */
export function demeaned(
  column: ArrayLike<number>,
  groupings: readonly Grouping[],
  weights: Float64Array | undefined,
): Float64Array {
  const rest = Float64Array.from(column);
  const sizes = groupings.map((groups) => 1 + groups.reduce((most, group) => Math.max(most, group), -1));
  const spread =
    Math.sqrt(rest.reduce((sum, value) => sum + value * value, 0) / Math.max(1, rest.length)) || 1;
  const sweeps = groupings.length < 2 ? 1 : SWEEPS_MAX;
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    let moved = 0;
    for (const [index, groups] of groupings.entries()) {
      moved = Math.max(moved, takeMeansOut(rest, groups, sizes[index] ?? 0, weights));
    }
    if (moved < CONVERGED * spread) break;
  }
  return rest;
}

/** @returns the largest mean that was taken out */
function takeMeansOut(
  values: Float64Array,
  groups: Grouping,
  size: number,
  weights: Float64Array | undefined,
): number {
  const sums = new Float64Array(size);
  const totals = new Float64Array(size);
  for (let row = 0; row < values.length; row += 1) {
    const group = groups[row] ?? 0;
    const weight = weights?.[row] ?? 1;
    sums[group] = (sums[group] ?? 0) + weight * (values[row] ?? 0);
    totals[group] = (totals[group] ?? 0) + weight;
  }
  let most = 0;
  for (let group = 0; group < size; group += 1) {
    const total = totals[group] ?? 0;
    const mean = total > 0 ? (sums[group] ?? 0) / total : 0;
    sums[group] = mean;
    most = Math.max(most, Math.abs(mean));
  }
  for (let row = 0; row < values.length; row += 1)
    values[row] = (values[row] ?? 0) - (sums[groups[row] ?? 0] ?? 0);
  return most;
}
