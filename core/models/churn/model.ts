import {
  aliveProbability,
  expectedPurchases,
  fitBetaGeometric,
  type BetaGeometric,
} from './beta-geometric.ts';
import type { Aftermath, History, Split } from './histories.ts';
import { expectedValue, fitGammaGamma, type GammaGamma } from './spending.ts';

/** What is known of all customers: plain data, to be stored and served. */
export interface ChurnModel {
  readonly buying: BetaGeometric;
  /** Undefined where too few customers bought again at different values; then everybody's mean counts. */
  readonly spending: GammaGamma | undefined;
  /** Mean value of a purchase. */
  readonly meanValue: number;
  /** Value returned as a share of value bought; lifetime values are net of it. */
  readonly returnedShare: number;
}

/** What to expect of one customer. */
export interface Outlook {
  /** Probability of still being a customer. */
  readonly alive: number;
  readonly purchases: number;
  /** Of one purchase, returns not taken off. */
  readonly valuePerPurchase: number;
}

/** How a kind of model did on the later part of the training time. */
export interface Validation {
  readonly kind: BetaGeometric['kind'];
  readonly error: number;
}

export const KINDS: readonly BetaGeometric['kind'][] = ['BG/NBD', 'MBG/NBD'];

export function train(
  kind: BetaGeometric['kind'],
  split: Pick<Split, 'histories' | 'returnedShare'>,
): ChurnModel {
  const spent = split.histories.filter(({ meanOfAll }) => meanOfAll > 0);
  return {
    buying: fitBetaGeometric(kind, split.histories),
    spending: fitGammaGamma(split.histories),
    meanValue: spent.reduce((sum, { meanOfAll }) => sum + meanOfAll, 0) / Math.max(1, spent.length),
    returnedShare: split.returnedShare,
  };
}

/** What to expect of a customer in the time after the cutoff, in units of the histories. */
export function outlookOf(model: ChurnModel, history: History, time: number): Outlook {
  return {
    alive: aliveProbability(model.buying, history),
    purchases: expectedPurchases(model.buying, history, time),
    valuePerPurchase: valuePerPurchase(model, history),
  };
}

/** Everybody's mean for who bought once: a first purchase says little of the next ones (Fader and Hardie 2013). */
export function valuePerPurchase(model: ChurnModel, history: History): number {
  return model.spending === undefined ? model.meanValue : expectedValue(model.spending, history);
}

/**
 * The kind of model whose expectations came nearest to what happened (root mean squared error) when the training time
 * itself is split: nothing after the cutoff is looked at.
 */
export function validate(inner: Split): readonly Validation[] {
  return KINDS.map((kind) => {
    const model = fitBetaGeometric(kind, inner.histories);
    const expected = inner.histories.map((history) => expectedPurchases(model, history, inner.horizon));
    return { kind, error: rootMeanSquaredError(expected, inner.aftermaths) };
  });
}

export function rootMeanSquaredError(expected: ArrayLike<number>, aftermaths: readonly Aftermath[]): number {
  let sum = 0;
  for (const [index, { purchases }] of aftermaths.entries()) sum += ((expected[index] ?? 0) - purchases) ** 2;
  return Math.sqrt(sum / aftermaths.length);
}
