import type { MachineEvent } from '../../core/engine/from-machine.ts';
import type { DataOf } from '../../core/messages/catalogue.ts';
import type { OrderStatus } from '../../core/messages/status.ts';
import type { OrderInput } from '../../core/messages/order-input.ts';

/** Message types an order reacts to. */
export const ORDER_ACCEPTS = [
  'inventory.reserved',
  'inventory.reserve.failed',
  'inventory.committed',
  'inventory.commit.failed',
  'inventory.released',
  'payment.processed',
  'payment.failed',
  'payment.refunded',
  'payment.refund.failed',
  'payment.disputed',
  'shipping.scheduled',
  'shipping.dispatched',
  'shipping.progressed',
  'shipping.delivered',
  'shipping.failed',
  'shipping.cancelled',
  'shipping.cancel.refused',
  'fraud.scored',
  'order.cancel.requested',
  'order.refund.requested',
  'order.review.decided',
] as const;
/** And what the engine answers for it (repair.ts): everything that its queues take. */
export const ORDER_TAKES = [...ORDER_ACCEPTS, 'order.repair.requested'] as const;
export type OrderEventType = (typeof ORDER_ACCEPTS)[number];
export type OrderEventOf<Type extends OrderEventType> = MachineEvent<Type, DataOf<Type>>;
export type OrderEvent = { [Type in OrderEventType]: OrderEventOf<Type> }[OrderEventType];

/** Reasons for winding an order up that are the saga's own; others are the gateway's, the shop's or the shopper's. */
export type CancelReason =
  | 'out_of_stock'
  | 'stock_timeout'
  | 'payment_timeout'
  | 'payment_unsettled'
  | 'shipping_timeout'
  | 'dispatch_timeout'
  | 'undeliverable';

/**
 * Why an order is wound up when somebody of the shop asks for it or rejects it in a review. Shoppers read this reason, in the
 * shop and in letters; the words of the shop's people stay with the message they came in, in the log, and in the audit trail.
 */
export const CANCELLED_BY_SHOP = 'cancelled by an admin';

/** Where settling can get stuck. */
export type FailureReason = 'withdrawal_timeout' | 'settlement_timeout' | 'refund_failed';

/**
 * Where the units of one SKU stand, as far as the order knows. `refused` and `lost` (the hold had run out and the
 * stock was gone) hold nothing; in every other state but `released` the stock may hold something for the order.
 */
export type LineState =
  | 'requested'
  | 'reserved'
  | 'refused'
  | 'committing'
  | 'committed'
  | 'lost'
  | 'releasing'
  | 'released';

export interface Line {
  readonly sku: string;
  readonly quantity: number;
  readonly state: LineState;
}

export interface Payment {
  readonly state: 'none' | 'requested' | 'declined' | 'paid' | 'refunding' | 'refundFailed' | 'refunded';
  readonly transactionId: string | null;
  readonly refundedCents: number;
  readonly refundFailures: number;
  /** The gateway's word for a decline, a failed refund or a dispute. */
  readonly reason: string | null;
}

export interface Shipment {
  readonly state:
    | 'none'
    | 'requested'
    | 'scheduled'
    | 'withdrawing'
    | 'withdrawn'
    | 'dispatched'
    | 'in_transit'
    | 'delivered'
    | 'failed';
  /** Counts the parcels asked for; the current one's key is `<order id>/<number>`. */
  readonly number: number;
  readonly failures: number;
  readonly tracking: {
    readonly trackingNumber: string;
    readonly carrier: string;
  } | null;
  readonly estimatedDeliveryAt: string | null;
  readonly dispatchedAt: string | null;
  readonly deliveredAt: string | null;
  readonly progress: number | null;
  readonly location: DataOf<'shipping.progressed'>['location'] | null;
}

/** Who asked for a cancellation, why and when; these are null of one that was asked for before they were kept. */
export interface CancelRequest {
  readonly requestedBy: string | null;
  readonly reason: string | null;
  /** ISO 8601 UTC. */
  readonly at: string | null;
  /** It came too late, and the shopper was told so: whoever asks again is not told again. */
  readonly tooLate: boolean;
}

export interface OrderContext extends Omit<OrderInput, 'lines'> {
  /** The public status, apart from a review that goes on beside reserving and paying. */
  readonly status: OrderStatus;
  readonly lines: readonly Line[];
  readonly payment: Payment;
  readonly shipment: Shipment;
  readonly review: 'none' | 'flagged' | 'approved' | 'rejected';
  /** What made the order suspicious, for the reviewer. */
  readonly suspicion: string | null;
  /** Set: the order is being wound up, and this is why. */
  readonly cancelReason: string | null;
  /** The first request of a person, who is told when it came too late; null: nobody asked. */
  readonly cancelRequest: CancelRequest | null;
  /** Why the money of a delivered order was asked back; null: nobody asked. */
  readonly refundReason: string | null;
  /** Set: settling got stuck, and this is where. */
  readonly failure: string | null;
}

const NO_PAYMENT: Payment = {
  state: 'none',
  transactionId: null,
  refundedCents: 0,
  refundFailures: 0,
  reason: null,
};
export const NO_SHIPMENT: Shipment = {
  state: 'none',
  number: 0,
  failures: 0,
  tracking: null,
  estimatedDeliveryAt: null,
  dispatchedAt: null,
  deliveredAt: null,
  progress: null,
  location: null,
};

/** What every order begins with; a stored one leaves it out as long as it holds (stored.ts). */
export const BEGINNING = {
  status: 'pending',
  payment: NO_PAYMENT,
  shipment: NO_SHIPMENT,
  review: 'none',
  suspicion: null,
  cancelReason: null,
  cancelRequest: null,
  refundReason: null,
  failure: null,
} as const satisfies Partial<OrderContext>;

export function newOrder(input: OrderInput): OrderContext {
  const lines = input.lines.map(({ sku, quantity }): Line => ({ sku, quantity, state: 'requested' }));
  // Not by spreads: of this many keys they take six times as long.
  return Object.assign({}, input, BEGINNING, { lines });
}

/** One charge per order, ever (P15). */
export function chargeKey({ orderId }: OrderContext): string {
  return orderId;
}

/** The business key of the current parcel (P18). */
export function shipmentKey({ orderId, shipment }: OrderContext): string {
  return `${orderId}/${String(shipment.number)}`;
}
