import { meanOf, medianOf } from './moments.ts';

/** A series as methods read it best, and the way back. */
export interface Prepared {
  /** Open phases only, with closed days and outliers replaced. */
  readonly values: Float64Array;
  /** The season without its closed phases. */
  readonly season: number;
  /** Whether anything differs from the series as it was. */
  readonly changed: boolean;
  /** Puts zeros back where the shop is closed. `path(steps)` forecasts that many open steps. */
  restore(horizon: number, path: (steps: number) => Float64Array): Float64Array;
}

const SEASONS_LOOKED_AT = 8;
const SEASONS_LEAST = 4;
/** A season longer than this has too few repeats for a phase without sales to mean that the shop is closed. */
const SEASON_MAX = 31;
const REST_IS_OPEN = 0.5;
/** Fewer zeros than this in an otherwise open series are days off, not demand. */
const DAYS_OFF = 0.1;
/** A value this many robust deviations from its neighbourhood is pulled back to that distance. */
const OUTLIER_DEVIATIONS = 6;
const MAD_TO_DEVIATION = 1.4826;

/**
 * Takes out what misleads a model of demand: phases of the season when the shop is always closed (a weekday), single days
 * off, and lone spikes. Only for what is at least 0 everywhere; other series come back as they are.
 */
export function prepare(values: Float64Array, season: number): Prepared {
  const plain = { values, season, changed: false };
  if (values.some((value) => value < 0) || values.length < SEASONS_LEAST * season) {
    return { ...plain, restore: (horizon, path) => path(horizon) };
  }
  const closed = closedPhases(values, season);
  const shut = (time: number): boolean => closed[time % season] === 1;
  const open = closed.includes(1) ? values.filter((_, time) => !shut(time)) : values;
  const openSeason = season - closed.reduce((sum, each) => sum + each, 0);
  const cleaned = withoutSpikes(withoutDaysOff(open, openSeason), openSeason);
  const { length } = values;
  return {
    values: cleaned,
    season: openSeason,
    changed: cleaned !== values,
    restore: (horizon, path) => {
      const result = new Float64Array(horizon);
      const steps: number[] = [];
      for (let ahead = 0; ahead < horizon; ahead += 1) if (!shut(length + ahead)) steps.push(ahead);
      const forecast = path(steps.length);
      for (const [index, ahead] of steps.entries()) result[ahead] = forecast[index] ?? 0;
      return result;
    },
  };
}

/** Marks the phases that sold nothing in the last seasons though most others did. */
export function closedPhases(values: Float64Array, season: number): Uint8Array {
  const closed = new Uint8Array(season);
  const seasons = Math.min(SEASONS_LOOKED_AT, Math.floor(values.length / season));
  if (season < 2 || season > SEASON_MAX || seasons < SEASONS_LEAST) return closed;
  const sales = new Int32Array(season);
  for (let time = values.length - seasons * season; time < values.length; time += 1) {
    if (values[time] !== 0) sales[time % season] = (sales[time % season] ?? 0) + 1;
  }
  const openPhases = sales.filter((count) => count > 0);
  if (openPhases.length < 2 || meanOf(openPhases) < REST_IS_OPEN * seasons) return closed;
  return Uint8Array.from(sales, (count) => (count === 0 ? 1 : 0));
}

function withoutDaysOff(values: Float64Array, season: number): Float64Array {
  let zeros = 0;
  for (const value of values) zeros += value === 0 ? 1 : 0;
  if (zeros === 0 || zeros > DAYS_OFF * values.length) return values;
  const result = Float64Array.from(values);
  for (let time = 0; time < result.length; time += 1) {
    if (result[time] === 0) result[time] = result[time - season] ?? nextSale(values, time);
  }
  return result;
}

function nextSale(values: Float64Array, from: number): number {
  for (let time = from; time < values.length; time += 1) {
    const value = values[time] ?? 0;
    if (value > 0) return value;
  }
  return 0;
}

function withoutSpikes(values: Float64Array, season: number): Float64Array {
  const reach = Math.max(3, season);
  const local = values.map((_, time) =>
    medianOf(values.subarray(Math.max(0, time - reach), time + reach + 1)),
  );
  const away = values.map((value, time) => Math.abs(value - (local[time] ?? 0)));
  const limit = OUTLIER_DEVIATIONS * MAD_TO_DEVIATION * medianOf(away);
  if (limit <= 0 || away.every((distance) => distance <= limit)) return values;
  return values.map((value, time) => {
    const middle = local[time] ?? 0;
    return Math.min(middle + limit, Math.max(middle - limit, value));
  });
}
