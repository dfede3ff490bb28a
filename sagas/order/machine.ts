import { newOrder } from './context.ts';
import type { CancelReason, FailureReason } from './context.ts';
import { order } from './vocabulary.ts';

/** The order is wound up for this reason, unless it is already for another. */
function because(reason: CancelReason): { type: 'windUp'; params: { because: string } } {
  return { type: 'windUp', params: { because: reason } };
}

/** Settling is stuck here until a late answer or an operator helps. */
function stuckAt(at: FailureReason): { type: 'stuck'; params: { at: string } } {
  return { type: 'stuck', params: { at } };
}

const cancelled = { target: '#order.compensating', actions: 'cancelAsked' } as const;

/** A suspicious order goes on taking stock and money, but shows that it is in review and won't be shipped. */
const reviewBeforeShipping = {
  'order.cancel.requested': cancelled,
  'fraud.scored': { guard: 'suspicious', actions: 'flagged' },
  'order.review.decided': [
    { guard: 'approves', actions: 'approved' },
    { guard: 'rejects', target: '#order.compensating', actions: 'rejected' },
  ],
} as const;

const refusedParcel = [
  { guard: 'thisParcelMayBeTriedAgain', target: '#order.confirmed.resting', actions: 'parcelFailed' },
  { guard: 'thisParcel', target: '#order.compensating', actions: ['parcelFailed', because('undeliverable')] },
] as const;

/** What an order that is being wound up, or is, does about every success that comes late (S1). */
const undoing = {
  'inventory.released': { actions: 'released' },
  'inventory.reserved': {
    guard: 'lateStock',
    target: '#order.compensating',
    reenter: true,
    actions: 'heldAfterAll',
  },
  'inventory.committed': {
    guard: 'lateStock',
    target: '#order.compensating',
    reenter: true,
    actions: 'heldAfterAll',
  },
  'payment.processed': [
    { guard: 'lateCharge', target: '#order.compensating', reenter: true, actions: 'paid' },
    { actions: 'transaction' },
  ],
  'payment.refund.failed': {
    guard: 'lateRefundFailure',
    target: '#order.compensating',
    reenter: true,
    actions: 'refundFailed',
  },
} as const;

/**
 * The life of an order, from its placing to the door, and every way back.
 *
 * What it promises:
 * S1. No cancelled order keeps stock or money: whatever succeeds late is undone, also after the end (P16).
 * S2. Refund and restock wait until no parcel can leave any more; if one has left, dispatch wins (P18).
 * S3. Every wait has a time-out and an exit; requests are sent again by the engine until answered (P14).
 * S4. What can't be settled ends in `failed`, which names it, and goes on as soon as a late answer allows.
 * S5. The money of a delivered order goes back only when an admin asks; until the gateway has answered, the order says
 *     that it waits for it, and after a refusal an admin may ask again.
 *
 * A message that a state does not name means nothing there: the order stays as it is. The words used here stand in
 * vocabulary.ts: request…, announce… and tell… send messages, the other actions change what the order knows.
 */
export const orderMachine = order.createMachine({
  id: 'order',
  context: ({ input }) => newOrder(input),
  initial: 'pending',

  // What holds in every state.
  on: {
    // Dispatch wins, whatever was about to happen to the parcel (S2).
    'shipping.dispatched': {
      guard: 'thisParcelMayLeave',
      target: '.shipped',
      actions: ['dispatched', 'tellTooLate', 'overtaken'],
    },
    'shipping.cancel.refused': {
      guard: 'thisParcelCantBeWithdrawn',
      target: '.shipped',
      actions: ['dispatched', 'tellTooLate', 'overtaken'],
    },
    'shipping.delivered': {
      guard: 'thisParcelMayLeave',
      target: '.delivered',
      actions: ['delivered', 'tellTooLate', 'overtaken'],
    },
    // News of a parcel, which may overtake each other.
    'shipping.scheduled': { guard: 'thisParcel', actions: 'scheduled' },
    'shipping.progressed': { guard: 'thisParcel', actions: 'progressed' },
    'payment.refunded': { actions: 'refunded' },
    'payment.disputed': { actions: 'disputed' },
  },

  states: {
    pending: {
      entry: [{ type: 'status', params: { is: 'pending' } }, 'requestReservations'],
      always: { guard: 'allReserved', target: 'awaitingPayment' },
      after: {
        reserveTimeoutMs: { target: 'compensating', actions: because('stock_timeout') },
      },
      on: {
        ...reviewBeforeShipping,
        'inventory.reserved': { actions: 'reserved' },
        'inventory.reserve.failed': { target: 'compensating', actions: ['refused', because('out_of_stock')] },
      },
    },

    awaitingPayment: {
      entry: [{ type: 'status', params: { is: 'awaiting_payment' } }, 'requestPayment', 'charging'],
      after: {
        paymentTimeoutMs: { target: 'compensating', actions: because('payment_timeout') },
      },
      on: {
        ...reviewBeforeShipping,
        'payment.processed': { target: 'committingStock', actions: 'paid' },
        'payment.failed': {
          target: 'compensating',
          actions: ['declined', { type: 'windUp', params: ({ event }) => ({ because: event.data.reason }) }],
        },
        // Money moved against a decline, and this news has overtaken the decline (P15).
        'payment.refund.failed': {
          target: 'compensating',
          actions: ['refundFailed', because('payment_unsettled')],
        },
      },
    },

    // The hold ends here: what is paid for is taken from the stock before review and shipping (P17).
    committingStock: {
      entry: ['requestCommitment', 'committing'],
      always: [
        { guard: 'committedButSuspicious', target: 'review' },
        { guard: 'allCommitted', target: 'confirmed' },
      ],
      after: {
        commitTimeoutMs: { target: 'compensating', actions: because('stock_timeout') },
      },
      on: {
        ...reviewBeforeShipping,
        'inventory.committed': { actions: 'committed' },
        'inventory.commit.failed': { target: 'compensating', actions: ['lost', because('out_of_stock')] },
      },
    },

    // No parcel leaves until an admin has decided; the decision has no time-out, the wait is visible.
    review: {
      entry: { type: 'status', params: { is: 'in_review' } },
      initial: 'beginning',
      on: {
        'order.cancel.requested': cancelled,
        'order.review.decided': [
          { guard: 'approves', actions: 'approved' },
          { guard: 'rejects', target: 'compensating', actions: 'rejected' },
        ],
      },
      states: {
        beginning: { always: [{ guard: 'parcelUnderWay', target: 'withdrawing' }, { target: 'deciding' }] },
        withdrawing: {
          entry: ['requestWithdrawal', 'withdrawing'],
          after: {
            withdrawTimeoutMs: { target: '#order.failed', actions: stuckAt('withdrawal_timeout') },
          },
          on: {
            'shipping.cancelled': { guard: 'thisParcel', target: 'deciding', actions: 'withdrawn' },
            'shipping.failed': { guard: 'thisParcel', target: 'deciding', actions: 'parcelFailed' },
          },
        },
        deciding: { always: { guard: 'approved', target: '#order.confirmed' } },
      },
    },

    confirmed: {
      entry: { type: 'status', params: { is: 'confirmed' } },
      initial: 'requestingParcel',
      on: {
        'order.cancel.requested': cancelled,
        'fraud.scored': { guard: 'suspicious', target: 'review', actions: 'flagged' },
      },
      states: {
        requestingParcel: {
          entry: ['nextParcel', 'announceConfirmed', 'requestShipment'],
          after: {
            shippingTimeoutMs: { target: '#order.compensating', actions: because('shipping_timeout') },
          },
          on: {
            'shipping.scheduled': { guard: 'thisParcel', target: '#order.processing', actions: 'scheduled' },
            'shipping.failed': refusedParcel,
          },
        },
        resting: { after: { shippingRetryMs: 'requestingParcel' } },
      },
    },

    processing: {
      entry: [{ type: 'status', params: { is: 'processing' } }, 'announceProcessing'],
      after: {
        dispatchTimeoutMs: { target: 'compensating', actions: because('dispatch_timeout') },
      },
      on: {
        'order.cancel.requested': cancelled,
        'fraud.scored': { guard: 'suspicious', target: 'review', actions: 'flagged' },
        'shipping.failed': refusedParcel,
      },
    },

    shipped: {
      entry: [{ type: 'status', params: { is: 'shipped' } }, 'announceShipped'],
      initial: 'underWay',
      on: {
        'order.cancel.requested': { actions: ['cancelAsked', 'tellTooLate', 'overtaken'] },
        'shipping.dispatched': [
          { guard: 'thisParcelStillUnnumbered', actions: ['dispatched', 'announceShipped'] },
          { guard: 'thisParcel', actions: 'dispatched' },
        ],
        'shipping.delivered': { guard: 'thisParcel', target: 'delivered', actions: 'delivered' },
        'shipping.failed': {
          guard: 'thisParcel',
          target: 'compensating',
          actions: ['parcelFailed', because('undeliverable')],
        },
      },
      states: {
        underWay: { after: { deliveryTimeoutMs: 'overdue' } },
        overdue: {},
      },
    },

    delivered: {
      meta: { role: 'done' },
      entry: [{ type: 'status', params: { is: 'delivered' } }, 'announceDelivered'],
      on: {
        'order.cancel.requested': { actions: ['cancelAsked', 'tellTooLate', 'overtaken'] },
        // The goods have arrived, so nothing is wound up: only the money goes back (S5).
        'order.refund.requested': {
          guard: 'paidOrRefundFailed',
          actions: ['refundAsked', 'requestRefund', 'refunding'],
        },
        'payment.refunded': [
          { guard: 'refundAwaited', actions: ['refunded', 'tellRefunded'] },
          { actions: 'refunded' },
        ],
        'payment.refund.failed': { guard: 'refundAwaited', actions: 'refundFailed' },
      },
    },

    // The order is being wound up; it keeps its public status until everything is settled.
    compensating: {
      meta: { role: 'compensation' },
      initial: 'beginning',
      always: { guard: 'settled', target: 'cancelled' },
      on: {
        ...undoing,
        'order.cancel.requested': { actions: 'cancelAsked' },
      },
      states: {
        beginning: { always: [{ guard: 'parcelUnderWay', target: 'withdrawing' }, { target: 'settling' }] },
        withdrawing: {
          entry: ['requestWithdrawal', 'withdrawing'],
          after: {
            withdrawTimeoutMs: { target: '#order.failed', actions: stuckAt('withdrawal_timeout') },
          },
          on: {
            'shipping.cancelled': { guard: 'thisParcel', target: 'settling', actions: 'withdrawn' },
            'shipping.failed': { guard: 'thisParcel', target: 'settling', actions: 'parcelFailed' },
          },
        },
        settling: {
          entry: ['requestReleases', 'releasing', 'requestRefund', 'refunding'],
          after: {
            settleTimeoutMs: { target: '#order.failed', actions: stuckAt('settlement_timeout') },
          },
          on: {
            'payment.refund.failed': [
              { guard: 'refundMayBeTriedAgain', target: 'resting', actions: 'refundFailed' },
              { target: '#order.failed', actions: ['refundFailed', stuckAt('refund_failed')] },
            ],
          },
        },
        resting: { after: { refundRetryMs: 'settling' } },
      },
    },

    cancelled: {
      meta: { role: 'undone' },
      entry: ['announceCancelled', { type: 'status', params: { is: 'cancelled' } }],
      on: undoing,
    },

    // An operator must look; asking for the cancellation once more tries again what got stuck.
    failed: {
      meta: { role: 'stuck' },
      entry: ['announceFailed', { type: 'status', params: { is: 'failed' } }],
      exit: 'unstuck',
      always: { guard: 'settled', target: 'cancelled' },
      on: {
        ...undoing,
        'order.cancel.requested': cancelled,
        'payment.refund.failed': { actions: 'refundFailed' },
        'payment.refunded': [{ guard: 'doubtfulRefund', target: 'compensating' }, { actions: 'refunded' }],
        'shipping.cancelled': [
          { guard: 'thisParcelOfOrderWoundUp', target: 'compensating', actions: 'withdrawn' },
          { guard: 'thisParcelMayLeave', target: 'review', actions: 'withdrawn' },
        ],
        'shipping.failed': [
          { guard: 'thisParcelOfOrderWoundUp', target: 'compensating', actions: 'parcelFailed' },
          { guard: 'thisParcelMayLeave', target: 'review', actions: 'parcelFailed' },
        ],
      },
    },
  },
});
