import type { ModelName } from './ports.ts';

/** What a model is for and learns from, in a sentence each. */
export interface DescribedModel {
  readonly name: ModelName;
  readonly does: string;
  readonly data: string;
  /** Whether versions of it are trained and kept. Others learn while they serve, and can only be switched. */
  readonly trained: boolean;
}

/** Models of which nothing is trained or kept: they learn from what they serve from, each time they start. */
export const STANDING_MODELS: readonly DescribedModel[] = [
  {
    name: 'anomalies',
    does: 'Finds what is odd in orders, payments, stock and revenue, and in how long orders are in their states.',
    data: 'What the books counted in the last 15 days, and every minute since.',
    trained: false,
  },
  {
    name: 'search',
    does: 'Understands what is searched for, forgives typing errors, and ranks products by their words, what sells and what can be had.',
    data: 'All products for sale; how its parts are weighed was learned once, from labelled searches.',
    trained: false,
  },
];
