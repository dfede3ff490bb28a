import { fitWithin, type Fit } from './least-squares.ts';
import type { Grouping, Panel } from './panel.ts';
import { fitPoisson } from './poisson.ts';

export type Method = 'log-log' | 'Poisson';

/** By how many percent sales move when the price moves by one. */
export interface Elasticity {
  readonly value: number;
  /** Standard error. */
  readonly error: number;
}

export interface SeriesElasticity extends Elasticity {
  readonly series: string;
  /** Of the series alone; NaN when its price hardly moved. */
  readonly own: number;
  readonly ownError: number;
}

export interface Estimate {
  readonly method: Method;
  readonly pooled: Elasticity;
  /** Standard deviation of the series' true elasticities around the pooled one. */
  readonly spread: number;
  readonly series: readonly SeriesElasticity[];
  /** Rows that counted: log-log leaves out those without sales. */
  readonly rows: number;
}

/** A price that stays within a percent of itself tells nothing. */
export const PRICE_DEVIATION_MIN = 0.01;
const OWN_ROWS_MIN = 10;
/** Newey and West's rule for the lags of a series' own error. */
const LAGS = (rows: number): number => Math.floor(4 * (rows / 100) ** (2 / 9));

/**
 * The own-price elasticity of a panel: sales explained by the price, with a level per series and per point in time, and
 * controls.
 *
 * - `log-log`: least squares of ln units; rows without sales drop out, which bends the result when they are many.
 * - `Poisson`: pseudo-maximum likelihood of units (Santos Silva and Tenreyro 2006), which keeps them.
 *
 * Errors are clustered by series; those of one series alone are robust to autocorrelation (Newey and West 1987).
 */
export function estimate(panel: Panel, method: Method, groupings: readonly Grouping[]): Estimate {
  const columns = [panel.logPrice, ...panel.controls];
  const manySeries = panel.seriesNames.length >= 2;
  const clusters = manySeries ? panel.series : panel.period;
  if (method === 'log-log') {
    const rows = rowsWhere(panel, (row) => (panel.units[row] ?? 0) > 0);
    const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row] ?? 0);
    const logUnits = Float64Array.from(rows, (row) => Math.log(panel.units[row] ?? 1));
    const pickGroup = (groups: Grouping): Grouping => Int32Array.from(rows, (row) => groups[row] ?? 0);
    const fit = fitWithin(logUnits, columns.map(pick), groupings.map(pickGroup), pickGroup(clusters));
    return estimateOf(panel, method, fit, rows, undefined);
  }
  const fit = fitPoisson(panel.units, columns, groupings, clusters);
  return estimateOf(panel, method, fit, fit.rows, fit.weights);
}

function rowsWhere(panel: Panel, wanted: (row: number) => boolean): number[] {
  return Array.from(panel.units.keys()).filter(wanted);
}

function estimateOf(
  panel: Panel,
  method: Method,
  fit: Fit,
  rows: readonly number[],
  weights: Float64Array | undefined,
): Estimate {
  const pooled = { value: fit.coefficients[0] ?? Number.NaN, error: fit.error };
  const bySeries: number[][] = panel.seriesNames.map(() => []);
  for (const [index, row] of rows.entries()) bySeries[panel.series[row] ?? 0]?.push(index);
  const alone = bySeries.map((own) => ownElasticity(fit, own, pooled.value, weights));
  const error = Number.isNaN(fit.error) ? (alone[0]?.error ?? Number.NaN) : fit.error;
  const spread = Math.sqrt(varianceBetween(alone, pooled.value));
  const series = panel.seriesNames.map((name, index) => {
    const own = alone[index] ?? { value: Number.NaN, error: Number.NaN };
    return {
      series: name,
      own: own.value,
      ownError: own.error,
      ...shrunk(own, { ...pooled, error }, spread),
    };
  });
  return { method, pooled: { ...pooled, error }, spread, series, rows: rows.length };
}

/** One step from the pooled elasticity to the series' own, by its own rows. */
function ownElasticity(
  { partial, residuals }: Fit,
  rows: readonly number[],
  pooled: number,
  weights: Float64Array | undefined,
): Elasticity {
  let [information, score, total] = [0, 0, 0];
  for (const row of rows) {
    const weight = weights?.[row] ?? 1;
    const price = partial[row] ?? 0;
    information += weight * price * price;
    score += weight * price * (residuals[row] ?? 0);
    total += weight;
  }
  const deviation = Math.sqrt(information / Math.max(total, Number.MIN_VALUE));
  if (rows.length < OWN_ROWS_MIN || deviation < PRICE_DEVIATION_MIN)
    return { value: Number.NaN, error: Number.NaN };
  const step = score / information;
  const scores = rows.map((row) => {
    const price = partial[row] ?? 0;
    return (weights?.[row] ?? 1) * price * ((residuals[row] ?? 0) - step * price);
  });
  const correction = rows.length / Math.max(1, rows.length - 2);
  return { value: pooled + step, error: Math.sqrt(longRunVariance(scores) * correction) / information };
}

/** The sum of squares with neighbours' products, less and less of them (Newey and West 1987). */
function longRunVariance(scores: readonly number[]): number {
  const lags = LAGS(scores.length);
  let sum = 0;
  for (let lag = 0; lag <= lags; lag += 1) {
    let products = 0;
    for (let row = lag; row < scores.length; row += 1)
      products += (scores[row] ?? 0) * (scores[row - lag] ?? 0);
    sum += (lag === 0 ? 1 : 2 * (1 - lag / (lags + 1))) * products;
  }
  return Math.max(0, sum);
}

/** How much series truly differ, beyond their errors: the moment estimator of DerSimonian and Laird (1986). */
function varianceBetween(alone: readonly Elasticity[], pooled: number): number {
  const known = alone.filter(({ value, error }) => !Number.isNaN(value) && error > 0);
  if (known.length < 3) return 0;
  const weights = known.map(({ error }) => 1 / (error * error));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  const centre = known.reduce((sum, { value }, index) => sum + (weights[index] ?? 0) * value, 0) / total;
  const heterogeneity = known.reduce(
    (sum, { value }, index) => sum + (weights[index] ?? 0) * (value - centre) ** 2,
    0,
  );
  const variance = (heterogeneity - (known.length - 1)) / (total - squares / total);
  return Number.isFinite(variance) && Number.isFinite(pooled) ? Math.max(0, variance) : 0;
}

/** Empirical Bayes: the nearer to the pooled elasticity, the less the series' own rows can tell. */
function shrunk(own: Elasticity, pooled: Elasticity, spread: number): Elasticity {
  const prior = spread * spread;
  if (Number.isNaN(own.value) || !(own.error > 0)) {
    return { value: pooled.value, error: Math.sqrt(prior + pooled.error ** 2) };
  }
  if (prior === 0) return pooled;
  const trust = prior / (prior + own.error ** 2);
  return {
    value: trust * own.value + (1 - trust) * pooled.value,
    error: Math.sqrt(trust * own.error ** 2 + ((1 - trust) * pooled.error) ** 2),
  };
}
