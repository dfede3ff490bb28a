import { prepare, type Prepared } from './cleaning.ts';
import { ETS_SEASON_MAX, type EtsFit, fitEts, forecastEts } from './ets.ts';
import { forecastCroston, forecastFading, shareOfNothing } from './intermittent.ts';
import { medianOf } from './moments.ts';
import {
  forecastNaive,
  forecastSeasonalNaive,
  forecastSeasonalWindow,
  forecastShape,
} from './seasonal-windows.ts';
import { decompose } from './stl.ts';
import { fitTheta, forecastTheta } from './theta.ts';

/** Ways to look ahead that need one series alone, and `trees`, which learns from all. */
export const METHODS = [
  'seasonal naive',
  'naive',
  'ETS',
  'ETS cleaned',
  'Theta',
  'seasonal mean',
  'seasonal median',
  'season shape',
  'long season',
  'middle',
  'Croston',
  'fading demand',
  'trees',
] as const;
export type Method = (typeof METHODS)[number];

/** What each method expects, by step ahead. Methods that don't suit the series are absent. */
export type Paths = ReadonlyMap<Method, Float64Array>;

export interface Task {
  readonly values: Float64Array;
  readonly season: number;
  readonly longSeason: number;
  readonly horizon: number;
  /** Sales can't be less than nothing. */
  readonly nonNegative: boolean;
}

/** Share of steps without a sale from which on demand is intermittent (an average gap of 1.32 by Syntetos et al. 2005). */
const INTERMITTENT = 1 - 1 / 1.32;
const FEW_SEASONS = 4;
const MANY_SEASONS = 8;
const LEVEL_SEASONS = 4;

/** Exponential smoothing with what a season too long for its states adds, if there is such a one. */
export interface SeasonalEts {
  readonly fit: EtsFit;
  /** The last season of a decomposition, repeated ahead; empty when ETS has the season itself. */
  readonly indices: Float64Array;
}

/** Automatic ETS; of a season longer than 24, ETS of the series without the season that STL found (`stlf` in R). */
export function seasonalEts(values: Float64Array, season: number): SeasonalEts {
  if (season <= ETS_SEASON_MAX || values.length < 2 * season) {
    return { fit: fitEts(values, season <= ETS_SEASON_MAX ? season : 1), indices: new Float64Array(0) };
  }
  const { seasonal } = decompose(values, season);
  const adjusted = values.map((value, time) => value - (seasonal[time] ?? 0));
  return { fit: fitEts(adjusted, 1), indices: seasonal.slice(-season) };
}

export function forecastSeasonalEts({ fit, indices }: SeasonalEts, horizon: number): Float64Array {
  return forecastEts(fit, horizon).map(
    (value, ahead) => value + (indices[ahead % Math.max(1, indices.length)] ?? 0),
  );
}

/** Forecasts of one series by every method that needs no other series. `baseline` is the ETS of the values as they are. */
export function forecastAlone(task: Task, baseline: SeasonalEts): Paths {
  const { values, season, longSeason, horizon } = task;
  const prepared = prepare(values, season);
  const cleaned = prepared.values;
  const open = prepared.season;
  const paths = new Map<Method, Float64Array>();
  const add = (method: Method, path: Float64Array): void => {
    if (path.every((value) => Number.isFinite(value))) paths.set(method, bounded(path, task));
  };
  const restored = (method: Method, path: (steps: number) => Float64Array): void => {
    add(method, prepared.restore(horizon, path));
  };
  add('seasonal naive', forecastSeasonalNaive(values, season, horizon));
  add('ETS', forecastSeasonalEts(baseline, horizon));
  restored('naive', (steps) => forecastNaive(cleaned, steps));
  if (prepared.changed) addCleanedEts(prepared, restored);
  const theta = fitTheta(cleaned, open);
  restored('Theta', (steps) => forecastTheta(theta, cleaned, steps));
  if (open > 1) {
    restored('seasonal mean', (steps) => forecastSeasonalWindow(cleaned, open, steps, FEW_SEASONS, 'mean'));
    restored('seasonal median', (steps) =>
      forecastSeasonalWindow(cleaned, open, steps, MANY_SEASONS, 'median'),
    );
    restored('season shape', (steps) => forecastShape(cleaned, open, steps, MANY_SEASONS));
  }
  restored('middle', (steps) => new Float64Array(steps).fill(medianOf(cleaned.slice(-middleSpan(open)))));
  const long = longAgo(values, season, longSeason, horizon);
  if (long !== undefined) add('long season', long);
  if (task.nonNegative && shareOfNothing(values) > INTERMITTENT) {
    add('Croston', new Float64Array(horizon).fill(forecastCroston(values)));
    add('fading demand', new Float64Array(horizon).fill(forecastFading(values)));
  }
  return paths;
}

/** Within what is possible, and within ten times what was ever seen: a trend that runs away helps nobody. */
export function bounded(path: Float64Array, task: Task): Float64Array {
  const { low, high } = rangeOf(task.values);
  const reach = RUNAWAY * Math.max(high - low, Math.abs(high), Math.abs(low));
  return path.map((value) => Math.max(task.nonNegative ? 0 : low - reach, Math.min(high + reach, value)));
}

const RUNAWAY = 10;

function addCleanedEts(
  prepared: Prepared,
  restored: (method: Method, path: (steps: number) => Float64Array) => void,
): void {
  const ets = seasonalEts(prepared.values, prepared.season);
  restored('ETS cleaned', (steps) => forecastSeasonalEts(ets, steps));
}

/** Two to four seasons, of a short one enough for a median that stands still. */
function middleSpan(season: number): number {
  return Math.max(2 * season, Math.min(4 * season, 28), 6);
}

/** The same steps one long season ago, at today's level. */
function longAgo(
  values: Float64Array,
  season: number,
  longSeason: number,
  horizon: number,
): Float64Array | undefined {
  const span = LEVEL_SEASONS * season;
  if (longSeason === 0 || values.length < longSeason + span) return undefined;
  const now = sumOf(values, values.length - span, values.length);
  const then = sumOf(values, values.length - longSeason - span, values.length - longSeason);
  const level = then > 0 && now >= 0 ? now / then : 1;
  return Float64Array.from(
    { length: horizon },
    (_, ahead) => level * (values[values.length - longSeason + (ahead % longSeason)] ?? 0),
  );
}

function sumOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let time = from; time < to; time += 1) sum += values[time] ?? 0;
  return sum;
}

function rangeOf(values: Float64Array): { low: number; high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}
