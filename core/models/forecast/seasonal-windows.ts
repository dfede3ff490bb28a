import { meanOf, medianOf } from './moments.ts';

/** The last value, for every step ahead. */
export function forecastNaive(values: Float64Array, horizon: number): Float64Array {
  return new Float64Array(horizon).fill(values.at(-1) ?? 0);
}

/** The value of one season earlier (two for what is further ahead than one, and so on). */
export function forecastSeasonalNaive(values: Float64Array, season: number, horizon: number): Float64Array {
  if (values.length < season) return forecastNaive(values, horizon);
  return Float64Array.from(
    { length: horizon },
    (_, ahead) => values[values.length - season + (ahead % season)] ?? 0,
  );
}

/** The mean (or median) of the same phase in the last `seasons` seasons. */
export function forecastSeasonalWindow(
  values: Float64Array,
  season: number,
  horizon: number,
  seasons: number,
  centre: 'mean' | 'median',
): Float64Array {
  const phases = Float64Array.from({ length: season }, (_, phase) => {
    const seen: number[] = [];
    for (let back = 1; back <= seasons; back += 1) {
      const value = values[values.length - back * season + phase];
      if (value !== undefined) seen.push(value);
    }
    if (seen.length === 0) return values.at(-1) ?? 0;
    return centre === 'mean' ? meanOf(seen) : medianOf(seen);
  });
  return Float64Array.from({ length: horizon }, (_, ahead) => phases[ahead % season] ?? 0);
}

/**
 * The season's shape in the last `seasons` seasons times the level of the last one or two: follows a level that moves
 * quicker than the shape does.
 */
export function forecastShape(
  values: Float64Array,
  season: number,
  horizon: number,
  seasons: number,
): Float64Array {
  const window = values.slice(-Math.min(values.length, seasons * season));
  const whole = meanOf(window);
  const recent = meanOf(values.slice(-2 * season));
  const shape = forecastSeasonalWindow(values, season, horizon, seasons, 'mean');
  return whole > 0 && recent >= 0 ? shape.map((value) => (value * recent) / whole) : shape;
}
