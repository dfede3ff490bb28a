/** Shares by which the size of a sale and how often there is one follow what is seen. */
interface Rates {
  readonly size: number;
  readonly chance: number;
}

const GRID: readonly number[] = [0.02, 0.05, 0.1, 0.2, 0.3];
/** Taken off by Syntetos and Boylan for the bias of a ratio: half the rate. */
const HALF = 0.5;

/**
 * Croston's method (1972) with the correction of Syntetos and Boylan (2005): sizes of sales and the steps between them
 * smoothed apart, their ratio the expected sale per step. One rate for both, that of the least squared error.
 */
export function forecastCroston(values: Float64Array): number {
  return bestOf(
    values,
    GRID.map((rate) => ({ size: rate, chance: rate })),
    crostonAlong,
  );
}

/**
 * The method of Teunter, Syntetos and Babai (2011): the chance of a sale is smoothed at every step, so that a product
 * nobody asks for any more fades away.
 */
export function forecastFading(values: Float64Array): number {
  return bestOf(
    values,
    GRID.flatMap((size) => GRID.map((chance) => ({ size, chance }))),
    fadingAlong,
  );
}

/** Share of steps with nothing sold. */
export function shareOfNothing(values: Float64Array): number {
  let none = 0;
  for (const value of values) none += value === 0 ? 1 : 0;
  return values.length === 0 ? 0 : none / values.length;
}

type Along = (values: Float64Array, rates: Rates) => { readonly squares: number; readonly expected: number };

function bestOf(values: Float64Array, candidates: readonly Rates[], along: Along): number {
  let best = { squares: Number.POSITIVE_INFINITY, expected: 0 };
  for (const rates of candidates) {
    const run = along(values, rates);
    if (run.squares < best.squares) best = run;
  }
  return best.expected;
}

function crostonAlong(values: Float64Array, rates: Rates): { squares: number; expected: number } {
  let size = Number.NaN;
  let gap = 1;
  let since = 1;
  let squares = 0;
  let expected = 0;
  for (const value of values) {
    if (!Number.isNaN(size)) squares += (value - expected) ** 2;
    if (value > 0) {
      const first = Number.isNaN(size);
      gap = first ? since : gap + rates.chance * (since - gap);
      size = first ? value : size + rates.size * (value - size);
      since = 1;
      expected = ((1 - HALF * rates.chance) * size) / gap;
    } else {
      since += 1;
    }
  }
  return { squares, expected };
}

function fadingAlong(values: Float64Array, rates: Rates): { squares: number; expected: number } {
  let size = Number.NaN;
  let chance = 0;
  let squares = 0;
  for (const value of values) {
    const seen = !Number.isNaN(size);
    if (seen) squares += (value - chance * size) ** 2;
    if (value > 0) size = seen ? size + rates.size * (value - size) : value;
    if (!Number.isNaN(size)) chance = seen ? chance + rates.chance * ((value > 0 ? 1 : 0) - chance) : 1;
  }
  return { squares, expected: Number.isNaN(size) ? 0 : chance * size };
}
