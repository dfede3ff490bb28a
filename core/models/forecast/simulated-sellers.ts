import { oneOf, streamOf, whole } from '../../kernel/seeded-random.ts';

/** Sales by week of a simulated product, and what only a simulation knows of them. */
export interface SimulatedSeller {
  readonly name: string;
  /** Units sold, whole numbers. */
  readonly values: Float64Array;
  /** 1 in weeks with a promotion, which the shop knows ahead. */
  readonly promotion: Uint8Array;
  /** The mean that the units of each week scatter around. */
  readonly expected: Float64Array;
  /** How far the level has wandered by each week: a factor of `expected`. */
  readonly drift: Float64Array;
}

export interface SellerRules {
  readonly products: number;
  readonly weeks: number;
  readonly seed: number;
}

/** How wrong forecasts of the same weeks must be (MAPE). */
export interface NoiseFloor {
  /** Of the true mean of each week: only the scatter of the sales is left. */
  readonly scatter: number;
  /** Of everything that can be known at a fold's cutoff: all but how the level wanders after it. */
  readonly atCutoff: number;
}

const WEEKS_OF_YEAR = 52;
/** Products whose standard deviation is at least this share of their mean are not regular sellers and are drawn again. */
const VARIATION_MAX = 0.5;
const LEVELS: readonly number[] = [60, 120, 250, 600, 1_500];
/** Weeks from the begin of one promotion to that of the next. */
const PROMOTION_EVERY = { least: 6, most: 20 } as const;

/**
 * Weekly sales of regular sellers: a level, a trend of at most 20 % a year, a yearly wave of at most a quarter of the level, promotions of
 * a week or two that add 10 to 50 %, a level that wanders by 1.5 % a week, and counts whose variance is two to four times that of
 * Poisson's. The coefficient of variation is below one half: a product that has more is drawn again.
 */
export function simulatedSellers({ products, weeks, seed }: SellerRules): readonly SimulatedSeller[] {
  const random = streamOf(seed, 'weekly sellers');
  return Array.from({ length: products }, (_, index) => {
    for (;;) {
      const seller = sellerOf(`P${String(index + 1).padStart(4, '0')}`, weeks, random);
      if (variationOf(seller.values) < VARIATION_MAX) return seller;
    }
  });
}

/** Standard deviation as a share of the mean. */
export function variationOf(values: Float64Array): number {
  const mean = values.reduce((sum, next) => sum + next, 0) / values.length;
  const squares = values.reduce((sum, next) => sum + (next - mean) ** 2, 0);
  return mean > 0 ? Math.sqrt(squares / values.length) / mean : Number.POSITIVE_INFINITY;
}

/** The error that is left to a forecast which knows how the sellers were made, over the last `folds` spans of `horizon` weeks. */
export function noiseFloorOf(
  sellers: readonly SimulatedSeller[],
  { horizon, folds }: { readonly horizon: number; readonly folds: number },
): NoiseFloor {
  let [scatter, atCutoff, weeks] = [0, 0, 0];
  for (const { values, expected, drift } of sellers) {
    for (let week = Math.max(1, values.length - horizon * folds); week < values.length; week += 1) {
      const sold = values[week] ?? 0;
      if (sold === 0) continue;
      const cutoff = values.length - horizon * Math.ceil((values.length - week) / horizon);
      const mean = expected[week] ?? 0;
      const known = (mean / (drift[week] ?? 1)) * (drift[Math.max(0, cutoff - 1)] ?? 1);
      scatter += Math.abs(mean - sold) / sold;
      atCutoff += Math.abs(known - sold) / sold;
      weeks += 1;
    }
  }
  return { scatter: scatter / weeks, atCutoff: atCutoff / weeks };
}

function sellerOf(name: string, weeks: number, random: () => number): SimulatedSeller {
  const level = oneOf(random, LEVELS) * (0.7 + 0.6 * random());
  const trend = (0.4 * random() - 0.2) / WEEKS_OF_YEAR;
  const wave = 0.25 * random();
  const turn = whole(random, 0, WEEKS_OF_YEAR - 1);
  const scatter = 2 + 2 * random();
  const uplift = 0.1 + 0.4 * random();
  const promotion = promotionsOf(weeks, random);
  const drift = new Float64Array(weeks);
  const expected = new Float64Array(weeks);
  let wander = 0;
  const values = Float64Array.from({ length: weeks }, (_, week) => {
    wander += 0.015 * normal(random);
    drift[week] = Math.exp(wander);
    const season = 1 + wave * Math.sin((2 * Math.PI * (week + turn)) / WEEKS_OF_YEAR);
    const promoted = 1 + uplift * (promotion[week] ?? 0);
    const mean = level * (1 + trend * week) * season * promoted * Math.exp(wander);
    expected[week] = mean;
    return Math.max(0, Math.round(mean + Math.sqrt(scatter * mean) * normal(random)));
  });
  return { name, values, promotion, expected, drift };
}

function promotionsOf(weeks: number, random: () => number): Uint8Array {
  const promotion = new Uint8Array(weeks);
  let week = whole(random, 0, PROMOTION_EVERY.most);
  while (week < weeks) {
    promotion.fill(1, week, week + whole(random, 1, 2));
    week += whole(random, PROMOTION_EVERY.least, PROMOTION_EVERY.most);
  }
  return promotion;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
