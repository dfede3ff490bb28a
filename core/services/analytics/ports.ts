import type { OrderView } from '../orders/ports.ts';
import type { FunnelQuery, FunnelReport } from './funnel-ports.ts';

/** What the shop does, from books that every commit of the orders service adds to. Money in integer cents. */

export interface Business {
  /** Taken in. */
  readonly orders: number;
  readonly orderedCents: number;
  /** Paid, their stock committed. */
  readonly confirmed: number;
  readonly delivered: number;
  readonly cancelled: number;
  /** Ended in a state that needs a person. */
  readonly failed: number;
  /** What was confirmed, less what was given back for cancellations. */
  readonly revenueCents: number;
  /** Of confirmed orders; 0 without any. */
  readonly averageOrderCents: number;
}

export interface MinuteOfBusiness {
  /** Its beginning, ISO 8601, UTC. */
  readonly minute: string;
  readonly orders: number;
  readonly confirmed: number;
  readonly cancelled: number;
  readonly revenueCents: number;
}

export interface BusinessMetrics {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly currency: string;
  /** Since the first order. */
  readonly total: Business;
  /** Since midnight, UTC. */
  readonly today: Business;
  readonly lastHour: Business;
  /** Orders taken in a minute, over the last five whole minutes. */
  readonly ordersPerMinute: number;
  /** Share of today's decided orders that were confirmed, 0 to 1; null: none was decided. */
  readonly successRate: number | null;
  /** Why orders were cancelled today, the most frequent first. */
  readonly cancelledBy: readonly { readonly reason: string; readonly count: number }[];
  /** The last sixty minutes, the oldest first, the one under way last. */
  readonly minutes: readonly MinuteOfBusiness[];
}

export interface EventStats {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Messages that sagas have handled, since the first order. */
  readonly total: number;
  /** Over the last five whole minutes. */
  readonly perSecond: number;
  /** The most frequent first. */
  readonly types: readonly {
    readonly type: string;
    readonly total: number;
    readonly today: number;
    readonly lastHour: number;
  }[];
  /** Transitions between the states of sagas, the most frequent first. */
  readonly transitions: readonly {
    readonly from: string;
    readonly to: string;
    readonly total: number;
    readonly today: number;
  }[];
}

export interface AnalyticsQueries {
  /** As of the commits that have landed. */
  metrics(): Promise<BusinessMetrics>;
  eventStats(): Promise<EventStats>;
  /** The newest first. */
  recentOrders(limit: number): Promise<readonly OrderView[]>;
  /** Approximate: events of shoppers may be lost on their way. */
  funnel(query: FunnelQuery): Promise<FunnelReport>;
}

/** What has been counted under a name in a stretch of time. */
export interface TallySum {
  readonly name: string;
  readonly count: number;
  readonly cents: number;
}

/** The books (core/services/orders/tally.ts says what the names mean). */
export interface Tallies {
  /** Adds up what commits have left since the last time; resolves with how many of them there were. */
  fold(): Promise<number>;
  /** Drops the minutes before `before` (ISO 8601); sums of all time stay. */
  forget(before: string): Promise<void>;
  /** One state of the books: of all time, since `dayMs`, and minute by minute since `hourMs`. */
  read(since: { readonly dayMs: number; readonly hourMs: number }): Promise<{
    readonly total: readonly TallySum[];
    readonly today: readonly TallySum[];
    /** By the beginning of the minute, milliseconds. */
    readonly minutes: readonly (TallySum & { readonly minuteMs: number })[];
  }>;
}
