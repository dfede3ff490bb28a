import { meanOf } from './moments.ts';

/** How the season works on the level: added to it, or multiplied with it. */
export type SeasonKind = 'additive' | 'multiplicative';

/** Quantile of the normal distribution for the 90 % test of the season, as in the M competitions. */
const NORMAL_90 = 1.645;

/**
 * Whether a series swings with its season: the autocorrelation at that lag against its standard error by Bartlett's
 * formula (the test before deseasonalisation of Assimakopoulos and Nikolopoulos 2000).
 *
 * A trend alone correlates at every lag, so the series is differenced once when its first autocorrelation is near one.
 */
export function isSeasonal(values: Float64Array, season: number): boolean {
  if (season < 2 || values.length < 3 * season) return false;
  const level = autocorrelations(values, season);
  const drifting = (level[0] ?? 0) > 0.9;
  const rho = drifting ? autocorrelations(differencesOf(values), season) : level;
  let sum = 0;
  for (let lag = 0; lag < season - 1; lag += 1) sum += (rho[lag] ?? 0) ** 2;
  const limit = NORMAL_90 * Math.sqrt((1 + 2 * sum) / values.length);
  return (rho[season - 1] ?? 0) > limit;
}

/** Autocorrelations at lags 1 to `lags`; all zero for a constant. */
export function autocorrelations(values: Float64Array, lags: number): Float64Array {
  const mean = meanOf(values);
  const result = new Float64Array(lags);
  let variance = 0;
  for (const value of values) variance += (value - mean) ** 2;
  if (variance <= 0) return result;
  for (let lag = 1; lag <= lags; lag += 1) {
    let sum = 0;
    for (let time = lag; time < values.length; time += 1) {
      sum += ((values[time] ?? 0) - mean) * ((values[time - lag] ?? 0) - mean);
    }
    result[lag - 1] = sum / variance;
  }
  return result;
}

/** A centred moving average over one season (2×m for an even one); the ends take the nearest full window's. */
export function movingAverage(values: Float64Array, season: number): Float64Array {
  const { length } = values;
  const half = Math.floor(season / 2);
  const result = new Float64Array(length);
  const even = season % 2 === 0;
  for (let time = half; time + half < length; time += 1) {
    let sum = 0;
    for (let offset = -half; offset <= half; offset += 1) {
      const weight = even && Math.abs(offset) === half ? 0.5 : 1;
      sum += weight * (values[time + offset] ?? 0);
    }
    result[time] = sum / season;
  }
  const last = length - half - 1;
  for (let time = 0; time < length; time += 1) {
    if (time < half) result[time] = result[half] ?? 0;
    if (time > last) result[time] = result[last] ?? 0;
  }
  return result;
}

/**
 * The season's index by phase (place in the series modulo the season) from a classical decomposition: the mean
 * deviation from the moving average, normalised to a mean of 0 (additive) or 1 (multiplicative). Needs two seasons.
 */
export function seasonalIndices(values: Float64Array, season: number, kind: SeasonKind): Float64Array {
  const trend = movingAverage(values, season);
  const half = Math.floor(season / 2);
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  for (let time = half; time + half < values.length; time += 1) {
    const base = trend[time] ?? 0;
    if (kind === 'multiplicative' && base <= 0) continue;
    const value = values[time] ?? 0;
    const phase = time % season;
    sums[phase] = (sums[phase] ?? 0) + (kind === 'additive' ? value - base : value / base);
    counts[phase] = (counts[phase] ?? 0) + 1;
  }
  const neutral = kind === 'additive' ? 0 : 1;
  const raw = sums.map((sum, phase) => ((counts[phase] ?? 0) > 0 ? sum / (counts[phase] ?? 1) : neutral));
  const mean = meanOf(raw);
  return raw.map((index) => (kind === 'additive' ? index - mean : mean > 0 ? index / mean : 1));
}

function differencesOf(values: Float64Array): Float64Array {
  return Float64Array.from(
    { length: values.length - 1 },
    (_, time) => (values[time + 1] ?? 0) - (values[time] ?? 0),
  );
}
