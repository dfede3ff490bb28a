/** The way from a look at a product to an order of it, by day. */

export const FUNNEL_STEPS = ['viewed', 'added', 'ordered'] as const;
/** Opened its page, put it into a cart, ordered it. */
export type FunnelStep = (typeof FUNNEL_STEPS)[number];

export const FUNNEL_SORTS = [...FUNNEL_STEPS, 'viewToCart', 'cartToOrder'] as const;
export type FunnelSort = (typeof FUNNEL_SORTS)[number];

/** Somebody was seen to take a step with a product. */
export interface Sighting {
  /** `2026-11-22`, UTC. */
  readonly day: string;
  readonly step: FunnelStep;
  readonly productId: string;
  /** A keyed hash, of somebody with or without an account. */
  readonly shopper: string;
}

/** How many shoppers took each step; who comes on several days counts on each. */
export type FunnelCounts = Readonly<Record<FunnelStep, number>>;

export interface FunnelSpan {
  /** First and last day, UTC, both counted. */
  readonly from: string;
  readonly to: string;
}

export interface FunnelQuery extends FunnelSpan {
  readonly sort: FunnelSort;
  readonly limit: number;
}

export interface FunnelStore {
  /** Counts those that were not counted before; resolves once that is durable. Repeats change nothing. */
  note(sightings: readonly Sighting[]): Promise<void>;
  /** The largest first; shares that are not known last. Totals are of all products. */
  read(query: FunnelQuery): Promise<{
    readonly totals: FunnelCounts;
    readonly items: readonly (FunnelCounts & { readonly productId: string })[];
  }>;
  /** Removes what tells a shopper from others. Sums stay. */
  forgetShopper(shopper: string): Promise<void>;
  /** Drops who was seen before the one day, and sums of before the other. */
  forget(before: { readonly shopperDay: string; readonly day: string }): Promise<void>;
}

/** Shares of those who took the step before, which may be above 1: the step before can be of another day, or skipped. */
export interface FunnelShares {
  /** Null: nobody looked. */
  readonly viewToCart: number | null;
  /** Null: nobody put it into a cart. */
  readonly cartToOrder: number | null;
}

export interface FunnelReport extends FunnelSpan {
  readonly totals: FunnelCounts & FunnelShares;
  readonly items: readonly (FunnelCounts &
    FunnelShares & {
      readonly productId: string;
      /** Null: not for sale any more. */
      readonly name: string | null;
    })[];
}
