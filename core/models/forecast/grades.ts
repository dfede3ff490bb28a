import { bootstrap, type Interval } from '../evaluation/bootstrap.ts';
import type { Grade } from '../evaluation/evaluation.ts';
import type { Bounds } from './intervals.ts';

export const FORECAST_METRICS = ['WAPE', 'MAPE', 'MASE', 'coverage 80 %', 'coverage 95 %'] as const;
export type ForecastMetric = (typeof FORECAST_METRICS)[number];

/** A forecast of one series in one fold, graded. Ratios of sums over such parts are the metrics. */
export interface Part {
  readonly series: number;
  readonly fold: number;
  readonly tops: Readonly<Record<ForecastMetric, number>>;
  readonly bottoms: Readonly<Record<ForecastMetric, number>>;
  /** Sum of forecast minus actual. */
  readonly excess: number;
}

/**
 * Grades a path against what came.
 *
 * @param actual NaN where nothing was observed; as long as the path or shorter
 * @param scale mean change against the season before in the training part, for MASE; 0 leaves the part out of it
 */
export function partOf(
  place: { readonly series: number; readonly fold: number },
  path: Float64Array,
  bounds: Bounds,
  actual: Float64Array,
  scale: number,
): Part {
  let [errors, sizes, shares, sales, within80, within95, count, excess] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const [ahead, came] of actual.entries()) {
    if (Number.isNaN(came)) continue;
    const expected = path[ahead] ?? 0;
    const error = Math.abs(expected - came);
    count += 1;
    errors += error;
    excess += expected - came;
    sizes += Math.abs(came);
    if (came !== 0) {
      shares += error / Math.abs(came);
      sales += 1;
    }
    if (came >= (bounds.lo80[ahead] ?? 0) && came <= (bounds.hi80[ahead] ?? 0)) within80 += 1;
    if (came >= (bounds.lo95[ahead] ?? 0) && came <= (bounds.hi95[ahead] ?? 0)) within95 += 1;
  }
  const scaled = scale > 0 && count > 0;
  return {
    ...place,
    tops: {
      WAPE: errors,
      MAPE: shares,
      MASE: scaled ? errors / count / scale : 0,
      'coverage 80 %': within80,
      'coverage 95 %': within95,
    },
    bottoms: {
      WAPE: sizes,
      MAPE: sales,
      MASE: scaled ? 1 : 0,
      'coverage 80 %': count,
      'coverage 95 %': count,
    },
    excess,
  };
}

/** A metric over parts; NaN when none of them has anything to say on it. */
export function metricOf(parts: readonly Part[], metric: ForecastMetric): number {
  let [top, bottom] = [0, 0];
  for (const part of parts) {
    top += part.tops[metric];
    bottom += part.bottoms[metric];
  }
  return bottom > 0 ? top / bottom : Number.NaN;
}

/** With fewer series than this the parts (series and folds) are drawn instead. */
const SERIES_LEAST = 10;

/** What the bootstrap draws: whole series, or parts where series are few. */
export interface DrawnUnits {
  readonly name: string;
  /** Per part, its unit. */
  readonly unitOf: Int32Array;
  readonly count: number;
}

export function drawnUnits(parts: readonly Part[]): DrawnUnits {
  const series = new Map<number, number>();
  for (const part of parts) if (!series.has(part.series)) series.set(part.series, series.size);
  if (series.size >= SERIES_LEAST) {
    return {
      name: 'series',
      unitOf: Int32Array.from(parts, (part) => series.get(part.series) ?? 0),
      count: series.size,
    };
  }
  return {
    name: 'series and folds',
    unitOf: Int32Array.from(parts, (_, index) => index),
    count: parts.length,
  };
}

/** All metrics of a model with their bootstrap intervals. */
export function gradesOf(
  model: string,
  baseline: boolean,
  parts: readonly Part[],
  units: DrawnUnits,
  seed: number,
): Grade[] {
  return FORECAST_METRICS.map((metric) => {
    const value = metricOf(parts, metric);
    const { tops, bottoms } = sumsByUnit(parts, units, metric);
    const { low, high } = bootstrap(units.count, (drawn) => ratioOf(drawn, tops, bottoms), {
      seed,
      concern: metric,
    });
    return { model, baseline, metric, value, low, high };
  });
}

/** The interval of the difference of a metric between two models on the same parts: the first minus the second. */
export function differenceOf(
  one: readonly Part[],
  other: readonly Part[],
  units: DrawnUnits,
  metric: ForecastMetric,
  seed: number,
): Interval & { readonly value: number } {
  const first = sumsByUnit(one, units, metric);
  const second = sumsByUnit(other, units, metric);
  const interval = bootstrap(
    units.count,
    (drawn) => ratioOf(drawn, first.tops, first.bottoms) - ratioOf(drawn, second.tops, second.bottoms),
    { seed, concern: metric },
  );
  return { value: metricOf(one, metric) - metricOf(other, metric), ...interval };
}

function sumsByUnit(parts: readonly Part[], units: DrawnUnits, metric: ForecastMetric) {
  const tops = new Float64Array(units.count);
  const bottoms = new Float64Array(units.count);
  for (const [index, part] of parts.entries()) {
    const unit = units.unitOf[index] ?? 0;
    tops[unit] = (tops[unit] ?? 0) + part.tops[metric];
    bottoms[unit] = (bottoms[unit] ?? 0) + part.bottoms[metric];
  }
  return { tops, bottoms };
}

function ratioOf(drawn: Int32Array, tops: Float64Array, bottoms: Float64Array): number {
  let [top, bottom] = [0, 0];
  for (const unit of drawn) {
    top += tops[unit] ?? 0;
    bottom += bottoms[unit] ?? 0;
  }
  return bottom > 0 ? top / bottom : Number.NaN;
}
