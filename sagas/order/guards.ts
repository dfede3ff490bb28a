import { chargeKey, shipmentKey } from './context.ts';
import type { Line, OrderContext, OrderEvent } from './context.ts';

/*
 * What the order's state allows. Pure questions about the facts, and about the message where it matters.
 */

/** The stock may hold units for this line, and was not asked to let go of them yet. */
export function needsRelease({ state }: Line): boolean {
  return state === 'requested' || state === 'reserved' || state === 'committing' || state === 'committed';
}

/** Money may have moved, and was not asked back yet (or the last attempt failed). */
export function needsRefund({ payment }: OrderContext): boolean {
  return payment.state === 'requested' || payment.state === 'paid' || payment.state === 'refundFailed';
}

/** Money was asked back, and it is not known to have gone. */
export function refundOpen({ payment }: OrderContext): boolean {
  return payment.state === 'refunding' || payment.state === 'refundFailed';
}

/** A parcel was asked for that may still leave: only its withdrawal or its failure says that it won't (P18). */
export function parcelUnderWay({ shipment }: OrderContext): boolean {
  return shipment.state === 'requested' || shipment.state === 'scheduled' || shipment.state === 'withdrawing';
}

/** A parcel has left and is not there yet. */
export function parcelOut({ shipment }: OrderContext): boolean {
  return shipment.state === 'dispatched' || shipment.state === 'in_transit';
}

/** The message is about the current parcel, not about one that was withdrawn or refused before. */
export function currentParcel(context: OrderContext, event: OrderEvent): boolean {
  return (
    'shipmentKey' in event.data &&
    event.data.shipmentKey === shipmentKey(context) &&
    context.shipment.state !== 'none'
  );
}

export function allLines({ lines }: OrderContext, ...states: readonly Line['state'][]): boolean {
  return lines.every(({ state }) => states.includes(state));
}

/** The scorer finds the order suspicious, and nobody has decided about it yet. */
export function suspicious({ review, policy }: OrderContext, event: OrderEvent): boolean {
  return event.type === 'fraud.scored' && review === 'none' && event.data.score > policy.fraudReviewAbove;
}

/** An admin decides; counts only while a decision is awaited. */
export function decides(
  { review }: OrderContext,
  event: OrderEvent,
  decision: 'approve' | 'reject',
): boolean {
  return event.type === 'order.review.decided' && review === 'flagged' && event.data.decision === decision;
}

/** A reservation or commitment that nobody is going to undo: its line was taken for settled (P16). */
export function lateStock({ lines }: OrderContext, event: OrderEvent): boolean {
  if (event.type !== 'inventory.reserved' && event.type !== 'inventory.committed') return false;
  const line = lines.find(({ sku }) => sku === event.data.sku);
  return (
    line !== undefined && (line.state === 'released' || line.state === 'refused' || line.state === 'lost')
  );
}

/** No refund is asked for or done that would answer for money that moves now. */
function moneyTakenForSettled({ payment, totalCents }: OrderContext): boolean {
  if (payment.state === 'refunded') return payment.refundedCents < totalCents;
  return payment.state === 'none' || payment.state === 'declined';
}

/** A charge that no refund answers for yet (P15, P16). */
export function lateCharge(context: OrderContext, event: OrderEvent): boolean {
  return event.type === 'payment.processed' && moneyTakenForSettled(context);
}

/** Money that moved after all could not be given back (P15); nobody here had asked for it. */
export function lateRefundFailure(context: OrderContext, event: OrderEvent): boolean {
  return event.type === 'payment.refund.failed' && moneyTakenForSettled(context);
}

/**
 * "Nothing had moved" after "it can't be given back": the two may have overtaken each other, so only the answer to a
 * new request tells.
 */
export function doubtfulRefund({ payment }: OrderContext, event: OrderEvent): boolean {
  return (
    event.type === 'payment.refunded' && payment.state === 'refundFailed' && event.data.amountCents === 0
  );
}

/** What is not settled of an order, by name: a parcel that may leave, and, once wound up, money and stock. */
export function unsettled(context: OrderContext): readonly string[] {
  const names = parcelUnderWay(context) ? [`withdrawal of shipment ${shipmentKey(context)}`] : [];
  if (context.cancelReason === null) return names;
  if (needsRefund(context) || context.payment.state === 'refunding') {
    const amount = `${String(context.totalCents)} cents ${context.currency}`;
    names.push(`refund of ${amount}, charge ${chargeKey(context)}`);
  }
  for (const line of context.lines) {
    if (needsRelease(line) || line.state === 'releasing') {
      names.push(`release of ${String(line.quantity)} × ${line.sku}`);
    }
  }
  return names;
}
