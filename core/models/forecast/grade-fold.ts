import { streamOf } from '../../kernel/seeded-random.ts';
import { partOf, type Part } from './grades.ts';
import { boundsFrom, boundsOfDraws, type Bounds } from './intervals.ts';
import { bounded, forecastSeasonalEts, type Method } from './methods.ts';
import { seasonalChange } from './moments.ts';
import { naiveBounds } from './naive-bounds.ts';
import { actualOf, type Combined, forecastFrom } from './ours.ts';
import { drawEts, type Origin, type Rolling } from './rolling.ts';
import { forecastNaive, forecastSeasonalNaive } from './seasonal-windows.ts';

export const OURS = 'ours';
export const BASELINES = ['naive', 'seasonal naive', 'ETS'] as const;

/** What all models did in one fold. */
export interface FoldGrades {
  readonly parts: ReadonlyMap<string, readonly Part[]>;
  /** Mean weights of the methods in ours, over the graded series. */
  readonly weights: ReadonlyMap<Method, number>;
  readonly origins: number;
}

interface Forecast {
  readonly path: Float64Array;
  readonly bounds: Bounds;
}

/** Forecasts a fold by ours and the baselines, and grades them on what came. */
export function gradeFold(rolling: Rolling, back: number, fold: number, seed: number): FoldGrades {
  const { panel, habits } = rolling;
  const tests = panel.series.flatMap((series, index) => {
    const from = rolling.firstAhead(series, back);
    if (from === undefined) return [];
    const actual = actualOf(series, from, Math.min(series.values.length, from + habits.horizon));
    return actual.every((value) => Number.isNaN(value)) ? [] : [{ index, series, from, actual }];
  });
  const parts = new Map<string, Part[]>([OURS, ...BASELINES].map((model) => [model, []]));
  const weights = new Map<Method, number>();
  if (tests.length === 0) return { parts, weights, origins: 0 };
  const ours = forecastFrom(rolling, back, seed);
  const origin = rolling.at(back);
  const random = streamOf(seed, `fold ${fold}`);
  for (const { index, series, from, actual } of tests) {
    const combined = ours.forecasts[index];
    if (combined === undefined) continue;
    const values = series.values.subarray(0, from);
    const scale = seasonalChange(values, habits.season);
    for (const [model, { path, bounds }] of forecastsOf(rolling, origin, index, values, combined, random)) {
      parts.get(model)?.push(partOf({ series: index, fold }, path, bounds, actual, scale));
    }
    for (const [method, weight] of combined.weights) {
      weights.set(method, (weights.get(method) ?? 0) + weight / tests.length);
    }
  }
  return { parts, weights, origins: ours.origins };
}

function forecastsOf(
  rolling: Rolling,
  origin: Origin,
  index: number,
  values: Float64Array,
  combined: Combined,
  random: () => number,
): readonly (readonly [string, Forecast])[] {
  const { panel, habits } = rolling;
  const { horizon, season } = habits;
  const cut = (bounds: Bounds): Bounds => (panel.nonNegative ? boundsFrom(0, bounds) : bounds);
  const naive = forecastNaive(values, horizon);
  const seasonal = forecastSeasonalNaive(values, season, horizon);
  const fitted = origin.ets[index];
  const ets =
    fitted === undefined
      ? naive
      : bounded(forecastSeasonalEts(fitted, horizon), { ...habits, values, nonNegative: panel.nonNegative });
  const drawn = fitted === undefined ? undefined : drawEts(fitted, horizon, random);
  const etsBounds =
    drawn === undefined ? naiveBounds(values, ets, 1) : boundsOfDraws(drawn.draws, drawn.count, horizon);
  return [
    [OURS, combined],
    ['naive', { path: naive, bounds: cut(naiveBounds(values, naive, 1)) }],
    ['seasonal naive', { path: seasonal, bounds: cut(naiveBounds(values, seasonal, season)) }],
    ['ETS', { path: ets, bounds: cut(etsBounds) }],
  ];
}
