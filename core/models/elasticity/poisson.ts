import { fitWithin, type Fit } from './least-squares.ts';
import type { Grouping } from './panel.ts';

/** A Poisson regression; `rows` are those that counted: groups that never sold tell nothing. */
export interface PoissonFit extends Fit {
  readonly rows: readonly number[];
  /** Expected units of each row that counted, which are also its weight. */
  readonly weights: Float64Array;
}

const ROUNDS_MAX = 100;
const CONVERGED = 1e-8;
/** Keeps an expectation from under- or overflowing while the search still jumps. */
const LOG_MAX = 30;

/**
 * Poisson pseudo-maximum likelihood with group levels, by reweighted least squares with the levels taken out (Correia,
 * Guimarães and Zylkin 2020). Only the mean must be right: units need not be Poisson, and zeros stay.
 */
export function fitPoisson(
  units: Float64Array,
  columns: readonly Float64Array[],
  groupings: readonly Grouping[],
  clusters: Grouping,
): PoissonFit {
  const rows = rowsThatCount(units, groupings);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row] ?? 0);
  const pickGroup = (groups: Grouping): Grouping => Int32Array.from(rows, (row) => groups[row] ?? 0);
  const y = pick(units);
  const xs = columns.map(pick);
  const groups = groupings.map(pickGroup);
  const mean = y.reduce((sum, value) => sum + value, 0) / Math.max(1, y.length);
  let expected = y.map((value) => (value + mean) / 2);
  let deviance = Number.POSITIVE_INFINITY;
  for (let round = 0; ; round += 1) {
    const working = expected.map((value, row) => Math.log(value) + ((y[row] ?? 0) - value) / value);
    const fit = fitWithin(working, xs, groups, pickGroup(clusters), expected);
    const next = expected.map((_, row) =>
      Math.exp(Math.max(-LOG_MAX, Math.min(LOG_MAX, (working[row] ?? 0) - (fit.residuals[row] ?? 0)))),
    );
    const now = devianceOf(y, next);
    if (round >= ROUNDS_MAX || Math.abs(now - deviance) < CONVERGED * (Math.abs(now) + 1)) {
      return { ...fit, rows, weights: expected };
    }
    [expected, deviance] = [next, now];
  }
}

/** Twice the distance of the log-likelihood from that of a perfect fit. */
export function devianceOf(units: ArrayLike<number>, expected: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < units.length; row += 1) {
    const [unit, mean] = [units[row] ?? 0, Math.max(expected[row] ?? 0, Number.MIN_VALUE)];
    sum += 2 * ((unit > 0 ? unit * Math.log(unit / mean) : 0) - (unit - mean));
  }
  return sum;
}

/** A group without any sale has a level of minus infinity: its rows drop out, until no further group loses its last. */
function rowsThatCount(units: Float64Array, groupings: readonly Grouping[]): number[] {
  let rows = Array.from(units.keys());
  for (;;) {
    const before = rows.length;
    for (const groups of groupings) {
      const selling = new Set(rows.filter((row) => (units[row] ?? 0) > 0).map((row) => groups[row]));
      rows = rows.filter((row) => selling.has(groups[row]));
    }
    if (rows.length === before) return rows;
  }
}
