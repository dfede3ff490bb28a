import { type Method, METHODS, type Paths } from './methods.ts';

/** Forecasts that have come true: of one series from one origin of its training part. */
export interface Trial {
  readonly paths: Paths;
  /** What came, NaN where nothing was observed; as long as the paths or shorter. */
  readonly actual: Float64Array;
}

/** A series as combinations see it. */
export interface Tried {
  /** Its size: errors are divided by it before they are compared with other series'. */
  readonly level: number;
  /** One per validation origin; undefined where the series was too short for one. */
  readonly trials: readonly (Trial | undefined)[];
}

/** How methods are weighed by their errors. */
export interface Strategy {
  /** This many of the best methods take part. */
  readonly best: number;
  /** Weights fall with this power of the error. */
  readonly power: number;
  /** How many origins of its own it takes for a series to count as much as all series together do. */
  readonly pooling: number;
}

export type Weights = ReadonlyMap<Method, number>;

const STRATEGIES: readonly Strategy[] = [0.5, 2, 8].flatMap((pooling) => [
  ...[3, 5, 8].flatMap((best) => [0, 1, 3].map((power) => ({ best, power, pooling }))),
]);
/** With a single validation origin there is none to choose a strategy by. */
const STRATEGY_UNTRIED: Strategy = { best: 4, power: 1, pooling: 2 };
/** What is combined of a panel too short for any validation: the winners of the M3 and M4 benchmarks, in equal parts. */
const UNTRIED: readonly Method[] = ['ETS', 'Theta'];
const ERROR_LEAST = 1e-9;

/**
 * Weighs methods per series by how they did at validation origins.
 *
 * A method's error for a series is its own, shrunk to what all series together say of the method, as a few origins of
 * one series say little. How many methods take part, how steeply weights fall and how much is shrunk is chosen by leaving
 * one origin out at a time: weights from the others, error at that one.
 */
export class Combination {
  readonly strategy: Strategy;
  readonly #tried: readonly Tried[];
  /** Mean absolute error by series, origin and method, in units of the series' level; NaN where there is none. */
  readonly #errors: readonly (readonly (Float64Array | undefined)[])[];
  readonly #origins: number;
  readonly #pooled = new Map<number, Float64Array>();

  constructor(tried: readonly Tried[], origins: number) {
    this.#tried = tried;
    this.#origins = origins;
    this.#errors = tried.map(({ level, trials }) =>
      trials.map((trial) => (trial === undefined ? undefined : errorsOf(trial, level))),
    );
    this.strategy = origins < 2 ? STRATEGY_UNTRIED : this.#bestStrategy();
  }

  /** The weights of the methods that a series has, summing to 1; `without` leaves one validation origin out. */
  weights(series: number, available: Paths, without = -1, strategy = this.strategy): Weights {
    const validated = this.#origins - (without < 0 ? 0 : 1);
    if (validated <= 0) return equalWeights(available);
    const scores = this.#scores(series, without, strategy.pooling);
    const ranked = [...available.keys()]
      .map((method) => ({ method, score: scores[METHODS.indexOf(method)] ?? Number.NaN }))
      .filter(({ score }) => !Number.isNaN(score))
      .sort((one, other) => one.score - other.score)
      .slice(0, strategy.best);
    if (ranked.length === 0) return equalWeights(available);
    const raw = ranked.map(({ score }) => Math.max(score, ERROR_LEAST) ** -strategy.power);
    const sum = raw.reduce((total, next) => total + next, 0);
    return new Map(ranked.map(({ method }, index) => [method, (raw[index] ?? 0) / sum]));
  }

  #bestStrategy(): Strategy {
    let best = { strategy: STRATEGY_UNTRIED, error: Number.POSITIVE_INFINITY };
    for (const strategy of [STRATEGY_UNTRIED, ...STRATEGIES]) {
      let error = 0;
      for (const [series, { trials }] of this.#tried.entries()) {
        for (const [origin, trial] of trials.entries()) {
          if (trial === undefined) continue;
          const path = combine(trial.paths, this.weights(series, trial.paths, origin, strategy));
          error += sumOfErrors(path, trial.actual).sum;
        }
      }
      if (error < best.error) best = { strategy, error };
    }
    return best.strategy;
  }

  #scores(series: number, without: number, pooling: number): Float64Array {
    const pooled = this.#pooledWithout(without);
    const scores = new Float64Array(METHODS.length).fill(Number.NaN);
    const own =
      this.#errors[series]?.filter((errors, origin) => origin !== without && errors !== undefined) ?? [];
    let [ownSum, ownCount] = [0, 0];
    for (const errors of own) {
      for (const error of errors ?? []) {
        if (Number.isNaN(error)) continue;
        ownSum += error;
        ownCount += 1;
      }
    }
    const usual = ownCount > 0 ? ownSum / ownCount : 1;
    for (let method = 0; method < METHODS.length; method += 1) {
      const prior = (pooled[method] ?? 1) * usual;
      let [sum, count] = [0, 0];
      for (const errors of own) {
        const error = errors?.[method] ?? Number.NaN;
        if (Number.isNaN(error)) continue;
        sum += error;
        count += 1;
      }
      scores[method] = (sum + pooling * prior) / (count + pooling);
    }
    return scores;
  }

  /** Each method's error relative to the mean of all methods tried beside it, over all series. */
  #pooledWithout(without: number): Float64Array {
    const known = this.#pooled.get(without);
    if (known !== undefined) return known;
    const sums = new Float64Array(METHODS.length);
    const references = new Float64Array(METHODS.length);
    for (const [series, origins] of this.#errors.entries()) {
      const weight = Math.sqrt(this.#tried[series]?.level ?? 0);
      for (const [origin, errors] of origins.entries()) {
        if (origin === without || errors === undefined) continue;
        const present = errors.filter((error) => !Number.isNaN(error));
        const reference = present.reduce((sum, next) => sum + next, 0) / Math.max(1, present.length);
        for (const [method, error] of errors.entries()) {
          if (Number.isNaN(error)) continue;
          sums[method] = (sums[method] ?? 0) + weight * error;
          references[method] = (references[method] ?? 0) + weight * reference;
        }
      }
    }
    const ratios = sums.map((sum, method) =>
      (references[method] ?? 0) > 0 ? sum / (references[method] ?? 1) : 1,
    );
    this.#pooled.set(without, ratios);
    return ratios;
  }
}

/** The weighted mean of paths. */
export function combine(paths: Paths, weights: Weights): Float64Array {
  let result: Float64Array = new Float64Array(0);
  for (const [method, weight] of weights) {
    const path = paths.get(method);
    if (path === undefined) continue;
    if (result.length === 0) result = new Float64Array(path.length);
    for (let ahead = 0; ahead < path.length; ahead += 1) {
      result[ahead] = (result[ahead] ?? 0) + weight * (path[ahead] ?? 0);
    }
  }
  return result;
}

/** Absolute errors of a path where something was observed. */
export function sumOfErrors(
  path: Float64Array,
  actual: Float64Array,
): { readonly sum: number; readonly count: number } {
  let [sum, count] = [0, 0];
  for (const [ahead, came] of actual.entries()) {
    if (Number.isNaN(came)) continue;
    sum += Math.abs((path[ahead] ?? 0) - came);
    count += 1;
  }
  return { sum, count };
}

function errorsOf({ paths, actual }: Trial, level: number): Float64Array {
  return Float64Array.from(METHODS, (method) => {
    const path = paths.get(method);
    if (path === undefined) return Number.NaN;
    const { sum, count } = sumOfErrors(path, actual);
    return count > 0 ? sum / count / Math.max(level, ERROR_LEAST) : Number.NaN;
  });
}

function equalWeights(available: Paths): Weights {
  const present = UNTRIED.filter((method) => available.has(method));
  const chosen = present.length > 0 ? present : [...available.keys()].slice(0, 1);
  return new Map(chosen.map((method) => [method, 1 / chosen.length]));
}
