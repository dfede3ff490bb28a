import { oneOf, streamOf, whole } from '../../kernel/seeded-random.ts';

/** Sales by week of a simulated product. */
export interface SimulatedSeller {
  readonly name: string;
  readonly values: Float64Array;
}

export interface SellerRules {
  readonly products: number;
  readonly weeks: number;
  readonly seed: number;
}

const WEEKS_OF_YEAR = 52;
/** Products whose standard deviation is at least this share of their mean are not regular sellers and are drawn again. */
const VARIATION_MAX = 0.5;
const LEVELS: readonly number[] = [60, 120, 250, 600, 1_500];

/**
 * Weekly sales of regular sellers: a level, a trend of at most 20 % a year, a yearly wave of at most a quarter of the level, a level
 * that wanders by 1.5 % a week, and counts that scatter twice to four times as much as Poisson's do. The coefficient of variation is below
 * one half by construction.
 */
export function simulatedSellers({ products, weeks, seed }: SellerRules): readonly SimulatedSeller[] {
  const random = streamOf(seed, 'weekly sellers');
  return Array.from({ length: products }, (_, index) => {
    for (;;) {
      const values = sellerOf(weeks, random);
      if (variationOf(values) < VARIATION_MAX)
        return { name: `P${String(index + 1).padStart(4, '0')}`, values };
    }
  });
}

/** Standard deviation as a share of the mean. */
export function variationOf(values: Float64Array): number {
  const mean = values.reduce((sum, next) => sum + next, 0) / values.length;
  const squares = values.reduce((sum, next) => sum + (next - mean) ** 2, 0);
  return mean > 0 ? Math.sqrt(squares / values.length) / mean : Number.POSITIVE_INFINITY;
}

function sellerOf(weeks: number, random: () => number): Float64Array {
  const level = oneOf(random, LEVELS) * (0.7 + 0.6 * random());
  const trend = (0.4 * random() - 0.2) / WEEKS_OF_YEAR;
  const wave = 0.25 * random();
  const turn = whole(random, 0, WEEKS_OF_YEAR - 1);
  const scatter = 2 + 2 * random();
  let wander = 0;
  return Float64Array.from({ length: weeks }, (_, week) => {
    wander += 0.015 * normal(random);
    const season = 1 + wave * Math.sin((2 * Math.PI * (week + turn)) / WEEKS_OF_YEAR);
    const expected = level * (1 + trend * week) * season * Math.exp(wander);
    return Math.max(0, Math.round(expected + Math.sqrt(scatter * expected) * normal(random)));
  });
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
