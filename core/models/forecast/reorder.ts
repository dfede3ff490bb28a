import { BadInput } from '../evaluation/bad-input.ts';
import { normalQuantile } from '../numerics/normal.ts';

/** What is expected of the next steps of one product. */
export interface DemandAhead {
  /** Units by step. */
  readonly path: ArrayLike<number>;
  readonly lo80: ArrayLike<number>;
  readonly hi80: ArrayLike<number>;
  /** How much the errors of different steps go together, 0 to 1. */
  readonly errorCorrelation: number;
}

/** How a product is bought in. */
export interface Supply {
  /** Steps from an order to its arrival. */
  readonly leadTime: number;
  /** Steps between two looks at the stock; 0 when every sale is a look. */
  readonly review: number;
  /** The probability wanted that stock lasts until the next arrival, between 0.5 and 1. */
  readonly serviceLevel: number;
  /** On hand and on order, less what is promised. */
  readonly available: number;
  /** Cost of an order however large, in minor units; with `holdingCost` the quantity is an economic one. */
  readonly orderCost?: number;
  /** Cost of holding a unit for one step, in minor units. */
  readonly holdingCost?: number;
  /** Orders are a multiple of this many units. */
  readonly packSize?: number;
}

export interface Reorder {
  /** Order when no more than this is available. */
  readonly reorderPoint: number;
  /** The part of it beyond the expected demand. */
  readonly safetyStock: number;
  readonly demandUntilArrival: number;
  /** Units to order now, 0 while more than the reorder point is available. */
  readonly quantity: number;
  /** Probability that what is available lasts until the next arrival. */
  readonly lastsProbability: number;
}

/** Half the width of an 80 % interval in standard deviations. */
const Z80 = 1.281551565545;
const [SERVICE_LEAST, SERVICE_MOST] = [0.5, 0.9999];

/**
 * When to order and how much: the quantile of the demand until an order made at the next look arrives, from the forecast's own
 * distribution (Silver, Pyke and Thomas 2017, chapter 6). The sum's spread follows from the steps' intervals and how much
 * their errors go together; it is log-normal, so that no product needs negative stock and bulk orders have their tail.
 *
 * The quantity is the economic one (Harris 1913) where costs are given, else the demand until the arrival; at least what fills up to the reorder point, and
 * rounded up to whole packs. Throws BadInput when the forecast ends before the order arrives.
 */
export function reorderOf(demand: DemandAhead, supply: Supply): Reorder {
  const steps = requireSteps(demand, supply);
  const { mean, deviation } = sumAhead(demand, steps);
  const level = Math.min(SERVICE_MOST, Math.max(SERVICE_LEAST, supply.serviceLevel));
  const reorderPoint = Math.ceil(logNormalQuantile(mean, deviation, level));
  const short = reorderPoint - supply.available;
  const quantity =
    short < 0 ? 0 : inPacks(Math.max(short, economicQuantity(mean / steps, supply) ?? mean, 1), supply);
  return {
    reorderPoint,
    safetyStock: Math.max(0, reorderPoint - mean),
    demandUntilArrival: mean,
    quantity: mean <= 0 ? 0 : quantity,
    lastsProbability: logNormalShare(mean, deviation, supply.available),
  };
}

/** Mean and standard deviation of the demand of the first `steps` steps. */
export function sumAhead(
  demand: DemandAhead,
  steps: number,
): { readonly mean: number; readonly deviation: number } {
  let [mean, variance, deviations] = [0, 0, 0];
  for (let ahead = 0; ahead < steps; ahead += 1) {
    const deviation = Math.max(0, (demand.hi80[ahead] ?? 0) - (demand.lo80[ahead] ?? 0)) / (2 * Z80);
    mean += demand.path[ahead] ?? 0;
    variance += deviation * deviation;
    deviations += deviation;
  }
  const together = Math.min(1, Math.max(0, demand.errorCorrelation));
  return { mean, deviation: Math.sqrt(variance + together * (deviations * deviations - variance)) };
}

function requireSteps(demand: DemandAhead, supply: Supply): number {
  const steps = supply.leadTime + supply.review;
  if (!(steps > 0) || !Number.isInteger(steps))
    throw new BadInput('lead time and review are whole steps, together at least 1');
  if (steps > demand.path.length) {
    throw new BadInput(
      `the forecast ends after ${demand.path.length} steps, the order arrives after ${steps}`,
    );
  }
  return steps;
}

function economicQuantity(demandPerStep: number, { orderCost, holdingCost }: Supply): number | undefined {
  if (orderCost === undefined || holdingCost === undefined || holdingCost <= 0) return undefined;
  return Math.sqrt((2 * orderCost * Math.max(0, demandPerStep)) / holdingCost);
}

function inPacks(units: number, { packSize = 1 }: Supply): number {
  return Math.ceil(units / packSize) * packSize;
}

function logNormalQuantile(mean: number, deviation: number, share: number): number {
  if (mean <= 0) return 0;
  const variance = Math.log(1 + (deviation / mean) ** 2);
  return mean * Math.exp(Math.sqrt(variance) * normalQuantile(share) - variance / 2);
}

/** The share of the log-normal distribution below a value, found by halving since its quantile is at hand. */
function logNormalShare(mean: number, deviation: number, value: number): number {
  if (mean <= 0) return 1;
  if (value <= 0) return 0;
  let [low, high] = [1e-6, 1 - 1e-6];
  for (let halving = 0; halving < 40; halving += 1) {
    const middle = (low + high) / 2;
    if (logNormalQuantile(mean, deviation, middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
