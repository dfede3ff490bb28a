import { streamOf } from '../../kernel/seeded-random.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Draws of a bootstrap unless said otherwise. */
export const BOOTSTRAP_DRAWS = 1_000;
const TAIL = 0.025;

/**
 * The 95 % interval of a figure by the percentile bootstrap (Efron 1979): units (users, series, orders) are drawn
 * with replacement and the figure computed from the drawn ones.
 *
 * @param units how many there are to draw from
 * @param figure computes it from a list of drawn indices (as many as there are units); NaN draws are left out
 */
export function bootstrap(
  units: number,
  figure: (drawn: Int32Array) => number,
  options: { readonly seed?: number; readonly draws?: number; readonly concern?: string } = {},
): Interval {
  const { seed = 1, draws = BOOTSTRAP_DRAWS, concern = 'bootstrap' } = options;
  const random = streamOf(seed, concern);
  const drawn = new Int32Array(units);
  const figures: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    for (let index = 0; index < units; index += 1) drawn[index] = Math.floor(random() * units);
    const value = figure(drawn);
    if (!Number.isNaN(value)) figures.push(value);
  }
  const sorted = Float64Array.from(figures).sort();
  return { low: quantileOf(sorted, TAIL), high: quantileOf(sorted, 1 - TAIL) };
}

/** The 95 % interval of a mean of the units' own figures; much quicker than the general way. */
export function bootstrapMean(
  values: ArrayLike<number>,
  options: { readonly seed?: number; readonly draws?: number; readonly concern?: string } = {},
): Interval {
  return bootstrap(
    values.length,
    (drawn) => {
      let sum = 0;
      for (const index of drawn) sum += values[index] ?? 0;
      return sum / drawn.length;
    },
    options,
  );
}

/** A quantile of ascending values, between neighbours in proportion (type 7 of Hyndman and Fan 1996); NaN of none. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (place - below);
}
