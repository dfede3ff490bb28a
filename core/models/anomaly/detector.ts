import { Predictors } from './predictors.ts';
import { strongestSeason } from './seasons.ts';
import { TailWindow } from './tail-window.ts';

export interface DetectorOptions {
  /** Points before the first alarm may come: the detector only learns from them. */
  readonly learningPoints: number;
  /** Lags to try as seasons besides what the series itself shows. */
  readonly seasons: readonly number[];
  /** Points that level and spread are measured over, e.g. an hour's. */
  readonly shortPoints: number;
  /** Alarms come at a rarer probability than this. */
  readonly alarmBelow?: number;
  /** Points of silence after an alarm: an anomaly is reported once. */
  readonly restPoints: number;
}

export type Sign = 'value' | 'level' | 'spread';

export interface Finding {
  /** How likely so odd a point (or hour) is, from what was seen before; low is odd. */
  readonly probability: number;
  /** Which of the three was the oddest. */
  readonly sign: Sign;
  readonly alarm: boolean;
  readonly expected: number;
}

/** Set for the wanted rate of false alarms, without any labels: about one in two thousand points that are alike. */
export const ALARM_BELOW = 5e-4;
/** The distribution of oddness is that of the last weeks. */
const MEMORY_POINTS = 3_000;
const SIGNS: readonly Sign[] = ['value', 'level', 'spread'];
/** Spread is compared as a logarithm; a floor keeps a still series from being infinitely odd. */
const SPREAD_FLOOR_SHARE = 0.05;

/**
 * Watches one series, point by point, and says what is odd: a value far from what was expected, a level that moved, or a
 * spread that changed. How far is far, the series itself tells: each of the three has the distribution of its own recent
 * past, so that a series that spikes every hour is not odd when it spikes.
 *
 * Constant work per point; nothing of the future is looked at.
 */
export class Detector {
  readonly #options: Required<DetectorOptions>;
  readonly #predictors = new Predictors();
  readonly #windows: Record<Sign, TailWindow> = {
    value: new TailWindow(MEMORY_POINTS),
    level: new TailWindow(MEMORY_POINTS),
    spread: new TailWindow(MEMORY_POINTS),
  };
  readonly #levels = new TailWindow(MEMORY_POINTS);
  readonly #spreads = new TailWindow(MEMORY_POINTS);
  readonly #errors: number[] = [];
  readonly #deviations: number[] = [];
  #points = 0;
  #quietUntil = 0;
  #lookForSeasonAt: number;

  constructor(options: DetectorOptions) {
    this.#options = { alarmBelow: ALARM_BELOW, ...options };
    this.#lookForSeasonAt = Math.max(64, Math.floor(options.learningPoints / 2));
    for (const lag of options.seasons) this.#predictors.addSeason(lag);
  }

  /** Takes the next point (NaN for a gap); undefined for gaps and the very first point. */
  next(value: number): Finding | undefined {
    this.#points += 1;
    this.#lookForSeason();
    const expectation = this.#predictors.next(value);
    if (expectation === undefined || Number.isNaN(value)) return undefined;
    const features = this.#featuresOf(value, expectation.value, expectation.seasonal);
    let probability = 1;
    let sign: Sign = 'value';
    for (const each of SIGNS) {
      const feature = features[each];
      if (Number.isNaN(feature)) continue;
      const window = this.#windows[each];
      const tail = window.tailOf(feature);
      if (tail < probability) [probability, sign] = [tail, each];
      window.push(feature);
    }
    probability = Math.min(1, probability * SIGNS.length);
    const alarm =
      this.#points > this.#options.learningPoints &&
      this.#points > this.#quietUntil &&
      probability < this.#options.alarmBelow;
    if (alarm) this.#quietUntil = this.#points + this.#options.restPoints;
    return { probability, sign, alarm, expected: expectation.value };
  }

  #featuresOf(value: number, expected: number, seasonal: number): Record<Sign, number> {
    const { shortPoints } = this.#options;
    const error = Math.abs(value - expected);
    push(this.#errors, error, shortPoints);
    push(this.#deviations, value - seasonal, shortPoints);
    const features = { value: error, level: Number.NaN, spread: Number.NaN };
    if (this.#errors.length < shortPoints) return features;
    const level = meanOf(this.#deviations);
    const usual = this.#levels.median;
    if (!Number.isNaN(usual)) features.level = Math.abs(level - usual);
    this.#levels.push(value - seasonal);
    const typical = this.#windows.value.median;
    const spread = Math.log(meanOf(this.#errors) + SPREAD_FLOOR_SHARE * typical + Number.MIN_VALUE);
    const usualSpread = this.#spreads.median;
    if (!Number.isNaN(usualSpread) && typical > 0) features.spread = Math.abs(spread - usualSpread);
    if (typical > 0) this.#spreads.push(spread);
    return features;
  }

  /** At half of the learning time, and each time the history has doubled. */
  #lookForSeason(): void {
    if (this.#points < this.#lookForSeasonAt) return;
    this.#lookForSeasonAt = this.#points * 2;
    const lag = strongestSeason(Float64Array.from(this.#predictors.values));
    if (lag !== undefined) this.#predictors.addSeason(lag);
  }
}

function push(values: number[], value: number, most: number): void {
  values.push(value);
  if (values.length > most) values.shift();
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
