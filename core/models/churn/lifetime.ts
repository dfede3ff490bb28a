import { aliveProbability, expectedPurchases } from './beta-geometric.ts';
import type { History } from './histories.ts';
import { valuePerPurchase, type ChurnModel } from './model.ts';

export interface LifetimeTerms {
  /** How far to look, in units of the histories (weeks for dates). */
  readonly horizon: number;
  /** What a year's delay takes off, e.g. 0.1. */
  readonly discountPerYear: number;
  readonly unitsPerYear: number;
}

export interface LifetimeValue {
  readonly customer: string;
  readonly alive: number;
  /** Within the horizon, not discounted. */
  readonly purchases: number;
  /** Net of returns. */
  readonly valuePerPurchase: number;
  /** Discounted to the cutoff, within the horizon, of future purchases only; in the currency of the amounts. */
  readonly value: number;
}

const YEAR_WEEKS = 52.1775;
/** Purchases within a period are discounted as if made in its middle. */
const PERIODS = 26;

export const ONE_YEAR_OF_WEEKS: LifetimeTerms = {
  horizon: YEAR_WEEKS,
  discountPerYear: 0.1,
  unitsPerYear: YEAR_WEEKS,
};

/** The value of what a customer is expected to buy within a stated horizon (Fader, Hardie and Lee 2005, RFM and CLV). */
export function lifetimeValue(model: ChurnModel, history: History, terms: LifetimeTerms): LifetimeValue {
  const each = valuePerPurchase(model, history) * (1 - model.returnedShare);
  const period = terms.horizon / PERIODS;
  let value = 0;
  let purchases = 0;
  for (let index = 1; index <= PERIODS; index += 1) {
    const soFar = expectedPurchases(model.buying, history, index * period);
    const years = ((index - 0.5) * period) / terms.unitsPerYear;
    value += (soFar - purchases) * each * (1 + terms.discountPerYear) ** -years;
    purchases = soFar;
  }
  return {
    customer: history.customer,
    alive: aliveProbability(model.buying, history),
    purchases,
    valuePerPurchase: each,
    value,
  };
}
