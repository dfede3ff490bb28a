import { unreachable } from '../../kernel/assert.ts';
import type { OrderFacts } from './order-walk.ts';
import type { BulkAction, Effect } from './ports.ts';

/*
 * What an action means for an order as it is, and whether the order has done it. Pure. Here it is only said what is worth
 * asking for: the saga and shipping decide, and what they did is read back before an order counts as done.
 */

/** Why an order is left as it is, in words. */
export const OBSTACLES = {
  unknown_order: 'there is no such order',
  no_saga: 'it was seeded for trying things out and has no saga',
  already_cancelled: 'it is cancelled already',
  already_shipped: 'it has shipped already',
  already_delivered: 'it has been delivered already',
  already_refunded: 'its money went back already',
  being_wound_up: 'it is being wound up already',
  refund_under_way: 'its refund is under way already',
  parcel_under_way: 'its parcel is on its way',
  nothing_paid: 'nothing was paid for it',
  not_paid: 'it is not paid for yet',
  in_review: 'it is held for review',
  no_parcel: 'no parcel is booked for it',
  needs_repair: 'it is stuck and needs an operator',
  dispatch_won: 'its parcel left first',
  still_stuck: 'it got stuck and needs an operator',
  refund_refused: 'the payment gateway refused the refund',
  no_answer: 'it has not come to an end in time; its saga says what it waits for',
  not_sent: 'it was not asked: the job was cancelled first',
} as const;
export type Obstacle = keyof typeof OBSTACLES;

export type Plan = { readonly effect: Effect } | { readonly code: Obstacle };

export function planFor(action: BulkAction, order: OrderFacts): Plan {
  if (!order.hasSaga) return { code: 'no_saga' };
  switch (action) {
    case 'mark_shipped':
      return planDispatch(order);
    case 'cancel':
      return planCancel(order);
    case 'refund':
      return planRefund(order);
    default:
      return unreachable(action);
  }
}

function planDispatch({ status, shipment }: OrderFacts): Plan {
  switch (status) {
    case 'processing':
      return shipment === 'scheduled' ? { effect: 'dispatch' } : { code: 'no_parcel' };
    case 'pending':
    case 'awaiting_payment':
      return { code: 'not_paid' };
    case 'in_review':
      return { code: 'in_review' };
    case 'confirmed':
      return { code: 'no_parcel' };
    case 'shipped':
      return { code: 'already_shipped' };
    case 'delivered':
      return { code: 'already_delivered' };
    case 'cancelled':
      return { code: 'already_cancelled' };
    case 'failed':
      return { code: 'needs_repair' };
    default:
      return unreachable(status);
  }
}

function planCancel(order: OrderFacts): Plan {
  if (isWoundUp(order)) return { code: 'being_wound_up' };
  switch (order.status) {
    case 'pending':
    case 'awaiting_payment':
    case 'in_review':
    case 'confirmed':
    case 'processing':
      return { effect: order.payment === 'paid' ? 'cancel_and_refund' : 'cancel' };
    case 'shipped':
      return { code: 'parcel_under_way' };
    case 'delivered':
      return { code: 'already_delivered' };
    case 'cancelled':
      return { code: 'already_cancelled' };
    case 'failed':
      return { effect: 'settle_again' };
    default:
      return unreachable(order.status);
  }
}

/** Money and goods belong together: before the parcel leaves, a refund cancels the order; afterwards only money moves. */
function planRefund(order: OrderFacts): Plan {
  if (order.payment === 'refunded') return { code: 'already_refunded' };
  if (order.payment === 'pending' || order.payment === 'failed') return { code: 'nothing_paid' };
  if (order.status === 'delivered') {
    return order.payment === 'refunding' ? { code: 'refund_under_way' } : { effect: 'refund' };
  }
  return order.status === 'cancelled' ? { code: 'already_refunded' } : planCancel(order);
}

/** What became of an order that was asked at `askedVersion`; undefined: it is not over yet. */
export function outcomeOf(
  effect: Effect,
  askedVersion: number,
  order: OrderFacts,
): 'done' | Obstacle | undefined {
  const moved = order.version > askedVersion;
  switch (effect) {
    case 'dispatch':
      if (order.status === 'shipped' || order.status === 'delivered') return 'done';
      if (order.status === 'cancelled' || isWoundUp(order)) return 'already_cancelled';
      if (order.status === 'failed') return 'needs_repair';
      return order.status === 'in_review' ? 'in_review' : undefined;
    case 'refund':
      if (order.payment === 'refunded') return 'done';
      return moved && order.payment === 'unsettled' ? 'refund_refused' : undefined;
    case 'cancel':
    case 'cancel_and_refund':
    case 'settle_again':
      if (order.status === 'cancelled') return 'done';
      if (order.status === 'shipped' || order.status === 'delivered') return 'dispatch_won';
      return moved && order.sagaState === 'failed' ? 'still_stuck' : undefined;
    default:
      return unreachable(effect);
  }
}

/** It keeps its public status until everything is settled. */
function isWoundUp({ sagaState }: OrderFacts): boolean {
  return sagaState.startsWith('compensating');
}
