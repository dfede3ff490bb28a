import { medianOf } from './seasons.ts';

/** Cycles that a season's expectation looks back over, and neighbours of the phase on either side. */
const CYCLES_MAX = 4;
const NEIGHBOURS = 1;
const LOCAL_POINTS = 25;
const OFFSET_POINTS = 9;
/** Errors of the past count less and less: half after so many points. */
const HALF_LIFE_POINTS = 200;
const DECAY = 0.5 ** (1 / HALF_LIFE_POINTS);

/** What was expected of a point. */
export interface Expectation {
  /** The best guess from all that is known. */
  readonly value: number;
  /** What season alone lets expect, whatever the level did lately; 0 without a season that helps. */
  readonly seasonal: number;
}

interface Predictor {
  /** 0 for those without a season. */
  readonly lag: number;
  error: number;
  weight: number;
  /** The last points' distance from what the season alone had let expect. */
  readonly offsets: number[];
}

/**
 * Several simple expectations of a series' next point, of which the one counts that erred least lately: the last value,
 * the median of the last ones, and for each season the median of the same phase in the last cycles, moved to the level
 * of the last points.
 */
export class Predictors {
  readonly #values: number[] = [];
  readonly #recent: Predictor = predictor(0);
  readonly #local: Predictor = predictor(0);
  readonly #seasonal: Predictor[] = [];

  get values(): readonly number[] {
    return this.#values;
  }

  addSeason(lag: number): void {
    if (this.#seasonal.every((each) => Math.abs(each.lag - lag) > 0.05 * lag))
      this.#seasonal.push(predictor(lag));
  }

  /** What to expect next, and then takes what came (NaN for a gap). */
  next(value: number): Expectation | undefined {
    const last = this.#values.at(-1);
    const expectation = this.#expectation(value);
    this.#values.push(value);
    return last === undefined ? undefined : expectation;
  }

  #expectation(value: number): Expectation | undefined {
    const tail = this.#values.slice(-LOCAL_POINTS).filter((each) => !Number.isNaN(each));
    const last = tail.at(-1);
    if (last === undefined) return undefined;
    const guesses: [Predictor, number, number][] = [
      [this.#recent, last, 0],
      [this.#local, medianOf(tail), 0],
    ];
    for (const seasonal of this.#seasonal) {
      const raw = this.#phaseMedian(seasonal.lag);
      if (raw === undefined) continue;
      const offset = seasonal.offsets.length === 0 ? 0 : medianOf(seasonal.offsets);
      guesses.push([seasonal, raw + offset, raw]);
    }
    const [, best, seasonal] = guesses.reduce((least, next) =>
      errorOf(next[0]) < errorOf(least[0]) ? next : least,
    );
    if (!Number.isNaN(value)) for (const [each, guess, raw] of guesses) learn(each, guess, raw, value);
    return { value: best, seasonal };
  }

  #phaseMedian(lag: number): number | undefined {
    const seen: number[] = [];
    for (let cycle = 1; cycle <= CYCLES_MAX; cycle += 1) {
      const centre = this.#values.length - cycle * lag;
      for (let index = centre - NEIGHBOURS; index <= centre + NEIGHBOURS; index += 1) {
        const value = index < this.#values.length ? this.#values[index] : undefined;
        if (value !== undefined && !Number.isNaN(value)) seen.push(value);
      }
    }
    return seen.length === 0 ? undefined : medianOf(seen);
  }
}

function predictor(lag: number): Predictor {
  return { lag, error: 0, weight: 0, offsets: [] };
}

/** Mean absolute error of late; infinite before the first. */
function errorOf({ error, weight }: Predictor): number {
  return weight === 0 ? Number.POSITIVE_INFINITY : error / weight;
}

function learn(each: Predictor, guess: number, raw: number, value: number): void {
  each.error = each.error * DECAY + Math.abs(value - guess);
  each.weight = each.weight * DECAY + 1;
  if (each.lag === 0) return;
  each.offsets.push(value - raw);
  if (each.offsets.length > OFFSET_POINTS) each.offsets.shift();
}
