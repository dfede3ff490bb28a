import { assert } from '../../../core/kernel/assert.ts';
import type { OrderView, SagaLogEntry } from '../../../core/services/orders/ports.ts';

/** A message the saga handled, and where it led. */
interface Step {
  readonly type: string;
  readonly to: string;
  readonly data: object;
  /** ISO 8601, where the order says when it was; else it follows what came before. */
  readonly at?: string | undefined;
}

/** Between two steps whose times nobody wrote down. */
const STEP_MS = 400;

/**
 * The log of a seeded order, derived from its row: ten million of them would be a hundred million rows that all say what
 * the order says. `seq` counts from 1 to the order's version.
 */
export function storyLog(order: OrderView): readonly SagaLogEntry[] {
  const steps = [placed(order), ...stepsAfter(order)];
  assert(steps.length === order.version, 'a seeded order has as many log entries as it says');
  const endMs = Date.parse(order.updatedAt);
  let from = '';
  let atMs = Date.parse(order.createdAt);
  return steps.map(({ type, to, data, at }, index) => {
    if (index > 0) atMs = Math.min(endMs, at === undefined ? atMs + STEP_MS : Date.parse(at));
    const entry: SagaLogEntry = {
      seq: index + 1,
      messageId: `${order.id}/${String(index + 1)}`,
      type,
      causationId: index === 0 ? null : `${order.id}/${String(index)}`,
      from,
      to,
      at: new Date(atMs).toISOString(),
      detail: { data },
    };
    from = to;
    return entry;
  });
}

function stepsAfter(order: OrderView): readonly Step[] {
  const { status, sagaState, shipment, payment, reason } = order;
  if (status === 'pending') return [];
  if (reason === 'out_of_stock') return soldOut(order);
  const reserved = perLine(order, 'inventory.reserved', 'pending', 'awaitingPayment');
  if (status === 'awaiting_payment') return reserved;
  if (payment.status === 'failed') {
    const declined: Step = {
      type: 'payment.failed',
      to: 'compensating.settling',
      data: { reason: payment.reason },
    };
    return [...reserved, declined, ...released(order, 'cancelled')];
  }
  const paid = [
    ...reserved,
    { type: 'payment.processed', to: 'committingStock', data: moneyOf(order) },
    ...perLine(order, 'inventory.committed', 'committingStock', 'confirmed.requestingParcel'),
  ];
  if (status === 'in_review') return [...paid, { type: 'fraud.scored', to: sagaState, data: { score: 91 } }];
  if (status === 'cancelled' || status === 'failed') return [...paid, ...takenBack(order)];
  const parcel = { trackingNumber: shipment?.trackingNumber, carrier: shipment?.carrier };
  const journey: readonly Step[] = [
    { type: 'shipping.scheduled', to: 'processing', data: parcel },
    { type: 'shipping.dispatched', to: 'shipped.underWay', data: parcel, at: shipment?.dispatchedAt },
    { type: 'shipping.delivered', to: 'delivered', data: parcel, at: shipment?.deliveredAt },
  ];
  const done = ['confirmed', 'processing', 'shipped', 'delivered'].indexOf(status);
  return [...paid, ...journey.slice(0, done)];
}

function placed(order: OrderView): Step {
  const { userId, totalCents, currency } = order;
  return { type: 'order.placed', to: 'pending', data: { orderId: order.id, userId, totalCents, currency } };
}

/** A message per line; the last one leads on. */
function perLine({ id, items }: OrderView, type: string, within: string, to: string): readonly Step[] {
  return items.map(({ sku, quantity }, index) => ({
    type,
    to: index === items.length - 1 ? to : within,
    data: { orderId: id, sku, quantity },
  }));
}

/** All lines but the last were there, and go back. */
function soldOut(order: OrderView): readonly Step[] {
  const there = { ...order, items: order.items.slice(0, -1) };
  const last = order.items.at(-1);
  return [
    ...perLine(there, 'inventory.reserved', 'pending', 'pending'),
    {
      type: 'inventory.reserve.failed',
      to: there.items.length === 0 ? 'cancelled' : 'compensating.settling',
      data: { orderId: order.id, sku: last?.sku, reason: 'out_of_stock' },
    },
    ...released(there, 'cancelled'),
  ];
}

function released(order: OrderView, to: string): readonly Step[] {
  return perLine(order, 'inventory.released', 'compensating.settling', to);
}

/** Stock first, then the money, which for a failed order stayed. */
function takenBack(order: OrderView): readonly Step[] {
  const { reason, sagaState } = order;
  const asked: readonly Step[] =
    reason === 'rejected in review'
      ? [
          { type: 'fraud.scored', to: 'review.deciding', data: { score: 91 } },
          { type: 'order.review.decided', to: 'compensating.settling', data: { decision: 'reject', reason } },
        ]
      : [{ type: 'order.cancel.requested', to: 'compensating.settling', data: { reason } }];
  const type = order.status === 'failed' ? 'payment.refund.failed' : 'payment.refunded';
  return [
    ...asked,
    ...released(order, 'compensating.settling'),
    { type, to: sagaState, data: moneyOf(order), at: order.updatedAt },
  ];
}

function moneyOf({ id, totalCents, currency, payment }: OrderView): object {
  return {
    orderId: id,
    chargeKey: id,
    amountCents: totalCents,
    currency,
    transactionId: payment.transactionId,
  };
}
