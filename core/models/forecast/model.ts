import type { Habits } from './calendar.ts';
import { labelAt } from './calendar.ts';
import { sumOfErrors } from './combination.ts';
import { habitsFor } from './folds.ts';
import { BadInput } from '../evaluation/bad-input.ts';
import { actualOf, forecastFrom } from './ours.ts';
import { filledBySeason, type Panel } from './panel.ts';
import { leastLength, Rolling } from './rolling.ts';
import { forecastSeasonalNaive } from './seasonal-windows.ts';
import { decompose } from './stl.ts';

/** What is expected of one step, and between which bounds 80 and 95 % of what comes should lie. */
export interface ForecastPoint {
  /** A date, a time, or a step's number. */
  readonly date: string;
  readonly mean: number;
  readonly lo80: number;
  readonly hi80: number;
  readonly lo95: number;
  readonly hi95: number;
}

/** How good the forecasts of a series are: tried on its last horizon, which they had not seen. */
export interface ForecastGrade {
  readonly wape: number;
  readonly seasonalNaiveWape: number;
}

export interface SeriesForecast {
  readonly points: readonly ForecastPoint[];
  /** Methods and their shares, the largest first, e.g. `Theta 40 %, ETS 35 %, trees 25 %`. */
  readonly model: string;
  /** Undefined when the series is too short to be tried, or sold nothing in that time. */
  readonly grade: ForecastGrade | undefined;
}

/** Forecasts of all series as plain data: what a job makes, a store keeps and a route serves. */
export interface ForecastModel {
  readonly kind: 'forecast';
  readonly habits: Habits;
  /** How much the errors of different steps go together, 0 to 1: what the spread of a sum of steps follows from. */
  readonly errorCorrelation: number;
  readonly series: Readonly<Record<string, SeriesForecast>>;
  /** Series with too few values. */
  readonly leftOut: readonly string[];
  readonly notes: readonly string[];
}

export interface ForecastOptions {
  readonly horizon?: number;
  readonly season?: number;
  readonly seed?: number;
}

const PERCENT = 100;

/**
 * Forecasts every series of a panel from its last value on, choosing and weighing methods at earlier origins.
 *
 * Throws BadInput when no series has enough values.
 */
export function trainForecast(panel: Panel, options: ForecastOptions = {}): ForecastModel {
  const { seed = 1 } = options;
  const { habits, notes } = habitsFor(panel, { horizon: options.horizon, season: options.season, folds: 1 });
  const rolling = new Rolling(filledBySeason(panel, habits.season), habits, seed);
  const ahead = forecastFrom(rolling, 0, seed);
  const tried = forecastFrom(rolling, habits.horizon, seed);
  const series: Record<string, SeriesForecast> = {};
  const leftOut: string[] = [];
  for (const [index, each] of rolling.panel.series.entries()) {
    const combined = ahead.forecasts[index];
    if (combined === undefined) {
      leftOut.push(each.name);
      continue;
    }
    const { path, bounds, weights } = combined;
    const first = each.start + each.values.length;
    series[each.name] = {
      points: Array.from(path, (mean, step) => ({
        date: labelAt(panel.calendar, first + step),
        mean,
        lo80: bounds.lo80[step] ?? mean,
        hi80: bounds.hi80[step] ?? mean,
        lo95: bounds.lo95[step] ?? mean,
        hi95: bounds.hi95[step] ?? mean,
      })),
      model: [...weights]
        .sort(([, one], [, other]) => other - one)
        .map(([method, weight]) => `${method} ${Math.round(PERCENT * weight)} %`)
        .join(', '),
      grade: gradeOf(rolling, index, tried.forecasts[index]?.path),
    };
  }
  if (Object.keys(series).length === 0) {
    throw new BadInput(`every series is too short: a forecast needs ${leastLength(habits.season)} values`);
  }
  return {
    kind: 'forecast',
    habits,
    errorCorrelation: ahead.errorCorrelation,
    series,
    leftOut,
    notes: [...panel.notes, ...notes],
  };
}

/** The first `steps` points of one series; undefined when the model has none of it. */
export function predictForecast(
  model: ForecastModel,
  name: string,
  steps: number,
): SeriesForecast | undefined {
  const forecast = Object.hasOwn(model.series, name) ? model.series[name] : undefined;
  return forecast === undefined ? undefined : { ...forecast, points: forecast.points.slice(0, steps) };
}

/** What a series consists of, in words a shop understands. */
export interface SeriesStory {
  readonly trend: Float64Array;
  readonly seasonal: Float64Array;
  readonly remainder: Float64Array;
  /** Share of the variance that the trend (the season) explains beyond the remainder, 0 to 1 (Wang, Smith and Hyndman 2006). */
  readonly trendStrength: number;
  readonly seasonStrength: number;
  /** Change of the trend from the first to the last value, as a share of its mean. */
  readonly change: number;
}

/** Decomposes a series for display. */
export function storyOf(values: Float64Array, season: number): SeriesStory {
  const { trend, seasonal, remainder } = decompose(values, season);
  const level = trend.reduce((sum, next) => sum + next, 0) / Math.max(1, trend.length);
  const rise = (trend.at(-1) ?? 0) - (trend[0] ?? 0);
  return {
    trend,
    seasonal,
    remainder,
    trendStrength: strengthOf(trend, remainder),
    seasonStrength: strengthOf(seasonal, remainder),
    change: level === 0 ? 0 : rise / Math.abs(level),
  };
}

function strengthOf(part: Float64Array, remainder: Float64Array): number {
  const together = varianceOf(part.map((value, time) => value + (remainder[time] ?? 0)));
  return together > 0 ? Math.max(0, 1 - varianceOf(remainder) / together) : 0;
}

function varianceOf(values: Float64Array): number {
  const mean = values.reduce((sum, next) => sum + next, 0) / Math.max(1, values.length);
  return values.reduce((sum, next) => sum + (next - mean) ** 2, 0) / Math.max(1, values.length);
}

function gradeOf(rolling: Rolling, index: number, path: Float64Array | undefined): ForecastGrade | undefined {
  const { panel, habits } = rolling;
  const series = panel.series[index];
  if (series === undefined || path === undefined) return undefined;
  const from = rolling.firstAhead(series, habits.horizon);
  if (from === undefined) return undefined;
  const actual = actualOf(series, from, Math.min(series.values.length, from + habits.horizon));
  const sold = sumOfErrors(new Float64Array(actual.length), actual).sum;
  if (sold <= 0) return undefined;
  const naive = forecastSeasonalNaive(series.values.subarray(0, from), habits.season, habits.horizon);
  return {
    wape: sumOfErrors(path, actual).sum / sold,
    seasonalNaiveWape: sumOfErrors(naive, actual).sum / sold,
  };
}
