import type { RowWrite } from '../../core/engine/behaviour.ts';
import type { Place } from '../../core/engine/from-machine.ts';
import { isoTime } from '../../core/kernel/iso-time.ts';
import type { OrderStatus } from '../../core/messages/status.ts';
import { shipmentKey } from './context.ts';
import type { OrderContext } from './context.ts';
import { unsettled } from './guards.ts';

/*
 * What people see of an order. Pure functions of where the saga stands and what it knows.
 */

/** The public status; a suspicious order is in review from the moment it is known, whatever goes on beside. */
export function publicStatus(state: string, { status, review }: OrderContext): OrderStatus {
  const beforeShipping = state === 'pending' || state === 'awaitingPayment' || state === 'committingStock';
  return beforeShipping && review === 'flagged' ? 'in_review' : status;
}

/** What the saga waits for, in words an operator understands; null when it waits for nothing. */
export function waitingFor(state: string, context: OrderContext): string | null {
  const inLines = (wanted: string): string =>
    context.lines
      .filter((line) => line.state === wanted)
      .map(({ sku }) => sku)
      .join(', ');
  switch (state) {
    case 'pending':
      return `stock to be reserved: ${inLines('requested')}`;
    case 'awaitingPayment':
      return 'the payment gateway';
    case 'committingStock':
      return `stock to be committed: ${inLines('committing')}`;
    case 'review.withdrawing':
    case 'compensating.withdrawing':
      return `shipping to withdraw shipment ${shipmentKey(context)}`;
    case 'review.deciding':
      return "an admin's review";
    case 'confirmed.requestingParcel':
      return `shipping to schedule shipment ${shipmentKey(context)}`;
    case 'confirmed.resting':
      return 'the next attempt at a shipment';
    case 'processing':
      return `shipping to dispatch shipment ${shipmentKey(context)}`;
    case 'shipped.underWay':
      return 'delivery';
    case 'shipped.overdue':
      return 'delivery, which is overdue: ask the carrier';
    case 'compensating.settling':
      return unsettled(context).join('; ');
    case 'compensating.resting':
      return `the next attempt: ${unsettled(context).join('; ')}`;
    case 'delivered':
      return refundAwaited(context);
    case 'failed':
      return `an operator: ${unsettled(context).join('; ')}`;
    default:
      return null;
  }
}

/** The money of a delivered order on its way back, if it is. */
function refundAwaited({ payment, totalCents, currency }: OrderContext): string | null {
  const refund = `refund of ${String(totalCents)} cents ${currency}`;
  if (payment.state === 'refunding') return `the payment gateway: ${refund}`;
  return payment.state === 'refundFailed' ? `an admin: ${refund}` : null;
}

/** `OrderPayment` of the orders service. */
export function paymentView(state: string, { payment, paymentMethod, totalCents }: OrderContext) {
  return {
    status: paymentStatus(state, payment),
    method: paymentMethod.type,
    amountCents: totalCents,
    refundedCents: payment.refundedCents,
    ...(payment.transactionId === null ? {} : { transactionId: payment.transactionId }),
    ...(payment.reason === null ? {} : { reason: payment.reason }),
  };
}

function paymentStatus(
  state: string,
  { state: payment, refundedCents }: OrderContext['payment'],
): 'pending' | 'paid' | 'failed' | 'refunding' | 'refunded' | 'unsettled' {
  switch (payment) {
    case 'none':
    case 'requested':
      return 'pending';
    case 'declined':
      return 'failed';
    case 'paid':
      return 'paid';
    case 'refunding':
      return state === 'failed' ? 'unsettled' : 'refunding';
    case 'refundFailed':
      return state === 'failed' || state === 'delivered' ? 'unsettled' : 'refunding';
    case 'refunded':
      // A charge that was taken back before it happened never was a payment.
      return refundedCents === 0 ? 'failed' : 'refunded';
  }
}

/** `OrderShipment` of the orders service; null before a parcel is asked for. */
export function shipmentView({ shipment }: OrderContext) {
  const { state, tracking, estimatedDeliveryAt, dispatchedAt, deliveredAt, progress, location } = shipment;
  if (state === 'none') return null;
  const beforeWithdrawal: 'requested' | 'scheduled' = tracking === null ? 'requested' : 'scheduled';
  return {
    // A parcel that is being withdrawn has not been yet.
    status: state === 'withdrawing' ? beforeWithdrawal : state,
    ...tracking,
    ...(estimatedDeliveryAt === null ? {} : { estimatedDeliveryAt }),
    ...(dispatchedAt === null ? {} : { dispatchedAt }),
    ...(deliveredAt === null ? {} : { deliveredAt }),
    ...(progress === null ? {} : { progress }),
    ...(location === null ? {} : { location }),
  };
}

/** Why it was cancelled, failed or is in review. */
export function reasonView(status: OrderStatus, context: OrderContext): string | null {
  if (status === 'failed') return context.failure ?? context.cancelReason;
  return context.cancelReason ?? (status === 'in_review' ? context.suspicion : null);
}

/** The row of `order_progress` (core/services/orders/tables.ts). */
export function orderProgress(id: string, place: Place<OrderContext>, now: number): RowWrite {
  const { state, context, version, parked } = place;
  const status = publicStatus(state, context);
  return {
    table: 'order_progress',
    row: {
      id,
      status,
      saga_state: state,
      payment: paymentView(state, context),
      shipment: shipmentView(context),
      reason: reasonView(status, context),
      waiting_for:
        parked === null ? waitingFor(state, context) : `an operator, who has parked it: ${parked.reason}`,
      updated_at: isoTime(now),
      version,
    },
  };
}
