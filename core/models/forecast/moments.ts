import { quantileOf } from '../evaluation/bootstrap.ts';

/** The arithmetic mean; 0 of nothing. */
export function meanOf(values: ArrayLike<number>): number {
  if (values.length === 0) return 0;
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index] ?? 0;
  return sum / values.length;
}

/** The median; 0 of nothing. */
export function medianOf(values: ArrayLike<number>): number {
  if (values.length === 0) return 0;
  return quantileOf(Float64Array.from(values).sort(), 0.5);
}

/** Slope and the height at 0 of the least-squares line through values at 0, 1, 2, … */
export function lineThrough(values: ArrayLike<number>): { readonly start: number; readonly slope: number } {
  const count = values.length;
  const middle = (count - 1) / 2;
  const mean = meanOf(values);
  let across = 0;
  let along = 0;
  for (let time = 0; time < count; time += 1) {
    across += (time - middle) * ((values[time] ?? 0) - mean);
    along += (time - middle) ** 2;
  }
  const slope = along > 0 ? across / along : 0;
  return { start: mean - slope * middle, slope };
}

/** Mean absolute change against one season earlier: what the errors of MASE are divided by (Hyndman and Koehler 2006). */
export function seasonalChange(values: Float64Array, season: number): number {
  const lag = values.length > season ? season : 1;
  if (values.length <= lag) return 0;
  let sum = 0;
  for (let time = lag; time < values.length; time += 1) {
    sum += Math.abs((values[time] ?? 0) - (values[time - lag] ?? 0));
  }
  return sum / (values.length - lag);
}
