import type { Draft } from '../../core/engine/behaviour.ts';
import type { DataOf, MessageType } from '../../core/messages/catalogue.ts';
import { chargeKey, shipmentKey } from './context.ts';
import type { CancelRequest, Line, OrderContext } from './context.ts';
import { needsRefund, needsRelease, unsettled } from './guards.ts';

/*
 * What the saga's actions send. An effect sees the facts as they are at its place in the list of actions, and may
 * find that nothing is left to ask for: entering a state twice never asks twice.
 */

/** Why stock, money or a parcel is asked back when the order itself has no reason yet. */
const HELD_FOR_REVIEW = 'held for review';

export const orderEffects = {
  requestReservations: ({ orderId, lines }: OrderContext): readonly Draft[] =>
    lines.map(({ sku, quantity }) => ask('inventory.reserve.requested', sku, { orderId, sku, quantity })),

  requestPayment: (context: OrderContext): readonly Draft[] => [
    ask(
      'payment.requested',
      context.orderId,
      Object.assign(charge(context), { userId: context.userId, method: context.paymentMethod }),
    ),
  ],

  requestCommitment: ({ orderId, lines }: OrderContext): readonly Draft[] =>
    lines.map(({ sku, quantity }) => ask('inventory.commit.requested', sku, { orderId, sku, quantity })),

  /** Also to SKUs that have not answered yet: there it leaves a tombstone for the late request (P16). */
  requestReleases: (context: OrderContext): readonly Draft[] =>
    context.lines
      .filter(needsRelease)
      .map((line) => ask('inventory.release.requested', line.sku, release(context, line))),

  /** Also while the charge is unanswered: where no money has moved it leaves a void mark (P15). */
  requestRefund: (context: OrderContext): readonly Draft[] =>
    needsRefund(context)
      ? [ask('payment.refund.requested', context.orderId, { ...charge(context), reason: reasonOf(context) })]
      : [],

  requestShipment: (context: OrderContext): readonly Draft[] => [
    ask('shipping.requested', context.orderId, {
      orderId: context.orderId,
      shipmentKey: shipmentKey(context),
      userId: context.userId,
      address: context.shippingAddress,
      items: context.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    }),
  ],

  requestWithdrawal: (context: OrderContext): readonly Draft[] =>
    context.shipment.state === 'withdrawing'
      ? []
      : [
          ask('shipping.cancel.requested', context.orderId, {
            orderId: context.orderId,
            shipmentKey: shipmentKey(context),
            reason: reasonOf(context),
          }),
        ],

  /** With the first parcel only: a second one confirms nothing new. */
  announceConfirmed: (context: OrderContext): readonly Draft[] =>
    context.shipment.number === 1 ? [tell('order.confirmed', context.orderId, orderFacts(context))] : [],

  announceProcessing: (context: OrderContext): readonly Draft[] => {
    const { tracking, estimatedDeliveryAt } = context.shipment;
    if (tracking === null || estimatedDeliveryAt === null) return [];
    return [
      tell(
        'order.processing',
        context.orderId,
        Object.assign(orderFacts(context), tracking, { estimatedDeliveryAt }),
      ),
    ];
  },

  /** A refused withdrawal may be the first word of a dispatch; then the parcel's number comes with the next. */
  announceShipped: (context: OrderContext): readonly Draft[] =>
    context.shipment.tracking === null
      ? []
      : [tell('order.shipped', context.orderId, { ...orderFacts(context), ...context.shipment.tracking })],

  announceDelivered: (context: OrderContext): readonly Draft[] => [
    tell('order.delivered', context.orderId, orderFacts(context)),
  ],

  /** Once: an order that settles something late was cancelled before. */
  announceCancelled: (context: OrderContext): readonly Draft[] =>
    context.status === 'cancelled'
      ? []
      : [
          tell('order.cancelled', context.orderId, {
            ...orderFacts(context),
            reason: reasonOf(context),
            refundedCents: context.payment.refundedCents,
          }),
        ],

  announceFailed: (context: OrderContext): readonly Draft[] => [
    tell('order.failed', context.orderId, {
      ...orderFacts(context),
      reason: context.failure ?? reasonOf(context),
      unsettled: [...unsettled(context)],
    }),
  ],

  /** A person asked for a cancellation that dispatch has overtaken (P18). */
  tellTooLate: (context: OrderContext): readonly Draft[] =>
    context.cancelRequest === null || context.cancelRequest.tooLate
      ? []
      : [tell('notification.requested', context.orderId, tooLateLetter(context, context.cancelRequest))],

  tellRefunded: (context: OrderContext): readonly Draft[] => [
    tell('notification.requested', context.orderId, refundLetter(context)),
  ],
};

/** A request: sent again until it is answered (P14). */
function ask<Type extends MessageType>(type: Type, subject: string, data: DataOf<Type>): Draft {
  return { type, subject, data, awaitsAnswer: true };
}

function tell<Type extends MessageType>(type: Type, subject: string, data: DataOf<Type>): Draft {
  return { type, subject, data };
}

function charge(context: OrderContext): {
  orderId: string;
  chargeKey: string;
  amountCents: number;
  currency: string;
} {
  const { orderId, totalCents, currency } = context;
  return { orderId, chargeKey: chargeKey(context), amountCents: totalCents, currency };
}

function release(context: OrderContext, { sku, quantity }: Line): DataOf<'inventory.release.requested'> {
  return { orderId: context.orderId, sku, quantity, reason: reasonOf(context) };
}

function reasonOf({ cancelReason, refundReason }: OrderContext): string {
  return cancelReason ?? refundReason ?? HELD_FOR_REVIEW;
}

function orderFacts(context: OrderContext): DataOf<'order.confirmed'> {
  const { orderId, userId, email, customerName, totalCents, currency } = context;
  return { orderId, userId, email, customerName, totalCents, currency };
}

function tooLateLetter(context: OrderContext, request: CancelRequest): DataOf<'notification.requested'> {
  const { orderId, userId, email, customerName } = context;
  return {
    userId,
    email,
    channel: 'email',
    subject: `Order ${orderId} can't be cancelled any more`,
    text:
      `Hello ${customerName},\n\n${cancellation(request, context)} came after its parcel had left. ` +
      'You can send it back once it has arrived.',
    orderId,
  };
}

function refundLetter(context: OrderContext): DataOf<'notification.requested'> {
  const { orderId, userId, email, customerName, currency, payment } = context;
  const amount = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  const minorUnits = 10 ** (amount.resolvedOptions().maximumFractionDigits ?? 2);
  return {
    userId,
    email,
    channel: 'email',
    subject: `We have refunded your order ${orderId}`,
    text:
      `Hello ${customerName},\n\nwe have refunded ${amount.format(payment.refundedCents / minorUnits)} for your ` +
      `order ${orderId} the way you paid.`,
    orderId,
  };
}

/** The request as its letter names it: whose it was and when it was made. */
function cancellation({ requestedBy, at }: CancelRequest, { orderId, userId }: OrderContext): string {
  const whose = requestedBy === null || requestedBy === userId ? 'your' : "our team's";
  const when = at === null ? '' : ` of ${at.slice(0, 10)}, ${at.slice(11, 16)} UTC,`;
  return `${whose} request${when} to cancel order ${orderId}`;
}
