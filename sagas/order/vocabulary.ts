import { assign, setup } from 'xstate';
import type { OrderStatus } from '../../core/messages/status.ts';
import type { OrderInput } from '../../core/messages/order-input.ts';
import type { OrderContext, OrderEvent } from './context.ts';
import * as facts from './facts.ts';
import * as guards from './guards.ts';

/**
 * The words the order saga is told in: its delays, its guards (guards.ts) and its actions. The actions named
 * request…, announce… and tell… are messages (effects.ts); all others change facts (facts.ts).
 */
export const order = setup({
  types: { context: {} as OrderContext, events: {} as OrderEvent, input: {} as OrderInput },
  delays: {
    reserveTimeoutMs: ({ context }) => context.policy.reserveTimeoutMs,
    paymentTimeoutMs: ({ context }) => context.policy.paymentTimeoutMs,
    commitTimeoutMs: ({ context }) => context.policy.commitTimeoutMs,
    shippingTimeoutMs: ({ context }) => context.policy.shippingTimeoutMs,
    shippingRetryMs: ({ context }) => context.policy.shippingRetryMs,
    dispatchTimeoutMs: ({ context }) => context.policy.dispatchTimeoutMs,
    deliveryTimeoutMs: ({ context }) => context.policy.deliveryTimeoutMs,
    withdrawTimeoutMs: ({ context }) => context.policy.withdrawTimeoutMs,
    settleTimeoutMs: ({ context }) => context.policy.settleTimeoutMs,
    refundRetryMs: ({ context }) => context.policy.refundRetryMs,
  },
  guards: {
    allReserved: ({ context }) => guards.allLines(context, 'reserved'),
    allCommitted: ({ context }) => guards.allLines(context, 'committed'),
    committedButSuspicious: ({ context }) =>
      guards.allLines(context, 'committed') && context.review === 'flagged',
    suspicious: ({ context, event }) => guards.suspicious(context, event),
    approves: ({ context, event }) => guards.decides(context, event, 'approve'),
    rejects: ({ context, event }) => guards.decides(context, event, 'reject'),
    approved: ({ context }) => context.review === 'approved',
    parcelUnderWay: ({ context }) => guards.parcelUnderWay(context),
    thisParcel: ({ context, event }) => guards.currentParcel(context, event),
    thisParcelMayLeave: ({ context, event }) =>
      guards.currentParcel(context, event) && guards.parcelUnderWay(context),
    thisParcelOfOrderWoundUp: ({ context, event }) =>
      guards.currentParcel(context, event) && guards.parcelUnderWay(context) && context.cancelReason !== null,
    thisParcelCantBeWithdrawn: ({ context, event }) =>
      guards.currentParcel(context, event) && context.shipment.state === 'withdrawing',
    thisParcelStillUnnumbered: ({ context, event }) =>
      guards.currentParcel(context, event) && context.shipment.tracking === null,
    thisParcelMayBeTriedAgain: ({ context, event }) =>
      guards.currentParcel(context, event) &&
      context.shipment.failures + 1 < context.policy.shipmentFailuresMax,
    lateStock: ({ context, event }) => guards.lateStock(context, event),
    lateCharge: ({ context, event }) => guards.lateCharge(context, event),
    lateRefundFailure: ({ context, event }) => guards.lateRefundFailure(context, event),
    doubtfulRefund: ({ context, event }) => guards.doubtfulRefund(context, event),
    refundMayBeTriedAgain: ({ context }) =>
      context.payment.refundFailures + 1 < context.policy.refundFailuresMax,
    paidOrRefundFailed: ({ context }) =>
      context.payment.state === 'paid' || context.payment.state === 'refundFailed',
    refundAwaited: ({ context }) => context.payment.state === 'refunding',
    settled: ({ context }) => guards.unsettled(context).length === 0,
  },
  actions: {
    // Messages: what they send stands in effects.ts.
    requestReservations: () => undefined,
    requestPayment: () => undefined,
    requestCommitment: () => undefined,
    requestReleases: () => undefined,
    requestRefund: () => undefined,
    requestShipment: () => undefined,
    requestWithdrawal: () => undefined,
    announceConfirmed: () => undefined,
    announceProcessing: () => undefined,
    announceShipped: () => undefined,
    announceDelivered: () => undefined,
    announceCancelled: () => undefined,
    announceFailed: () => undefined,
    tellTooLate: () => undefined,
    tellRefunded: () => undefined,
    // Facts.
    status: assign((_, { is }: { is: OrderStatus }) => ({ status: is })),
    windUp: assign(({ context }, { because }: { because: string }) => ({
      cancelReason: context.cancelReason ?? because,
    })),
    stuck: assign((_, { at }: { at: string }) => ({ failure: at })),
    reserved: assign(({ context, event }) => facts.reserved(context, event)),
    refused: assign(({ context, event }) => facts.refused(context, event)),
    committing: assign(({ context }) => facts.committing(context)),
    committed: assign(({ context, event }) => facts.committed(context, event)),
    lost: assign(({ context, event }) => facts.lost(context, event)),
    releasing: assign(({ context }) => facts.releasing(context)),
    released: assign(({ context, event }) => facts.released(context, event)),
    heldAfterAll: assign(({ context, event }) => facts.heldAfterAll(context, event)),
    charging: assign(({ context }) => facts.charging(context)),
    paid: assign(({ context, event }) => facts.paid(context, event)),
    transaction: assign(({ context, event }) => facts.transaction(context, event)),
    declined: assign(({ context, event }) => facts.declined(context, event)),
    refunding: assign(({ context }) => facts.refunding(context)),
    refunded: assign(({ context, event }) => facts.refunded(context, event)),
    refundFailed: assign(({ context, event }) => facts.refundFailed(context, event)),
    refundAsked: assign(({ context, event }) => facts.refundAsked(context, event)),
    disputed: assign(({ context, event }) => facts.disputed(context, event)),
    nextParcel: assign(({ context }) => facts.nextParcel(context)),
    scheduled: assign(({ context, event }) => facts.scheduled(context, event)),
    dispatched: assign(({ context, event }) => facts.dispatched(context, event)),
    progressed: assign(({ context, event }) => facts.progressed(context, event)),
    delivered: assign(({ context, event }) => facts.delivered(context, event)),
    parcelFailed: assign(({ context }) => facts.parcelFailed(context)),
    withdrawing: assign(({ context }) => facts.withdrawing(context)),
    withdrawn: assign(({ context }) => facts.withdrawn(context)),
    flagged: assign(({ context, event }) => facts.flagged(context, event)),
    approved: assign({ review: 'approved' }),
    rejected: assign(({ context, event }) => facts.rejected(context, event)),
    cancelAsked: assign(({ context, event }) => facts.cancelAsked(context, event)),
    overtaken: assign(({ context }) => facts.overtaken(context)),
    unstuck: assign(({ context }) => facts.unstuck(context)),
  },
});
