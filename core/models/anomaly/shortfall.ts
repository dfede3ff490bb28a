import { Predictors } from './predictors.ts';
import { TailWindow } from './tail-window.ts';

export interface ShortfallOptions {
  /** Points before the first alarm may come. */
  readonly learningPoints: number;
  /** Lags to try as seasons. */
  readonly seasons: readonly number[];
  /** Points of silence after an alarm. */
  readonly restPoints: number;
}

/** Below what is expected by so many deviations: about one in a thousand million where counts are as assumed, so that there is room for what is not. */
const DEVIATIONS = 6;
/** Of a Poisson count's root, whatever its mean. */
const POISSON_DEVIATION = 1;
const MEMORY_POINTS = 700;
const ANSCOMBE = 3 / 8;
const MAD_TO_DEVIATION = 1.4826;

/**
 * Tells counts that are far too low. Roots of Poisson counts scatter alike at every level (Anscombe 1948), so a quiet hour is judged
 * by its own measure; counts that scatter more than Poisson's are given as much more room.
 */
export class Shortfall {
  readonly #options: ShortfallOptions;
  readonly #predictors = new Predictors();
  readonly #errors = new TailWindow(MEMORY_POINTS);
  #points = 0;
  #quietUntil = 0;

  constructor(options: ShortfallOptions) {
    this.#options = options;
    for (const lag of options.seasons) this.#predictors.addSeason(lag);
  }

  /** Takes the next count; undefined for the very first. */
  next(count: number): { readonly alarm: boolean; readonly expected: number } | undefined {
    this.#points += 1;
    const root = 2 * Math.sqrt(count + ANSCOMBE);
    const expectation = this.#predictors.next(root);
    if (expectation === undefined) return undefined;
    const missing = expectation.value - root;
    const usual = this.#errors.median;
    const deviation = Math.max(POISSON_DEVIATION, MAD_TO_DEVIATION * (Number.isNaN(usual) ? 0 : usual));
    this.#errors.push(Math.abs(missing));
    const alarm =
      this.#points > this.#options.learningPoints &&
      this.#points > this.#quietUntil &&
      missing > DEVIATIONS * deviation;
    if (alarm) this.#quietUntil = this.#points + this.#options.restPoints;
    return { alarm, expected: Math.max(0, (expectation.value / 2) ** 2 - ANSCOMBE) };
  }
}
