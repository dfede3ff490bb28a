import { type Calendar, HOUR_MS, timeAt } from './calendar.ts';
import type { Series } from './panel.ts';

/** What trees are told of a series at an origin about one step ahead of it. */
export interface FeatureRules {
  readonly calendar: Calendar;
  readonly season: number;
  readonly longSeason: number;
  readonly known: readonly string[];
}

const LAGS = [1, 2, 3, 4] as const;
/** Windows of seasons whose level is told. */
const LEVELS = [1, 2, 4, 13] as const;
/** Seasons that the scale, the zeros and the spread are taken from. */
const SCALE_SEASONS = 8;
const SCALE_STEPS_LEAST = 12;

export function featureNames({ known }: FeatureRules): string[] {
  return [
    'steps ahead',
    'phase',
    'weekday',
    'month',
    'day of month',
    ...LAGS.map((lag) => `same phase ${lag} seasons ago`),
    'mean of the phase',
    ...LEVELS.map((level) => `level of ${level} seasons`),
    'last value',
    'long season ago',
    'change since long season ago',
    'share of zeros',
    'steps since a sale',
    'spread',
    ...known.flatMap((name) => [name, `${name} against its mean`, `mean of ${name}`]),
  ];
}

/** A series with running sums, so that the mean of any window is at hand. */
export class Told {
  readonly series: Series;
  readonly #rules: FeatureRules;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #zeros: Int32Array;
  readonly #knownSums: readonly Float64Array[];

  constructor(series: Series, rules: FeatureRules) {
    this.series = series;
    this.#rules = rules;
    const { length } = series.values;
    this.#sums = runningSums(series.values);
    this.#squares = runningSums(series.values.map((value) => value * value));
    this.#zeros = new Int32Array(length + 1);
    for (let time = 0; time < length; time += 1) {
      this.#zeros[time + 1] = (this.#zeros[time] ?? 0) + (series.values[time] === 0 ? 1 : 0);
    }
    this.#knownSums = series.known.map((column) => runningSums(column));
  }

  /** What values are divided by before trees of all series learn from them: their size in the last seasons before `origin`. */
  scaleAt(origin: number): number {
    const span = this.#scaleSpan(origin);
    const size = Math.sqrt(mean(this.#squares, origin - span, origin));
    const level = Math.abs(mean(this.#sums, origin - span, origin));
    return (size + level) / 2;
  }

  /** Writes the features of `origin + ahead` as known at `origin`, the number of values seen. */
  write(origin: number, ahead: number, scale: number, into: Float64Array): void {
    const { season, longSeason } = this.#rules;
    const { values } = this.series;
    let at = this.#writeCalendar(origin + ahead, ahead, into);
    const phase = ahead % season;
    let [phaseSum, phaseCount] = [0, 0];
    for (let back = 1; back <= SCALE_SEASONS; back += 1) {
      const place = origin - back * season + phase;
      const value = place >= 0 ? (values[place] ?? 0) / scale : Number.NaN;
      if (back <= LAGS.length) into[at++] = value;
      if (place >= 0) {
        phaseSum += value;
        phaseCount += 1;
      }
    }
    into[at++] = phaseCount > 0 ? phaseSum / phaseCount : Number.NaN;
    for (const level of LEVELS) into[at++] = this.#level(origin, level * season) / scale;
    into[at++] = (values[origin - 1] ?? 0) / scale;
    at = this.#writeLongAgo(origin, ahead, longSeason, scale, into, at);
    const span = this.#scaleSpan(origin);
    into[at++] = ((this.#zeros[origin] ?? 0) - (this.#zeros[origin - span] ?? 0)) / Math.max(1, span);
    into[at++] = this.#sinceSale(origin);
    const level = mean(this.#sums, origin - span, origin);
    into[at++] = Math.sqrt(Math.max(0, mean(this.#squares, origin - span, origin) - level * level)) / scale;
    this.#writeKnown(origin, ahead, into, at);
  }

  #writeCalendar(place: number, ahead: number, into: Float64Array): number {
    const { calendar, season } = this.#rules;
    const onGrid = this.series.start + place;
    const dated = calendar.step.unit !== 'steps';
    const date = dated ? new Date(timeAt(calendar, onGrid)) : undefined;
    const hours = calendar.step.unit === 'time' && calendar.step.milliseconds < 24 * HOUR_MS;
    into[0] = ahead + 1;
    into[1] = hours && date !== undefined ? date.getUTCHours() + date.getUTCMinutes() / 60 : onGrid % season;
    into[2] = date?.getUTCDay() ?? Number.NaN;
    into[3] = date?.getUTCMonth() ?? Number.NaN;
    into[4] = date?.getUTCDate() ?? Number.NaN;
    return 5;
  }

  #writeLongAgo(
    origin: number,
    ahead: number,
    long: number,
    scale: number,
    into: Float64Array,
    at: number,
  ): number {
    const place = origin + (ahead % Math.max(1, long)) - long;
    const known = long > 0 && place >= 0;
    into[at++] = known ? (this.series.values[place] ?? 0) / scale : Number.NaN;
    const span = Math.min(4 * this.#rules.season, Math.max(0, origin - long));
    const then = long > 0 && span > 0 ? mean(this.#sums, origin - long - span, origin - long) : 0;
    into[at++] = then > 0 ? mean(this.#sums, origin - span, origin) / then : Number.NaN;
    return at;
  }

  #writeKnown(origin: number, ahead: number, into: Float64Array, from: number): void {
    let at = from;
    for (const [index, column] of this.series.known.entries()) {
      const value = column[origin + ahead] ?? column.at(-1) ?? Number.NaN;
      const span = this.#scaleSpan(origin);
      const usual = mean(this.#knownSums[index] ?? new Float64Array(1), origin - span, origin);
      into[at++] = value;
      into[at++] = usual > 0 ? value / usual : Number.NaN;
      into[at++] = usual;
    }
  }

  #level(origin: number, steps: number): number {
    return mean(this.#sums, Math.max(0, origin - steps), origin);
  }

  #sinceSale(origin: number): number {
    let since = 0;
    while (since < SINCE_MAX && origin - 1 - since >= 0 && this.series.values[origin - 1 - since] === 0)
      since += 1;
    return since;
  }

  #scaleSpan(origin: number): number {
    return Math.min(origin, Math.max(SCALE_STEPS_LEAST, SCALE_SEASONS * this.#rules.season));
  }
}

const SINCE_MAX = 400;

function runningSums(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let time = 0; time < values.length; time += 1) {
    const value = values[time] ?? 0;
    sums[time + 1] = (sums[time] ?? 0) + (Number.isNaN(value) ? 0 : value);
  }
  return sums;
}

/** The mean of values from `from` up to `to`, of their running sums. */
function mean(sums: Float64Array, from: number, to: number): number {
  return to > from ? ((sums[to] ?? 0) - (sums[from] ?? 0)) / (to - from) : 0;
}
