/** Rows that models learn from, and the answers' inputs, as the services that own them tell them. */

/** An order that was not called off. */
export interface Purchase {
  readonly orderId: string;
  readonly userId: string;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  /** Each product once. */
  readonly productIds: readonly string[];
}

/** What one product sold on one day (UTC) on which it sold. */
export interface DaySales {
  readonly productId: string;
  /** `2026-11-21`. */
  readonly day: string;
  readonly units: number;
  readonly revenueCents: number;
}

/** From the one day to before the other, UTC. */
export interface DaySpan {
  readonly fromDay: string;
  readonly toDay: string;
}

/** The shop's purchases, as the orders service tells them. */
export interface SalesHistory {
  /** Among the newest orders, as many as wanted, those that were not called off; in slices, newest first. */
  purchases(options: { readonly most: number; readonly slice: number }): AsyncIterable<readonly Purchase[]>;
  /**
   * What was ordered of the `products` that sold most units in the last 28 days of the span, a few of them at a time; what
   * was called off later counts.
   */
  daySales(span: DaySpan & { readonly products: number }): AsyncIterable<readonly DaySales[]>;
  /** The same of one product. */
  daySalesOf(productId: string, span: DaySpan): Promise<readonly DaySales[]>;
  /** The newest purchases of one user, oldest first. */
  purchasesOf(userId: string, most: number): Promise<readonly Purchase[]>;
  /** Of each, whether the user ordered the product within the time after it, and did not call it off. */
  boughtAfter(
    shown: readonly { readonly userId: string; readonly productId: string; readonly atMs: number }[],
    withinMs: number,
  ): Promise<readonly boolean[]>;
}

/** What a customer paid at a time, for orders that were not called off. */
export interface CustomerPurchase {
  readonly userId: string;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  readonly cents: number;
}

/** Customers' purchases, as the orders service tells them. */
export interface CustomerHistory {
  /** Among the newest orders, as many as wanted, those that were not called off; in slices, newest first. */
  purchases(options: {
    readonly most: number;
    readonly slice: number;
  }): AsyncIterable<readonly CustomerPurchase[]>;
  /** Of those who are still known by name. */
  names(
    userIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly name: string; readonly email: string }>>;
}
