import { isFlag, type Panel, type Series } from './panel.ts';

/** What events known ahead (promotions, holidays) do to each series, learned from what came before an origin. */
export interface EventEffects {
  /** By series: its values as they would have been without events. */
  readonly calm: readonly Float64Array[];
  /** What the calm value of a series' step is multiplied with; 1 where there is no event. */
  factorAt(series: number, step: number): number;
}

/** Steps without an event on either side that say what is usual. */
const NEIGHBOURS = 2;
/** Of a season longer than this the neighbouring steps say better what is usual than the same phase of other seasons. */
const SEASON_MAX = 31;
const EVENT_STEPS_LEAST = 3;
/** The mean effect is taken for chance when it is nearer to none than this many standard errors. */
const ERRORS_LEAST = 2;
/** Keeps the logarithm of steps on which nothing was sold finite. */
const HALF = 0.5;

/** Logarithms of what was sold by what is usual: how they scatter without an event, and their mean with this one alone. */
interface Seen {
  readonly mean: number;
  readonly steps: number;
  readonly variance: number;
}

/**
 * Events multiply what is sold. The effect on a series is the mean logarithm of what event steps sold by what is usual around
 * them, shrunk to that of all series as far as their own scatter explains the difference (normal-normal empirical Bayes, Efron
 * and Morris 1975).
 *
 * @param lengths how many values of each series may be seen
 * @returns undefined where no flag known ahead has an effect
 */
export function eventEffects(
  panel: Panel,
  lengths: ArrayLike<number>,
  season: number,
): EventEffects | undefined {
  if (!panel.nonNegative) return undefined;
  const flags = panel.known.flatMap((_, column) =>
    panel.series.every(({ known }) => isFlag(known[column] ?? new Float64Array(0))) ? [column] : [],
  );
  if (flags.length === 0) return undefined;
  const logs = panel.series.map((series, index) => logsOf(series, flags, lengths[index] ?? 0, season));
  const effects = flags.map((column) =>
    shrunk(
      panel.series.map((series, index) => seenOf(series, flags, column, logs[index] ?? new Float64Array(0))),
    ),
  );
  if (effects.every((each) => each === undefined)) return undefined;
  const factorAt = (index: number, step: number): number => {
    let sum = 0;
    for (const [at, column] of flags.entries()) {
      if (isOn(panel.series[index], column, step)) sum += effects[at]?.[index] ?? 0;
    }
    return Math.exp(sum);
  };
  return {
    calm: panel.series.map(({ values }, index) => values.map((value, step) => value / factorAt(index, step))),
    factorAt,
  };
}

function isOn(series: Series | undefined, column: number, step: number): boolean {
  return (series?.known[column]?.[step] ?? 0) > 0;
}

function isCalm(series: Series, flags: readonly number[], step: number): boolean {
  return !flags.some((column) => isOn(series, column, step));
}

/** ln (sold / usual) by step; NaN where no calm step is near. */
function logsOf(series: Series, flags: readonly number[], length: number, season: number): Float64Array {
  const stride = season <= SEASON_MAX ? season : 1;
  const { values } = series;
  return Float64Array.from({ length }, (_, step) => {
    let [sum, count] = [0, 0];
    for (const way of [-stride, stride]) {
      let found = 0;
      for (let place = step + way; found < NEIGHBOURS && place >= 0 && place < length; place += way) {
        if (!isCalm(series, flags, place)) continue;
        sum += values[place] ?? 0;
        found += 1;
      }
      count += found;
    }
    return count === 0 ? Number.NaN : Math.log(((values[step] ?? 0) + HALF) / (sum / count + HALF));
  });
}

function seenOf(series: Series, flags: readonly number[], column: number, logs: Float64Array): Seen {
  const others = flags.filter((each) => each !== column);
  const among = (wanted: (step: number) => boolean) =>
    logs.filter((log, step) => !Number.isNaN(log) && series.observed[step] === 1 && wanted(step));
  const event = among((step) => isOn(series, column, step) && isCalm(series, others, step));
  const calm = among((step) => isCalm(series, flags, step));
  return { mean: meanOf(event), steps: event.length, variance: meanOf(calm.map((log) => log * log)) };
}

function shrunk(seen: readonly Seen[]): Float64Array | undefined {
  const told = seen.filter(({ steps, variance }) => steps > 0 && variance > 0);
  if (told.reduce((sum, { steps }) => sum + steps, 0) < EVENT_STEPS_LEAST) return undefined;
  const errors = told.map(({ steps, variance }) => variance / steps);
  const between = betweenOf(
    told.map(({ mean }) => mean),
    errors,
  );
  const weights = errors.map((error) => 1 / (between + error));
  const total = weights.reduce((sum, next) => sum + next, 0);
  const mean = told.reduce((sum, each, index) => sum + each.mean * (weights[index] ?? 0), 0) / total;
  if (Math.abs(mean) * Math.sqrt(total) < ERRORS_LEAST) return undefined;
  return Float64Array.from(seen, (each) => {
    if (each.steps === 0 || !(each.variance > 0)) return mean;
    const own = between / (between + each.variance / each.steps);
    return own * each.mean + (1 - own) * mean;
  });
}

/** The variance of effects between series beyond what their errors explain (DerSimonian and Laird 1986). */
function betweenOf(means: readonly number[], errors: readonly number[]): number {
  const weights = errors.map((error) => 1 / error);
  const total = weights.reduce((sum, next) => sum + next, 0);
  const squared = weights.reduce((sum, next) => sum + next * next, 0);
  const mean = means.reduce((sum, next, index) => sum + next * (weights[index] ?? 0), 0) / total;
  const spread = means.reduce((sum, next, index) => sum + (weights[index] ?? 0) * (next - mean) ** 2, 0);
  const divisor = total - squared / total;
  return divisor > 0 ? Math.max(0, (spread - (means.length - 1)) / divisor) : 0;
}

function meanOf(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, next) => sum + next, 0) / values.length;
}
