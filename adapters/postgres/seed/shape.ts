/**
 * The seeded data set: what it holds and how its values are spread. Everything in it follows from the numbers of `SeedPlan`,
 * so the same plan makes the same rows wherever it runs.
 */

/** Every id of the data set begins with this; nothing else in the shop does. */
export const SEED_PREFIX = 'seed-';
/** The first text after all ids of the data set; ids compare bytewise. */
export const SEED_END = 'seed.';

/** What one data set is made from. */
export interface SeedPlan {
  readonly orders: number;
  readonly users: number;
  /** A multiple of CATEGORIES. */
  readonly products: number;
  /** Chooses among all data sets of this size. */
  readonly seed: number;
  /** ISO 8601: the moment after the last order; the first one came 365 days before. */
  readonly until: string;
}

export const CATEGORIES = 50;
export const ORDERS_PER_BATCH = 20_000;

/** Lines of twenty orders, in some turn: 50 in all, so 2.5 an order. */
export const LINES_OF_TWENTY = [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 7] as const;

/**
 * The total an order aims at, lognormal: the logarithm of dollars has this mean and deviation. No price is below $5, which
 * lifts the mean a little, to $75, with a deviation of $51.
 */
export const VALUE = { logMean: 4.123, logDeviation: 0.6064 } as const;

/** Prices in cents of the first and the last product; those between grow by the same factor. */
export const PRICE_CENTS = { lowest: 500, highest: 50_000 } as const;
/** What aims below the lowest price is one of this share of the shelves, the cheapest. */
export const CHEAP_SHELVES = 0.1;
/** Neighbours in price, one of each category, whose sales are spread with this power: the first sells most. */
export const POPULARITY_POWER = 3;
/** How much more than others the busiest users order. */
export const LOYALTY_POWER = 1.5;

/**
 * Shares of all orders: 60 % delivered, 15 % on their way, 10 % before that, 10 % cancelled, 5 % with a failed payment.
 * The unfinished ones are the newest: `rank` runs from 0, the oldest order, to 1.
 */
export const SHARES = {
  cancelled: 0.1,
  paymentFailed: 0.05,
  /** Of all orders, counted from the newest, where those that wait for stock, money or a parcel lie. */
  waiting: { ofRank: 0.125, share: 0.8 },
  /** Likewise for parcels under way. */
  travelling: { ofRank: 0.19167, share: 0.75 },
} as const;

/** How an hour of a day, in UTC, compares with the others; 19 to 21 make 30 % of a day, ten times the quietest. */
export const HOURS = [
  1.8, 1.3, 1.0, 1.0, 1.0, 1.2, 1.8, 2.5, 3.3, 4.0, 4.5, 4.8, 5.0, 4.8, 4.6, 4.6, 4.8, 5.2, 5.8, 10, 10, 10,
  4.2, 2.8,
] as const;
/** Share of a year's orders in November and December; Black Friday and Cyber Monday are five normal days each. */
export const HOLIDAYS = { share: 0.4, peak: 5 } as const;
/** From the middle of each month one product is on sale for an hour and in this share of that hour's orders. */
export const FLASH_SALE = { day: 15, hour: 20, share: 0.1 } as const;
