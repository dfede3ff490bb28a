import { quantileOf } from '../evaluation/bootstrap.ts';

/** Bounds by step ahead: 80 and 95 % of what comes should lie within. */
export interface Bounds {
  readonly lo80: Float64Array;
  readonly hi80: Float64Array;
  readonly lo95: Float64Array;
  readonly hi95: Float64Array;
}

/** A forecast of the past and what came, for learning how far off forecasts are. */
export interface Miss {
  readonly path: Float64Array;
  /** NaN where nothing was observed or the shop was closed. */
  readonly actual: Float64Array;
  readonly level: number;
  /** The usual size of the series' errors, as known from other origins than this miss' own. */
  readonly spread: number;
}

const LEVELS = [0.025, 0.1, 0.9, 0.975] as const;
/** How errors grow with the forecast within a series: not at all, as of counts, or in proportion. */
const POWERS = [0, 0.5, 1] as const;
/** Errors of one origin hang together: they count as no more than this many. */
const INDEPENDENT_PER_ORIGIN = 5;
/** A forecast near nothing has errors as one of this share of the usual level has. */
const LEVEL_LEAST = 0.1;

/**
 * Prediction intervals from the errors that the same combination made at validation origins: split conformal prediction
 * (Vovk, Gammerman and Shafer 2005; Lei et al. 2018) on errors divided by what is expected of their size (series, steps
 * ahead, size of the forecast), so that the pooled errors of all series speak for each.
 */
export class ErrorSpread {
  readonly #power: number;
  readonly #growth: Growth;
  readonly #quantiles: readonly number[];
  /**
   * How much the errors of different steps of a forecast go together, 0 to 1: by how much the square of their sum is more
   * than the sum of their squares.
   */
  readonly correlation: number;

  /** @param misses at least one with something observed */
  constructor(misses: readonly Miss[]) {
    let best = {
      loss: Number.POSITIVE_INFINITY,
      power: 0,
      growth: { start: 1, slope: 0 },
      quantiles: LEVELS.map(() => 0),
    };
    for (const power of POWERS) {
      const growth = growthOf(misses, power);
      const errors = scaledErrors(misses, power, growth).sort();
      const count = misses.length * Math.min(INDEPENDENT_PER_ORIGIN, misses[0]?.actual.length ?? 1);
      const quantiles = LEVELS.map((level) => {
        const quantile = quantileOf(errors, widened(level, count));
        // A forecast lies within its own interval, however one-sided the errors were.
        return level < 0.5 ? Math.min(0, quantile) : Math.max(0, quantile);
      });
      const loss = pinballLoss(misses, power, growth, quantiles);
      if (loss < best.loss) best = { loss, power, growth, quantiles };
    }
    this.#power = best.power;
    this.#growth = best.growth;
    this.#quantiles = best.quantiles;
    this.correlation = correlationOf(misses, best.power, best.growth);
  }

  /** Bounds around a path. `shut` marks steps that are certain: both bounds are the path. */
  bounds(path: Float64Array, level: number, spread: number, shut: (ahead: number) => boolean): Bounds {
    const [lo95, lo80, hi80, hi95] = this.#quantiles.map((quantile) =>
      path.map((value, ahead) => {
        if (shut(ahead)) return value;
        return value + quantile * sizeOf(value, level, spread, this.#power) * at(this.#growth, ahead);
      }),
    );
    if (lo95 === undefined || lo80 === undefined || hi80 === undefined || hi95 === undefined) {
      throw new Error('there is a quantile for every bound');
    }
    return { lo80, hi80, lo95, hi95 };
  }
}

/** The bounds between which the given shares of drawn futures lie; `draws` holds `count × horizon` values. */
export function boundsOfDraws(draws: Float64Array, count: number, horizon: number): Bounds {
  const bounds = {
    lo80: new Float64Array(horizon),
    hi80: new Float64Array(horizon),
    lo95: new Float64Array(horizon),
    hi95: new Float64Array(horizon),
  };
  for (let ahead = 0; ahead < horizon; ahead += 1) {
    const column = Float64Array.from(
      { length: count },
      (_, path) => draws[path * horizon + ahead] ?? 0,
    ).sort();
    bounds.lo95[ahead] = quantileOf(column, LEVELS[0]);
    bounds.lo80[ahead] = quantileOf(column, LEVELS[1]);
    bounds.hi80[ahead] = quantileOf(column, LEVELS[2]);
    bounds.hi95[ahead] = quantileOf(column, LEVELS[3]);
  }
  return bounds;
}

/** Bounds cut off where nothing can be. */
export function boundsFrom(least: number, bounds: Bounds): Bounds {
  const cut = (values: Float64Array): Float64Array => values.map((value) => Math.max(least, value));
  return { lo80: cut(bounds.lo80), hi80: cut(bounds.hi80), lo95: cut(bounds.lo95), hi95: cut(bounds.hi95) };
}

interface Growth {
  readonly start: number;
  readonly slope: number;
}

function at({ start, slope }: Growth, ahead: number): number {
  return start + slope * ahead;
}

function sizeOf(value: number, level: number, spread: number, power: number): number {
  return spread * Math.max(LEVEL_LEAST, level > 0 ? Math.abs(value) / level : 1) ** power;
}

/** How the size of errors grows with the steps ahead: a line that never falls, by least squares. */
function growthOf(misses: readonly Miss[], power: number): Growth {
  let [count, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
  eachError(misses, power, (error, ahead) => {
    const size = Math.abs(error);
    count += 1;
    sumX += ahead;
    sumY += size;
    sumXX += ahead * ahead;
    sumXY += ahead * size;
  });
  const spread = count * sumXX - sumX * sumX;
  const slope = spread > 0 ? (count * sumXY - sumX * sumY) / spread : 0;
  const start = (sumY - slope * sumX) / Math.max(1, count);
  if (slope > 0 && start > 0) return { start, slope };
  return { start: Math.max(sumY / Math.max(1, count), Number.EPSILON), slope: 0 };
}

function scaledErrors(misses: readonly Miss[], power: number, growth: Growth): Float64Array {
  const errors: number[] = [];
  eachError(misses, power, (error, ahead) => errors.push(error / at(growth, ahead)));
  return Float64Array.from(errors);
}

function eachError(
  misses: readonly Miss[],
  power: number,
  take: (error: number, ahead: number) => void,
): void {
  for (const { path, actual, level, spread } of misses) {
    for (const [ahead, came] of actual.entries()) {
      const value = path[ahead] ?? 0;
      const size = sizeOf(value, level, spread, power);
      if (!Number.isNaN(came) && size > 0) take((came - value) / size, ahead);
    }
  }
}

function correlationOf(misses: readonly Miss[], power: number, growth: Growth): number {
  let [across, within] = [0, 0];
  for (const miss of misses) {
    let [sum, squares, count] = [0, 0, 0];
    eachError([miss], power, (error, ahead) => {
      const scaled = error / at(growth, ahead);
      sum += scaled;
      squares += scaled * scaled;
      count += 1;
    });
    if (count < 2) continue;
    across += (sum * sum - squares) / (count - 1);
    within += squares;
  }
  return within > 0 ? Math.min(1, Math.max(0, across / within)) : 1;
}

/** A level further out by what a sample of that size may have missed. */
function widened(level: number, count: number): number {
  return level < 0.5 ? Math.max(0, 1 - (1 - level) * (1 + 1 / count)) : Math.min(1, level * (1 + 1 / count));
}

function pinballLoss(
  misses: readonly Miss[],
  power: number,
  growth: Growth,
  quantiles: readonly number[],
): number {
  let loss = 0;
  for (const miss of misses) {
    for (const [ahead, came] of miss.actual.entries()) {
      if (Number.isNaN(came)) continue;
      const value = miss.path[ahead] ?? 0;
      const size = sizeOf(value, miss.level, miss.spread, power) * at(growth, ahead);
      for (const [index, level] of LEVELS.entries()) {
        const above = came - (value + (quantiles[index] ?? 0) * size);
        loss += (above >= 0 ? level * above : (level - 1) * above) / Math.max(miss.level, Number.EPSILON);
      }
    }
  }
  return loss;
}
