import { closedPhases } from './cleaning.ts';
import {
  combine,
  Combination,
  type Strategy,
  sumOfErrors,
  type Trial,
  type Tried,
  type Weights,
} from './combination.ts';
import { type Bounds, boundsFrom, boundsOfDraws, ErrorSpread, type Miss } from './intervals.ts';
import { drawEts, type Rolling } from './rolling.ts';
import { seasonalChange } from './moments.ts';
import { streamOf } from '../../kernel/seeded-random.ts';
import type { Series } from './panel.ts';

/** The combined forecast of one series. */
export interface Combined {
  readonly path: Float64Array;
  readonly bounds: Bounds;
  readonly weights: Weights;
}

export interface CombinedPanel {
  /** Per series; undefined where its values were too few. */
  readonly forecasts: readonly (Combined | undefined)[];
  readonly strategy: Strategy;
  /** How many origins of the training part the weights come from. */
  readonly origins: number;
  /** How much the errors of different steps go together, 0 to 1; 1 where no validation could tell. */
  readonly errorCorrelation: number;
}

/** A training part keeps at least this share of itself before its first validation origin. */
const VALIDATED_SHARE = 0.6;
/** More origins where there are few series to learn from. */
const ORIGINS = [
  { seriesMax: 30, origins: 8 },
  { seriesMax: 200, origins: 5 },
  { seriesMax: Number.POSITIVE_INFINITY, origins: 3 },
] as const;
/** A series' own spread counts as much as the panel's after this many origins. */
const SPREAD_POOLING = 1;

interface Past {
  readonly tried: Tried;
  /** Mean change against the season before, in the training part. */
  readonly change: number;
  /** Phases when the shop is closed. */
  readonly shut: Uint8Array;
  /** How many values each validation origin saw. */
  readonly seen: readonly number[];
}

/**
 * Forecasts all series from an origin by the combination that did best at earlier origins, with intervals from the
 * errors it made there. Nothing after `back` is looked at.
 */
export function forecastFrom(rolling: Rolling, back: number, seed: number): CombinedPanel {
  const { panel, habits } = rolling;
  const now = rolling.at(back);
  const backs = validationBacks(rolling, back);
  const earlier = backs.map((each) => rolling.at(each));
  const pasts = panel.series.map((series, index): Past => {
    const length = now.lengths[index] ?? 0;
    const values = series.values.subarray(0, length);
    const trials = earlier.map((origin): Trial | undefined => {
      const seen = origin.lengths[index] ?? 0;
      const paths = origin.paths[index];
      if (seen === 0 || seen >= length || paths === undefined) return undefined;
      return { paths, actual: actualOf(series, seen, Math.min(length, seen + habits.horizon)) };
    });
    return {
      tried: { level: sizeOf(values), trials },
      change: seasonalChange(values, habits.season),
      shut: closedPhases(values, habits.season),
      seen: earlier.map((origin) => origin.lengths[index] ?? 0),
    };
  });
  const combination = new Combination(
    pasts.map(({ tried }) => tried),
    backs.length,
  );
  const spreads = new Spreads(pasts, combination);
  const random = streamOf(seed, 'forecast intervals');
  const forecasts = now.paths.map((paths, index): Combined | undefined => {
    const past = pasts[index];
    const ets = now.ets[index];
    const length = now.lengths[index] ?? 0;
    if (past === undefined || ets === undefined || length === 0) return undefined;
    const weights = combination.weights(index, paths);
    const shut = (ahead: number): boolean => past.shut[(length + ahead) % habits.season] === 1;
    const path = combine(paths, weights).map((value, ahead) => (shut(ahead) ? 0 : value));
    const { draws, count } = spreads.known
      ? { draws: new Float64Array(0), count: 0 }
      : drawEts(ets, habits.horizon, random);
    const bounds = spreads.bounds(index, path, shut) ?? boundsOfDraws(draws, count, habits.horizon);
    return { path, weights, bounds: panel.nonNegative ? boundsFrom(0, bounds) : bounds };
  });
  return {
    forecasts,
    strategy: combination.strategy,
    origins: backs.length,
    errorCorrelation: spreads.correlation,
  };
}

/** Origins of the training part, a horizon apart, as many as it has room for. */
export function validationBacks(rolling: Rolling, back: number): readonly number[] {
  const { panel, habits } = rolling;
  const lengths = panel.series.map((series) => rolling.lengthAt(series, back)).filter((length) => length > 0);
  lengths.sort((one, other) => one - other);
  const typical = lengths[Math.floor(lengths.length / 2)] ?? 0;
  const room = Math.floor((VALIDATED_SHARE * typical) / habits.horizon);
  const most = ORIGINS.find(({ seriesMax }) => panel.series.length <= seriesMax)?.origins ?? 0;
  return Array.from({ length: Math.min(room, most) }, (_, index) => back + (index + 1) * habits.horizon);
}

/** What was observed from `from` to `to`; NaN where nothing was. */
export function actualOf(series: Series, from: number, to: number): Float64Array {
  return series.values
    .slice(from, to)
    .map((value, index) => (series.observed[from + index] === 1 ? value : Number.NaN));
}

/** What the combination's errors at validation origins say of the errors to come. */
class Spreads {
  readonly known: boolean;
  readonly #errors: ErrorSpread | undefined;
  readonly #pasts: readonly Past[];
  /** Mean absolute error of the combination by series and origin, NaN where there is none. */
  readonly #sizes: readonly Float64Array[];
  /** Errors in units of the change against the season before, over all series. */
  readonly #ratio: number;

  constructor(pasts: readonly Past[], combination: Combination) {
    this.#pasts = pasts;
    const paths = pasts.map(({ tried }, index) =>
      tried.trials.map((trial, origin) =>
        trial === undefined
          ? undefined
          : combine(trial.paths, combination.weights(index, trial.paths, origin)),
      ),
    );
    this.#sizes = pasts.map(({ tried }, index) =>
      Float64Array.from(tried.trials, (trial, origin) => {
        const path = paths[index]?.[origin];
        if (trial === undefined || path === undefined) return Number.NaN;
        const { sum, count } = sumOfErrors(path, trial.actual);
        return count > 0 ? sum / count : Number.NaN;
      }),
    );
    let [errors, changes] = [0, 0];
    for (const [index, sizes] of this.#sizes.entries()) {
      for (const size of sizes) {
        const level = Math.max(pasts[index]?.tried.level ?? 0, Number.EPSILON);
        if (Number.isNaN(size)) continue;
        errors += size / level;
        changes += (pasts[index]?.change ?? 0) / level;
      }
    }
    this.#ratio = changes > 0 ? errors / changes : 1;
    const misses = pasts.flatMap((past, index) =>
      past.tried.trials.flatMap((trial, origin): Miss[] => {
        const path = paths[index]?.[origin];
        const spread = this.#spread(index, origin);
        if (trial === undefined || path === undefined || spread <= 0) return [];
        const seen = past.seen[origin] ?? 0;
        const actual = trial.actual.map((came, ahead) =>
          past.shut[(seen + ahead) % past.shut.length] === 1 ? Number.NaN : came,
        );
        return [{ path, actual, level: past.tried.level, spread }];
      }),
    );
    this.known = misses.length > 0;
    this.#errors = this.known ? new ErrorSpread(misses) : undefined;
  }

  bounds(index: number, path: Float64Array, shut: (ahead: number) => boolean): Bounds | undefined {
    const past = this.#pasts[index];
    return past === undefined
      ? undefined
      : this.#errors?.bounds(path, past.tried.level, this.#spread(index, -1), shut);
  }

  get correlation(): number {
    return this.#errors?.correlation ?? 1;
  }

  /** The expected size of a series' errors, from its origins but `without`, shrunk to what the panel says. */
  #spread(index: number, without: number): number {
    let [sum, count] = [0, 0];
    for (const [origin, size] of this.#sizes[index]?.entries() ?? []) {
      if (origin === without || Number.isNaN(size)) continue;
      sum += size;
      count += 1;
    }
    const prior = this.#ratio * (this.#pasts[index]?.change ?? 0);
    return (sum + SPREAD_POOLING * prior) / (count + SPREAD_POOLING);
  }
}

/** Mean absolute value. */
function sizeOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += Math.abs(value);
  return values.length > 0 ? sum / values.length : 0;
}
