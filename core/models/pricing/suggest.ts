import { normalQuantile } from '../numerics/normal.ts';

/** What a suggestion rests on; money in one currency and unit (e.g. cents), all prices above zero. */
export interface PricingQuestion {
  readonly price: number;
  readonly cost: number;
  /** Own-price elasticity with its standard error. */
  readonly elasticity: { readonly value: number; readonly error: number };
  /** Units expected at the present price within the time that the stock must last. */
  readonly expectedUnits: number;
  readonly stock: number;
  readonly competitorPrice?: number;
  /** Lowest and highest price to suggest. */
  readonly bounds: { readonly lowest: number; readonly highest: number };
  /** Prices are multiples of it (1: whole cents). */
  readonly step?: number;
}

export type PricingReason =
  | 'keep'
  | 'raise for margin'
  | 'lower for volume'
  | 'raise as stock is short'
  | 'held by a bound'
  | 'held by the competitor'
  | 'never below cost';

export interface PriceSuggestion {
  readonly price: number;
  /** Expected change of profit against the present price, within the time of the stock. */
  readonly gain: number;
  /** Between these it lies with 80 % probability, as far as the elasticity's error goes. */
  readonly gainLow: number;
  readonly gainHigh: number;
  readonly expectedUnits: number;
  readonly reason: PricingReason;
}

/** Elasticities that the expectation is averaged over: quantiles of their distribution. */
const QUANTILES = 41;
const PRICES_MAX = 400;
const INTERVAL = { low: 0.1, high: 0.9 };
/** Above a competitor's price by more than this, shoppers leave in ways that no own-price elasticity knows. */
const ABOVE_COMPETITOR_MAX = 1.1;
/** A sales curve learnt around the present price is not to be believed far from it. */
const MOVE_MAX = 0.25;
/** Changes that gain less than this share of the present profit are not worth making. */
const WORTH_SHARE = 0.005;

/**
 * The price at which expected profit is highest: (price − cost) × units, where units follow the price by a constant
 * elasticity and end with the stock, averaged over what the elasticity may be (Talluri and van Ryzin 2004, ch. 7). It is
 * suggested only when the gain is likely: with more than half of the possible elasticities on its side.
 */
export function suggestPrice(question: PricingQuestion): PriceSuggestion {
  const { price, cost, bounds, step = 1 } = question;
  const elasticities = possibleElasticities(question.elasticity);
  const range = rangeOf(question);
  const profitNow = elasticities.map((each) => profitAt(question, price, each));
  const evaluated = pricesWithin(range.lowest, range.highest, step).map((candidate) => {
    const gains = elasticities.map(
      (each, index) => profitAt(question, candidate, each) - (profitNow[index] ?? 0),
    );
    return { candidate, gains, gain: meanOf(gains) };
  });
  const best = evaluated.reduce<(typeof evaluated)[number] | undefined>(
    (most, next) => (most === undefined || next.gain > most.gain ? next : most),
    undefined,
  );
  const allowed = price >= range.lowest && price <= range.highest;
  const worth =
    best !== undefined && best.gain > WORTH_SHARE * Math.abs(meanOf(profitNow)) && likely(best.gains);
  if (best === undefined || (allowed && !worth)) {
    return suggestionOf(
      question,
      price,
      elasticities.map(() => 0),
      allowed ? 'keep' : 'held by a bound',
    );
  }
  const atEnd = best.candidate - step < range.lowest || best.candidate + step > range.highest;
  const reason =
    atEnd && range.heldBy !== undefined && best.candidate + step > range.highest
      ? range.heldBy
      : atEnd && cost > bounds.lowest && best.candidate - step < range.lowest
        ? 'never below cost'
        : reasonFor(question, best.candidate);
  return suggestionOf(question, best.candidate, best.gains, reason);
}

function reasonFor(question: PricingQuestion, candidate: number): PricingReason {
  if (candidate < question.price) return 'lower for volume';
  if (candidate === question.price) return 'keep';
  return question.expectedUnits > question.stock ? 'raise as stock is short' : 'raise for margin';
}

/** The prices that may be suggested, and what ends them above. */
function rangeOf({ price, cost, bounds, competitorPrice }: PricingQuestion): {
  lowest: number;
  highest: number;
  heldBy: PricingReason | undefined;
} {
  const lowest = Math.max(bounds.lowest, cost, Math.min(price * (1 - MOVE_MAX), bounds.highest));
  const competitor =
    competitorPrice === undefined ? Number.POSITIVE_INFINITY : competitorPrice * ABOVE_COMPETITOR_MAX;
  const moved = Math.max(price * (1 + MOVE_MAX), lowest);
  const highest = Math.max(lowest, Math.min(bounds.highest, competitor, moved));
  const heldBy =
    highest === competitor
      ? 'held by the competitor'
      : highest === bounds.highest
        ? 'held by a bound'
        : undefined;
  return { lowest, highest, heldBy };
}

function pricesWithin(lowest: number, highest: number, step: number): number[] {
  const first = Math.ceil(lowest / step);
  const last = Math.floor(highest / step);
  const stride = Math.max(1, Math.ceil((last - first) / PRICES_MAX));
  const prices: number[] = [];
  for (let index = first; index <= last; index += stride) prices.push(index * step);
  if (last >= first && prices.at(-1) !== last * step) prices.push(last * step);
  return prices;
}

function possibleElasticities({ value, error }: PricingQuestion['elasticity']): number[] {
  return Array.from({ length: QUANTILES }, (_, index) =>
    error > 0 ? value + error * normalQuantile((index + 0.5) / QUANTILES) : value,
  );
}

function unitsAt(
  { price, expectedUnits, stock }: PricingQuestion,
  candidate: number,
  elasticity: number,
): number {
  return Math.min(stock, expectedUnits * (candidate / price) ** elasticity);
}

function profitAt(question: PricingQuestion, candidate: number, elasticity: number): number {
  return (candidate - question.cost) * unitsAt(question, candidate, elasticity);
}

function likely(gains: readonly number[]): boolean {
  return gains.filter((gain) => gain > 0).length > gains.length / 2;
}

function suggestionOf(
  question: PricingQuestion,
  price: number,
  gains: readonly number[],
  reason: PricingReason,
): PriceSuggestion {
  const sorted = [...gains].sort((one, other) => one - other);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return {
    price,
    gain: meanOf(gains),
    gainLow: at(INTERVAL.low),
    gainHigh: at(INTERVAL.high),
    expectedUnits: meanOf(
      possibleElasticities(question.elasticity).map((each) => unitsAt(question, price, each)),
    ),
    reason,
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
