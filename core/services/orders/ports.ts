import type { OrderOrigin } from '../../messages/orders.ts';
import type { Address, OrderItem, PaymentMethod } from '../../messages/shapes.ts';
import type { OrderStatus } from '../../messages/status.ts';

/** The orders service as others see it. Times are ISO 8601 UTC, money integer cents. */

export interface OrderPayment {
  readonly status: 'pending' | 'paid' | 'failed' | 'refunding' | 'refunded' | 'unsettled';
  readonly method: PaymentMethod['type'];
  readonly transactionId?: string;
  readonly amountCents: number;
  readonly refundedCents: number;
  readonly reason?: string;
}

export interface OrderShipment {
  readonly status:
    | 'requested'
    | 'scheduled'
    | 'withdrawn'
    | 'dispatched'
    | 'in_transit'
    | 'delivered'
    | 'failed';
  readonly trackingNumber?: string;
  readonly carrier?: string;
  readonly estimatedDeliveryAt?: string;
  readonly dispatchedAt?: string;
  readonly deliveredAt?: string;
  readonly progress?: number;
  readonly location?: { readonly name: string; readonly latitude: number; readonly longitude: number };
}

export interface OrderView {
  readonly id: string;
  readonly userId: string;
  readonly customerName: string;
  readonly email: string;
  readonly status: OrderStatus;
  /** The saga's own state, such as `awaitingPayment`; dots for nesting. */
  readonly sagaState: string;
  readonly items: readonly OrderItem[];
  readonly totalCents: number;
  readonly currency: string;
  readonly shippingAddress: Address;
  readonly payment: OrderPayment;
  readonly shipment: OrderShipment | null;
  /** Why it was cancelled, failed or is in review. */
  readonly reason: string | null;
  /** What the saga waits for, in words an operator understands; null in final states. */
  readonly waitingFor: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The saga's version: the cursor of the order's live topic and the last `seq` of its log. */
  readonly version: number;
}

export interface SagaLogEntry {
  readonly seq: number;
  readonly messageId: string;
  readonly type: string;
  readonly causationId: string | null;
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly detail: unknown;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface MyOrdersFilter {
  readonly userId: string;
  readonly status?: OrderStatus;
  readonly from?: string;
  readonly to?: string;
  readonly priceMinCents?: number;
  readonly priceMaxCents?: number;
  /** Part of a product name, or an order id. */
  readonly q?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export const ORDER_QUEUES = ['pending', 'in_review', 'failed_payment'] as const;
export type OrderQueue = (typeof ORDER_QUEUES)[number];

export interface AdminOrdersFilter {
  readonly status?: OrderStatus;
  readonly dateFrom?: string;
  readonly dateTo?: string;
  readonly priceMinCents?: number;
  readonly priceMaxCents?: number;
  readonly customer?: string;
  readonly product?: string;
  /** An order's id, or words that name a customer or a product. */
  readonly q?: string;
  /** Orders that want somebody: not yet handed to a carrier, held for review, or cancelled since nobody paid. */
  readonly queue?: OrderQueue;
  /** `created_at` or `total`, `-` in front for descending; default `-created_at`. */
  readonly sort?: 'created_at' | '-created_at' | 'total' | '-total';
  readonly limit: number;
  readonly cursor?: string;
  /** 1-based; works to row 10,000. Excludes `cursor`. */
  readonly page?: number;
  /** Begins where this value of the sort key stands, or would stand. Excludes `cursor` and `page`. */
  readonly from?: SortValue;
}

/** Of `created_at` a time, of `total` integer cents. */
export type SortValue = string | number;

/** `previousCursor`, with the opposite sort, reads what stands before the page; null: the page is empty. */
export interface AdminOrdersPage extends Page<OrderView> {
  readonly previousCursor: string | null;
  readonly count: string;
}

/** Which orders, in which order. */
export type AdminOrdersScope = Omit<AdminOrdersFilter, 'limit' | 'cursor' | 'page' | 'from'>;

/** How long a list is and what stands where in it, about. */
export interface AdminOrdersOutline {
  readonly rows: number;
  /** In the list's order; `row` counts from 0. The first and the last order's are exact; empty: there are no orders. */
  readonly marks: readonly { readonly row: number; readonly value: SortValue }[];
}

export interface OrderTotals {
  readonly orders: number;
  readonly cancelled: number;
  /** Of all that were neither cancelled nor failed. */
  readonly revenueCents: number;
}

/**
 * Figures for the dashboard. `byStatus` and `all` are of `asOf`, seconds ago; the others of now, `queues` up to 10,000: what is
 * beyond is of `asOf` too. Days are UTC.
 */
export interface OrderCounters {
  /** Null: they are being counted for the first time. */
  readonly asOf: string | null;
  readonly byStatus: readonly {
    readonly status: OrderStatus;
    readonly orders: number;
    readonly totalCents: number;
  }[];
  readonly queues: {
    readonly all: number;
    readonly pending: number;
    readonly inReview: number;
    readonly failedPayment: number;
  };
  readonly all: OrderTotals;
  readonly today: OrderTotals;
  readonly lastHour: OrderTotals;
}

/** Lists by keyset; a cursor that was tampered with rejects with OrreryError `bad_cursor`. */
export interface OrderQueries {
  find(orderId: string): Promise<OrderView | undefined>;
  /** Those of the orders that exist. */
  findMany(orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderView>>;
  myOrders(filter: MyOrdersFilter): Promise<Page<OrderView>>;
  /** `count` is exact up to 10,000, then "10,000+"; where counting takes too long, as many as are seen: "50+". */
  adminOrders(filter: AdminOrdersFilter): Promise<AdminOrdersPage>;
  /** Judged by a sample of fixed size, so that it takes as long over ten million orders as over a million. */
  adminOutline(scope: AdminOrdersScope): Promise<AdminOrdersOutline>;
  counters(): Promise<OrderCounters>;
  /** Log rows with `seq` greater than `after`, oldest first. */
  sagaLog(orderId: string, after: number, limit: number): Promise<readonly SagaLogEntry[]>;
  /** The same of several orders, each after a `seq` of its own; `limit` is that of each. No entry: nothing there. */
  sagaLogs(
    after: ReadonlyMap<string, number>,
    limit: number,
  ): Promise<ReadonlyMap<string, readonly SagaLogEntry[]>>;
  /** Owner, version and status of each order that exists. */
  versions(
    orderIds: readonly string[],
  ): Promise<ReadonlyMap<string, { userId: string; version: number; status: OrderStatus }>>;
}

export interface CheckoutRequest {
  readonly userId: string;
  readonly email: string;
  readonly customerName: string;
  readonly idempotencyKey: string;
  /** SHA-256 of the body as sent: the same key with another body is refused. */
  readonly fingerprint: string;
  /** Priced by the catalog, never by the client. */
  readonly items: readonly OrderItem[];
  readonly currency: string;
  readonly shippingAddress: Address;
  readonly paymentMethod: PaymentMethod;
  /** Where it came from, for the fraud score. */
  readonly origin?: OrderOrigin;
  readonly traceparent?: string;
}

export interface CheckoutAccepted {
  readonly orderId: string;
  readonly totalCents: number;
  readonly createdAt: string;
  /** True when this answers a repeat of an earlier checkout. */
  readonly repeated: boolean;
}

export interface OrderCommands {
  /**
   * Resolves once the order is durable. Rejects with OrreryError `idempotency_mismatch`, `overloaded` (retryable,
   * nothing was taken in) or StoreUnavailable.
   */
  checkout(request: CheckoutRequest): Promise<CheckoutAccepted>;
  /** An earlier checkout under this key within 24 h, without placing one; undefined when there is none. */
  findByKey(
    userId: string,
    idempotencyKey: string,
    fingerprint: string,
  ): Promise<CheckoutAccepted | undefined>;
  /** Resolves once the request is durable on its way to the order. The saga decides. */
  requestCancel(orderId: string, requestedBy: string, reason: string): Promise<void>;
  decideReview(
    orderId: string,
    decision: 'approve' | 'reject',
    decidedBy: string,
    reason: string,
  ): Promise<void>;
}
