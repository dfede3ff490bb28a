import type { Scene } from './scenes.ts';

/**
 * What an order answers in every state to every message: written down, not derived, so that no change of the machine
 * goes unseen. In `moves`: the state after, and what is sent; timers are `after <delay>`. What it `learns` changes
 * facts only, what it `ignores` changes nothing. `approve` and `reject` are an admin's decisions; messages are about
 * the order's one line and its current parcel, a fraud score is a high one.
 */
export interface Answers {
  readonly moves: Readonly<Record<string, string>>;
  readonly learns: readonly string[];
  readonly ignores: readonly string[];
}

export const answers: Readonly<Record<Scene, Answers>> = {
  pending: {
    moves: {
      'inventory.reserved': 'awaitingPayment < payment.requested',
      'inventory.reserve.failed': 'cancelled < order.cancelled',
      'order.cancel.requested': 'compensating.settling < inventory.release.requested',
      'after reserveTimeoutMs': 'compensating.settling < inventory.release.requested',
    },
    learns: words`payment.refunded payment.disputed fraud.scored`,
    ignores: words`
      inventory.committed inventory.commit.failed inventory.released payment.processed payment.failed
      payment.refund.failed shipping.scheduled shipping.dispatched shipping.progressed
      shipping.delivered shipping.failed shipping.cancelled shipping.cancel.refused approve reject
      order.refund.requested`,
  },
  awaitingPayment: {
    moves: {
      'payment.processed': 'committingStock < inventory.commit.requested',
      'payment.failed': 'compensating.settling < inventory.release.requested',
      'payment.refund.failed':
        'compensating.settling < inventory.release.requested, payment.refund.requested',
      'order.cancel.requested':
        'compensating.settling < inventory.release.requested, payment.refund.requested',
      'after paymentTimeoutMs':
        'compensating.settling < inventory.release.requested, payment.refund.requested',
    },
    learns: words`payment.refunded payment.disputed fraud.scored`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      inventory.released shipping.scheduled shipping.dispatched
      shipping.progressed shipping.delivered shipping.failed shipping.cancelled
      shipping.cancel.refused approve reject
      order.refund.requested`,
  },
  committingStock: {
    moves: {
      'inventory.committed': 'confirmed.requestingParcel < order.confirmed, shipping.requested',
      'inventory.commit.failed': 'compensating.settling < payment.refund.requested',
      'order.cancel.requested':
        'compensating.settling < inventory.release.requested, payment.refund.requested',
      'after commitTimeoutMs':
        'compensating.settling < inventory.release.requested, payment.refund.requested',
    },
    learns: words`payment.refunded payment.disputed fraud.scored`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.released payment.processed payment.failed
      payment.refund.failed shipping.scheduled shipping.dispatched shipping.progressed
      shipping.delivered shipping.failed shipping.cancelled shipping.cancel.refused approve reject
      order.refund.requested`,
  },
  'confirmed.requestingParcel': {
    moves: {
      'shipping.scheduled': 'processing < order.processing',
      'shipping.dispatched': 'shipped.underWay < order.shipped',
      'shipping.delivered': 'delivered < order.delivered',
      'shipping.failed': 'confirmed.resting',
      'fraud.scored': 'review.withdrawing < shipping.cancel.requested',
      'order.cancel.requested': 'compensating.withdrawing < shipping.cancel.requested',
      'after shippingTimeoutMs': 'compensating.withdrawing < shipping.cancel.requested',
    },
    learns: words`payment.refunded payment.disputed shipping.progressed`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      inventory.released payment.processed payment.failed payment.refund.failed shipping.cancelled
      shipping.cancel.refused approve reject
      order.refund.requested`,
  },
  'confirmed.resting': {
    moves: {
      'fraud.scored': 'review.deciding',
      'order.cancel.requested':
        'compensating.settling < inventory.release.requested, payment.refund.requested',
      'after shippingRetryMs': 'confirmed.requestingParcel < shipping.requested',
    },
    learns: words`payment.refunded payment.disputed shipping.scheduled shipping.progressed`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      inventory.released payment.processed payment.failed payment.refund.failed shipping.dispatched
      shipping.delivered shipping.failed shipping.cancelled shipping.cancel.refused approve reject
      order.refund.requested`,
  },
  processing: {
    moves: {
      'shipping.dispatched': 'shipped.underWay < order.shipped',
      'shipping.delivered': 'delivered < order.delivered',
      'shipping.failed': 'confirmed.resting',
      'fraud.scored': 'review.withdrawing < shipping.cancel.requested',
      'order.cancel.requested': 'compensating.withdrawing < shipping.cancel.requested',
      'after dispatchTimeoutMs': 'compensating.withdrawing < shipping.cancel.requested',
    },
    learns: words`payment.refunded payment.disputed shipping.scheduled shipping.progressed`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      inventory.released payment.processed payment.failed payment.refund.failed shipping.cancelled
      shipping.cancel.refused approve reject
      order.refund.requested`,
  },
  'review.withdrawing': {
    moves: {
      'shipping.dispatched': 'shipped.underWay < order.shipped',
      'shipping.delivered': 'delivered < order.delivered',
      'shipping.failed': 'review.deciding',
      'shipping.cancelled': 'review.deciding',
      'shipping.cancel.refused': 'shipped.underWay < order.shipped',
      'order.cancel.requested': 'compensating.withdrawing',
      reject: 'compensating.withdrawing',
      'after withdrawTimeoutMs': 'failed < order.failed',
    },
    learns: words`payment.refunded payment.disputed shipping.scheduled shipping.progressed approve`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      inventory.released payment.processed payment.failed payment.refund.failed fraud.scored
      order.refund.requested`,
  },
  'review.deciding': {
    moves: {
      'order.cancel.requested':
        'compensating.settling < inventory.release.requested, payment.refund.requested',
      approve: 'confirmed.requestingParcel < order.confirmed, shipping.requested',
      reject: 'compensating.settling < inventory.release.requested, payment.refund.requested',
    },
    learns: words`payment.refunded payment.disputed`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      inventory.released payment.processed payment.failed payment.refund.failed shipping.scheduled
      shipping.dispatched shipping.progressed shipping.delivered shipping.failed shipping.cancelled
      shipping.cancel.refused fraud.scored
      order.refund.requested`,
  },
  'shipped.underWay': {
    moves: {
      'shipping.delivered': 'delivered < order.delivered',
      'shipping.failed': 'compensating.settling < inventory.release.requested, payment.refund.requested',
      'order.cancel.requested': 'shipped.underWay < notification.requested',
      'after deliveryTimeoutMs': 'shipped.overdue',
    },
    learns: words`payment.refunded payment.disputed shipping.scheduled shipping.dispatched shipping.progressed`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      inventory.released payment.processed payment.failed payment.refund.failed shipping.cancelled
      shipping.cancel.refused fraud.scored approve reject
      order.refund.requested`,
  },
  'shipped.overdue': {
    moves: {
      'shipping.delivered': 'delivered < order.delivered',
      'shipping.failed': 'compensating.settling < inventory.release.requested, payment.refund.requested',
      'order.cancel.requested': 'shipped.overdue < notification.requested',
    },
    learns: words`payment.refunded payment.disputed shipping.scheduled shipping.dispatched shipping.progressed`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      inventory.released payment.processed payment.failed payment.refund.failed shipping.cancelled
      shipping.cancel.refused fraud.scored approve reject
      order.refund.requested`,
  },
  delivered: {
    moves: {
      'order.cancel.requested': 'delivered < notification.requested',
      'order.refund.requested': 'delivered < payment.refund.requested',
    },
    learns: words`payment.refunded payment.disputed shipping.scheduled shipping.progressed`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      inventory.released payment.processed payment.failed payment.refund.failed shipping.dispatched
      shipping.delivered shipping.failed shipping.cancelled shipping.cancel.refused fraud.scored
      approve reject`,
  },
  'delivered, refunding': {
    moves: {
      'order.cancel.requested': 'delivered < notification.requested',
      'payment.refunded': 'delivered < notification.requested',
    },
    learns: words`payment.refund.failed payment.disputed shipping.scheduled shipping.progressed`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      inventory.released payment.processed payment.failed shipping.dispatched shipping.delivered
      shipping.failed shipping.cancelled shipping.cancel.refused fraud.scored approve reject
      order.refund.requested`,
  },
  'delivered, refund refused': {
    moves: {
      'order.cancel.requested': 'delivered < notification.requested',
      'order.refund.requested': 'delivered < payment.refund.requested',
    },
    learns: words`payment.refunded payment.disputed shipping.scheduled shipping.progressed`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      inventory.released payment.processed payment.failed payment.refund.failed shipping.dispatched
      shipping.delivered shipping.failed shipping.cancelled shipping.cancel.refused fraud.scored
      approve reject`,
  },
  'compensating.withdrawing': {
    moves: {
      'shipping.dispatched': 'shipped.underWay < notification.requested, order.shipped',
      'shipping.delivered': 'delivered < notification.requested, order.delivered',
      'shipping.failed': 'compensating.settling < inventory.release.requested, payment.refund.requested',
      'shipping.cancelled': 'compensating.settling < inventory.release.requested, payment.refund.requested',
      'shipping.cancel.refused': 'shipped.underWay < notification.requested, order.shipped',
      'after withdrawTimeoutMs': 'failed < order.failed',
    },
    learns: words`
      inventory.released payment.processed payment.refunded payment.disputed shipping.scheduled
      shipping.progressed order.cancel.requested`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      payment.failed payment.refund.failed fraud.scored approve reject
      order.refund.requested`,
  },
  'compensating.settling': {
    moves: {
      'payment.refund.failed': 'compensating.resting',
      'after settleTimeoutMs': 'failed < order.failed',
    },
    learns: words`inventory.released payment.processed payment.refunded payment.disputed order.cancel.requested`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      payment.failed shipping.scheduled shipping.dispatched shipping.progressed shipping.delivered
      shipping.failed shipping.cancelled shipping.cancel.refused fraud.scored approve reject
      order.refund.requested`,
  },
  'compensating.resting': {
    moves: {
      'after refundRetryMs': 'compensating.settling < payment.refund.requested',
    },
    learns: words`inventory.released payment.processed payment.refunded payment.disputed order.cancel.requested`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      payment.failed payment.refund.failed shipping.scheduled shipping.dispatched shipping.progressed
      shipping.delivered shipping.failed shipping.cancelled shipping.cancel.refused fraud.scored
      approve reject
      order.refund.requested`,
  },
  'cancelled, never charged': {
    moves: {
      'inventory.reserved': 'compensating.settling < inventory.release.requested',
      'inventory.committed': 'compensating.settling < inventory.release.requested',
      'payment.processed': 'compensating.settling < payment.refund.requested',
      'payment.refund.failed': 'compensating.settling < payment.refund.requested',
    },
    learns: words`inventory.released payment.refunded payment.disputed`,
    ignores: words`
      inventory.reserve.failed inventory.commit.failed payment.failed shipping.scheduled
      shipping.dispatched shipping.progressed shipping.delivered shipping.failed shipping.cancelled
      shipping.cancel.refused fraud.scored order.cancel.requested approve reject
      order.refund.requested`,
  },
  'cancelled, refunded': {
    moves: {
      'inventory.reserved': 'compensating.settling < inventory.release.requested',
      'inventory.committed': 'compensating.settling < inventory.release.requested',
    },
    learns: words`inventory.released payment.processed payment.refunded payment.disputed`,
    ignores: words`
      inventory.reserve.failed inventory.commit.failed payment.failed payment.refund.failed
      shipping.scheduled shipping.dispatched shipping.progressed shipping.delivered shipping.failed
      shipping.cancelled shipping.cancel.refused fraud.scored order.cancel.requested approve reject
      order.refund.requested`,
  },
  'failed, settling': {
    moves: {
      'order.cancel.requested': 'compensating.settling',
    },
    learns: words`inventory.released payment.processed payment.refunded payment.refund.failed payment.disputed`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      payment.failed shipping.scheduled shipping.dispatched shipping.progressed shipping.delivered
      shipping.failed shipping.cancelled shipping.cancel.refused fraud.scored approve reject
      order.refund.requested`,
  },
  'failed, withdrawing to cancel': {
    moves: {
      'shipping.dispatched': 'shipped.underWay < notification.requested, order.shipped',
      'shipping.delivered': 'delivered < notification.requested, order.delivered',
      'shipping.failed': 'compensating.settling < inventory.release.requested, payment.refund.requested',
      'shipping.cancelled': 'compensating.settling < inventory.release.requested, payment.refund.requested',
      'shipping.cancel.refused': 'shipped.underWay < notification.requested, order.shipped',
      'order.cancel.requested': 'compensating.withdrawing',
    },
    learns: words`
      inventory.released payment.processed payment.refunded payment.refund.failed payment.disputed
      shipping.scheduled shipping.progressed`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      payment.failed fraud.scored approve reject
      order.refund.requested`,
  },
  'failed, withdrawing for review': {
    moves: {
      'shipping.dispatched': 'shipped.underWay < order.shipped',
      'shipping.delivered': 'delivered < order.delivered',
      'shipping.failed': 'review.deciding',
      'shipping.cancelled': 'review.deciding',
      'shipping.cancel.refused': 'shipped.underWay < order.shipped',
      'order.cancel.requested': 'compensating.withdrawing',
    },
    learns: words`
      inventory.released payment.processed payment.refunded payment.refund.failed payment.disputed
      shipping.scheduled shipping.progressed`,
    ignores: words`
      inventory.reserved inventory.reserve.failed inventory.committed inventory.commit.failed
      payment.failed fraud.scored approve reject
      order.refund.requested`,
  },
};

function words(text: TemplateStringsArray): readonly string[] {
  return text.join('').trim().split(/\s+/);
}
