import type { Place } from '../../core/engine/from-machine.ts';
import type { RepairPlan } from '../../core/engine/machine-repair.ts';
import { isoTime } from '../../core/kernel/iso-time.ts';
import { shipmentKey } from './context.ts';
import type { Line, LineState, OrderContext } from './context.ts';
import { needsRefund, needsRelease, parcelUnderWay, unsettled } from './guards.ts';
import { amount, units } from './repair-words.ts';

/** A wait taken for answered: what that means, and what nobody has confirmed by it. */
export interface Skip {
  readonly meaning: string;
  readonly plan: RepairPlan<OrderContext>;
}

/** Skips the wait the order is in, or says why it can't be. `now` is the time of what is taken for heard. */
export function skipNow(place: Place<OrderContext>, now: number): Skip | { readonly why: string } {
  const { state, context } = place;
  switch (state) {
    case 'pending':
      return withoutReservation(context);
    case 'awaitingPayment':
      return withoutPayment(context);
    case 'committingStock':
      return withoutCommitment(context);
    case 'review.withdrawing':
      return withoutWithdrawal(context, 'review.deciding');
    case 'review.deciding':
      return withoutReview(context);
    case 'confirmed.requestingParcel':
      return { why: 'an order goes nowhere without a parcel: send its request again, or compensate' };
    case 'confirmed.resting':
      return withoutRest('asks for the next parcel at once', 'confirmed.requestingParcel');
    case 'processing':
      return withoutDispatch(context, now);
    case 'shipped.underWay':
    case 'shipped.overdue':
      return withoutDelivery(context, now);
    case 'compensating.withdrawing':
      return withoutWithdrawal(context, 'compensating.settling');
    case 'compensating.resting':
      return withoutRest('asks for the refund again at once', 'compensating.settling');
    case 'compensating.settling':
      return withoutSettlement(context);
    case 'failed':
      return context.cancelReason === null
        ? withoutWithdrawal(context, 'review.deciding')
        : withoutSettlement(context);
    default:
      return { why: `nothing is waited for in ${state}` };
  }
}

function withoutReservation({ lines }: OrderContext): Skip {
  const open = lines.filter(({ state }) => state === 'requested');
  return {
    meaning: 'goes on to the payment as if the stock had been reserved',
    plan: {
      facts: { lines: lines.map(taken(open, 'reserved')) },
      then: 'goOn',
      warnings: [
        `Nobody holds ${units(open)} for this order: if they can't be had once it is paid, it is refunded and cancelled.`,
      ],
      settles: ['inventory.reserve.requested'],
    },
  };
}

function withoutPayment(context: OrderContext): Skip {
  return {
    meaning: 'goes on as if the payment had been made',
    plan: {
      facts: { payment: { ...context.payment, state: 'paid' } },
      then: { enter: 'committingStock' },
      warnings: [
        `Nobody has said that ${amount(context)} were taken: if they were not, the goods leave unpaid.`,
      ],
      settles: ['payment.requested'],
    },
  };
}

function withoutCommitment({ lines }: OrderContext): Skip {
  const open = lines.filter(({ state }) => state === 'committing');
  return {
    meaning: 'goes on to the parcel as if the stock had been taken',
    plan: {
      facts: { lines: lines.map(taken(open, 'committed')) },
      then: 'goOn',
      warnings: [
        `The stock has not said that ${units(open)} are taken: where it only holds them, the hold runs out, and they may be sold again.`,
      ],
      settles: ['inventory.commit.requested'],
    },
  };
}

function withoutReview({ suspicion }: OrderContext): Skip {
  return {
    meaning: 'approves the order as a reviewer would',
    plan: {
      facts: { review: 'approved' },
      then: 'goOn',
      warnings: [
        `Nobody has reviewed the order (${suspicion ?? 'no reason was noted'}): it is shipped as it is.`,
      ],
    },
  };
}

function withoutRest(meaning: string, enter: string): Skip {
  return { meaning, plan: { then: { enter }, warnings: [] } };
}

function withoutDispatch(context: OrderContext, now: number): Skip | { readonly why: string } {
  const { tracking } = context.shipment;
  if (tracking === null) return { why: 'the parcel has no number yet; edit the shipment first' };
  const data = { orderId: context.orderId, shipmentKey: shipmentKey(context), ...tracking, at: isoTime(now) };
  return {
    meaning: 'goes on as if the parcel had left',
    plan: {
      then: { hear: [{ type: 'shipping.dispatched', data }] },
      warnings: [
        `Nobody has said that parcel ${tracking.trackingNumber} left: the shopper is told that it did, and the order can't be cancelled any more.`,
      ],
    },
  };
}

function withoutDelivery(context: OrderContext, now: number): Skip | { readonly why: string } {
  const { tracking } = context.shipment;
  if (tracking === null) return { why: 'the parcel has no number yet; edit the shipment first' };
  const data = { orderId: context.orderId, shipmentKey: shipmentKey(context), ...tracking, at: isoTime(now) };
  return {
    meaning: 'ends the order as if the parcel had arrived',
    plan: {
      then: { hear: [{ type: 'shipping.delivered', data }] },
      warnings: [
        `Nobody has said that parcel ${tracking.trackingNumber} arrived: the order ends, and the shopper is told that it did.`,
      ],
    },
  };
}

function withoutWithdrawal(context: OrderContext, enter: string): Skip {
  const after = enter.startsWith('review') ? 'goes on to the review' : 'goes on to refund and release';
  return {
    meaning: `${after} as if the parcel had been withdrawn`,
    plan: {
      facts: { shipment: { ...context.shipment, state: 'withdrawn' } },
      then: { enter },
      warnings: [
        `Nobody has said that shipment ${shipmentKey(context)} stays: if it leaves after all, the shopper gets it, and what follows does not wait for it.`,
      ],
      settles: ['shipping.cancel.requested', 'shipping.requested'],
    },
  };
}

/** The order ends although nobody has confirmed what it waits for; each of that is named. */
function withoutSettlement(context: OrderContext): Skip {
  const { payment, shipment, lines } = context;
  const open = lines.filter((line) => needsRelease(line) || line.state === 'releasing');
  const refundOpen = needsRefund(context) || payment.state === 'refunding';
  return {
    meaning: 'ends the order as cancelled, as if everything had been settled',
    plan: {
      facts: {
        lines: lines.map(taken(open, 'released')),
        ...(refundOpen ? { payment: { ...payment, state: 'refunded' } } : {}),
        ...(parcelUnderWay(context) ? { shipment: { ...shipment, state: 'withdrawn' } } : {}),
      },
      then: 'goOn',
      warnings: unsettled(context).map(
        (what) => `Nobody has confirmed it, and nobody will ask for it again: ${what}. Settle it by hand.`,
      ),
      settles: [
        'inventory.release.requested',
        'payment.refund.requested',
        'shipping.cancel.requested',
        'shipping.requested',
      ],
    },
  };
}

function taken(which: readonly Line[], state: LineState): (line: Line) => Line {
  return (line) => (which.includes(line) ? { ...line, state } : line);
}
