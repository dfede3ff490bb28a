import { assertEvent } from 'xstate';
import { CANCELLED_BY_SHOP, NO_SHIPMENT } from './context.ts';
import type { Line, LineState, OrderContext, OrderEvent, Payment, Shipment } from './context.ts';
import { needsRefund, needsRelease, parcelOut } from './guards.ts';

/*
 * What a message changes in the facts of an order. Each is pure and returns only what changes; a message of
 * another type is a mistake in the machine, and throws.
 */

type Change = Partial<OrderContext>;

/** Reasons travel in messages, where they are bounded. */
const REASON_LENGTH_MAX = 500;

function line(context: OrderContext, sku: string, from: readonly LineState[], to: LineState): Change {
  const lines = context.lines.map((each) =>
    each.sku === sku && from.includes(each.state) ? { ...each, state: to } : each,
  );
  return { lines };
}

function everyLine(context: OrderContext, which: (line: Line) => boolean, to: LineState): Change {
  return { lines: context.lines.map((each) => (which(each) ? { ...each, state: to } : each)) };
}

function payment(context: OrderContext, change: Partial<Payment>): Change {
  return { payment: { ...context.payment, ...change } };
}

function shipment(context: OrderContext, change: Partial<Shipment>): Change {
  return { shipment: { ...context.shipment, ...change } };
}

// ---------------------------------------------------------------- stock

export function reserved(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'inventory.reserved');
  return line(context, event.data.sku, ['requested'], 'reserved');
}

export function refused(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'inventory.reserve.failed');
  return line(context, event.data.sku, ['requested'], 'refused');
}

export function committing(context: OrderContext): Change {
  return everyLine(context, () => true, 'committing');
}

export function committed(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'inventory.committed');
  return line(context, event.data.sku, ['committing'], 'committed');
}

export function lost(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'inventory.commit.failed');
  return line(context, event.data.sku, ['committing'], 'lost');
}

export function releasing(context: OrderContext): Change {
  return everyLine(context, needsRelease, 'releasing');
}

export function released(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'inventory.released');
  return line(context, event.data.sku, ['releasing'], 'released');
}

/** The stock holds units of a line that was taken for settled. */
export function heldAfterAll(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, ['inventory.reserved', 'inventory.committed']);
  const state = event.type === 'inventory.reserved' ? 'reserved' : 'committed';
  return line(context, event.data.sku, ['released', 'refused', 'lost'], state);
}

// ---------------------------------------------------------------- money

export function charging(context: OrderContext): Change {
  return payment(context, { state: 'requested' });
}

export function paid(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'payment.processed');
  return payment(context, { state: 'paid', transactionId: event.data.transactionId });
}

/** The charge went through while its refund is already asked for: worth knowing, nothing to do. */
export function transaction(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'payment.processed');
  return payment(context, { transactionId: event.data.transactionId });
}

export function declined(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'payment.failed');
  return payment(context, { state: 'declined', reason: event.data.reason });
}

export function refunding(context: OrderContext): Change {
  return needsRefund(context) ? payment(context, { state: 'refunding' }) : {};
}

export function refunded(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'payment.refunded');
  const { state } = context.payment;
  const refundedCents = Math.max(context.payment.refundedCents, event.data.amountCents);
  const settled = state === 'refunding' || (state === 'refundFailed' && event.data.amountCents > 0);
  return payment(context, { refundedCents, ...(settled ? { state: 'refunded' } : {}) });
}

export function refundFailed(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'payment.refund.failed');
  const refundFailures = context.payment.refundFailures + 1;
  return payment(context, { state: 'refundFailed', refundFailures, reason: event.data.reason });
}

/** An admin gives the money of a delivered order back. */
export function refundAsked(_context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'order.refund.requested');
  return { refundReason: event.data.reason };
}

export function disputed(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'payment.disputed');
  return payment(context, { reason: `disputed: ${event.data.reason}`.slice(0, REASON_LENGTH_MAX) });
}

// ---------------------------------------------------------------- parcel

/** A parcel that was withdrawn or refused is followed by one with a new key (P18). */
export function nextParcel({ shipment: { number, failures } }: OrderContext): Change {
  return { shipment: { ...NO_SHIPMENT, state: 'requested', number: number + 1, failures } };
}

export function scheduled(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'shipping.scheduled');
  const { trackingNumber, carrier, estimatedDeliveryAt } = event.data;
  const news = { tracking: { trackingNumber, carrier }, estimatedDeliveryAt };
  // It may come after the dispatch, or while the parcel is being withdrawn: then only its details are news.
  return shipment(context, context.shipment.state === 'requested' ? { ...news, state: 'scheduled' } : news);
}

export function dispatched(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, ['shipping.dispatched', 'shipping.cancel.refused']);
  const state = parcelOut(context) ? context.shipment.state : 'dispatched';
  if (event.type === 'shipping.cancel.refused') return shipment(context, { state });
  const { trackingNumber, carrier, at } = event.data;
  return shipment(context, { state, tracking: { trackingNumber, carrier }, dispatchedAt: at });
}

export function progressed(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'shipping.progressed');
  const { progress, location } = event.data;
  // News may overtake each other; a parcel never goes back.
  if (progress < (context.shipment.progress ?? 0)) return {};
  return shipment(context, { progress, location, ...(parcelOut(context) ? { state: 'in_transit' } : {}) });
}

export function delivered(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'shipping.delivered');
  const { trackingNumber, carrier, at } = event.data;
  return shipment(context, {
    state: 'delivered',
    tracking: { trackingNumber, carrier },
    deliveredAt: at,
    progress: 1,
  });
}

export function parcelFailed(context: OrderContext): Change {
  return shipment(context, { state: 'failed', failures: context.shipment.failures + 1 });
}

export function withdrawing(context: OrderContext): Change {
  return shipment(context, { state: 'withdrawing' });
}

export function withdrawn(context: OrderContext): Change {
  return shipment(context, { state: 'withdrawn' });
}

// ---------------------------------------------------------------- review, cancellation, failure

export function flagged(_context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'fraud.scored');
  const { score, reasons } = event.data;
  const because = reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
  return {
    review: 'flagged',
    suspicion: `fraud score ${String(score)}${because}`.slice(0, REASON_LENGTH_MAX),
  };
}

export function rejected(_context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'order.review.decided');
  return { review: 'rejected', cancelReason: CANCELLED_BY_SHOP };
}

/** The first reason to wind an order up stays, and so does the first request. */
export function cancelAsked(context: OrderContext, event: OrderEvent): Change {
  assertEvent(event, 'order.cancel.requested');
  const { requestedBy, reason } = event.data;
  return {
    cancelReason: context.cancelReason ?? (requestedBy === context.userId ? reason : CANCELLED_BY_SHOP),
    cancelRequest: context.cancelRequest ?? {
      requestedBy,
      reason,
      at: new Date(event.now).toISOString(),
      tooLate: false,
    },
  };
}

/** A late answer or an operator set the order going again: failed refunds are counted anew. */
export function unstuck(context: OrderContext): Change {
  return { failure: null, ...payment(context, { refundFailures: 0 }) };
}

/** Dispatch wins: whatever was to be wound up is not (P18). */
export function overtaken({ cancelRequest }: OrderContext): Change {
  return { cancelReason: null, cancelRequest: cancelRequest && { ...cancelRequest, tooLate: true } };
}
