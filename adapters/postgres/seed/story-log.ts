import { TIMER_FIRED } from '../../../core/engine/behaviour.ts';
import { assert } from '../../../core/kernel/assert.ts';
import type { OrderView, SagaLogEntry } from '../../../core/services/orders/ports.ts';

/** A message the saga handled, and where it led. */
interface Step {
  readonly type: string;
  readonly to: string;
  readonly data: object;
  /** ISO 8601, where the order says when it was; else it follows what came before. */
  readonly at?: string | undefined;
  /** Since what came before, where that was not STEP_MS. */
  readonly afterMs?: number;
}

/** Between two steps whose times nobody wrote down. */
const STEP_MS = 400;
const RESERVATION_HOLD_MS = 600_000;
const REFUND_RETRY_MS = 60_000;
const REFUNDS_TRIED = 5;
/** Of orders that looked suspicious. */
const SUSPICIOUS = { score: 91, reasons: ['far from where this customer usually orders to'] } as const;

/**
 * The log of a seeded order, derived from its row: ten million of them would be a hundred million rows that all say what
 * the order says. `seq` counts from 1 to the order's version. The saga's machine, told the same, goes the same way.
 */
export function storyLog(order: OrderView): readonly SagaLogEntry[] {
  const steps = [placed(order), ...stepsAfter(order, linesOf(order))];
  assert(steps.length === order.version, 'a seeded order has as many log entries as it says');
  const endMs = Date.parse(order.updatedAt);
  let from = '';
  let atMs = Date.parse(order.createdAt);
  return steps.map(({ type, to, data, at, afterMs = STEP_MS }, index) => {
    if (index > 0) atMs = Math.min(endMs, at === undefined ? atMs + afterMs : Date.parse(at));
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

interface Line {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
}

/** As a saga knows them: lines of one SKU added up. */
export function linesOf({ id, items }: OrderView): readonly Line[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of items) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].map(([sku, quantity]) => ({ orderId: id, sku, quantity }));
}

function stepsAfter(order: OrderView, lines: readonly Line[]): readonly Step[] {
  const { status, shipment, payment, reason } = order;
  if (status === 'pending') return [];
  if (reason === 'out_of_stock') return soldOut(order, lines);
  const all = reserved(order, lines, 'awaitingPayment');
  if (status === 'awaiting_payment') return all;
  if (payment.status === 'failed') {
    const declined: Step = {
      type: 'payment.failed',
      to: 'compensating.settling',
      data: { ...chargeOf(order), reason: payment.reason },
    };
    return [...all, declined, ...released(lines, 'cancelled')];
  }
  const paid: readonly Step[] = [
    ...all,
    {
      type: 'payment.processed',
      to: 'committingStock',
      data: { ...chargeOf(order), transactionId: payment.transactionId },
    },
  ];
  if (status === 'in_review') return [...paid, ...reviewed(lines)];
  if (status === 'cancelled' || status === 'failed') return [...paid, ...takenBack(order, lines)];
  const parcel = {
    orderId: order.id,
    shipmentKey: `${order.id}/1`,
    trackingNumber: shipment?.trackingNumber,
    carrier: shipment?.carrier,
  };
  const journey: readonly Step[] = [
    {
      type: 'shipping.scheduled',
      to: 'processing',
      data: { ...parcel, estimatedDeliveryAt: shipment?.estimatedDeliveryAt },
    },
    moved('shipping.dispatched', 'shipped.underWay', parcel, shipment?.dispatchedAt),
    moved('shipping.delivered', 'delivered', parcel, shipment?.deliveredAt),
  ];
  const done = ['confirmed', 'processing', 'shipped', 'delivered'].indexOf(status);
  return [...paid, ...committed(lines, 'confirmed.requestingParcel'), ...journey.slice(0, done)];
}

function placed(order: OrderView): Step {
  const { id, userId, totalCents, currency } = order;
  return { type: 'order.placed', to: 'pending', data: { orderId: id, userId, totalCents, currency } };
}

/** A message per line; the last one leads on. */
function perLine(lines: readonly object[], type: string, within: string, to: string): readonly Step[] {
  return lines.map((data, index) => ({ type, to: index === lines.length - 1 ? to : within, data }));
}

function reserved({ createdAt }: OrderView, lines: readonly Line[], to: string): readonly Step[] {
  const expiresAt = new Date(Date.parse(createdAt) + RESERVATION_HOLD_MS).toISOString();
  const held = lines.map((line) => ({
    ...line,
    allocations: [{ warehouseId: 'ams', quantity: line.quantity }],
    expiresAt,
  }));
  return perLine(held, 'inventory.reserved', 'pending', to);
}

function committed(lines: readonly Line[], to: string): readonly Step[] {
  return perLine(lines, 'inventory.committed', 'committingStock', to);
}

function released(lines: readonly Line[], to: string): readonly Step[] {
  const freed = lines.map((line) => ({ ...line, freed: line.quantity, restocked: 0 }));
  return perLine(freed, 'inventory.released', 'compensating.settling', to);
}

/** All lines but the last were there, and go back. */
function soldOut(order: OrderView, lines: readonly Line[]): readonly Step[] {
  const there = lines.slice(0, -1);
  return [
    ...reserved(order, there, 'pending'),
    {
      type: 'inventory.reserve.failed',
      to: there.length === 0 ? 'cancelled' : 'compensating.settling',
      data: { ...lines.at(-1), available: 0, reason: 'out_of_stock' },
    },
    ...released(there, 'cancelled'),
  ];
}

/** The score comes while stock is being taken, before any parcel is asked for. */
function reviewed(lines: readonly Line[]): readonly Step[] {
  const scored = { orderId: lines[0]?.orderId, ...SUSPICIOUS };
  return [
    { type: 'fraud.scored', to: 'committingStock', data: scored },
    ...committed(lines, 'review.deciding'),
  ];
}

/** Stock first, then the money, which for a failed order stayed. */
function takenBack(order: OrderView, lines: readonly Line[]): readonly Step[] {
  const { id: orderId, userId, status, reason } = order;
  const taken = status === 'failed' ? refusedRefunds(order) : [refunded(order)];
  if (reason === 'rejected in review') {
    const decision = { orderId, decision: 'reject', decidedBy: 'seed-reviewer', reason };
    return [
      ...reviewed(lines),
      { type: 'order.review.decided', to: 'compensating.settling', data: decision },
      ...released(lines, 'compensating.settling'),
      ...taken,
    ];
  }
  // The shopper was quicker than the last of the stock, whose answer means nothing any more.
  const asked = { orderId, requestedBy: userId, reason: 'cancelled by the shopper' };
  return [
    ...committed(lines, 'committingStock').slice(0, -1),
    { type: 'order.cancel.requested', to: 'compensating.settling', data: asked },
    ...committed(lines, 'compensating.settling').slice(-1),
    ...released(lines, 'compensating.settling'),
    ...taken,
  ];
}

function refunded(order: OrderView): Step {
  return {
    type: 'payment.refunded',
    to: 'cancelled',
    data: { ...chargeOf(order), refundId: `re_${order.id}` },
    at: order.updatedAt,
  };
}

/** Asked for again after each refusal but the last. */
function refusedRefunds(order: OrderView): readonly Step[] {
  const refused = (to: string): Step => ({
    type: 'payment.refund.failed',
    to,
    data: { ...chargeOf(order), reason: 'the gateway refuses the refund' },
  });
  const again: Step = {
    type: TIMER_FIRED,
    to: 'compensating.settling',
    data: { timer: 'xstate.after.refundRetryMs.order.compensating.resting', event: null },
    afterMs: REFUND_RETRY_MS,
  };
  const tries = Array.from({ length: REFUNDS_TRIED - 1 }, () => [refused('compensating.resting'), again]);
  return [...tries.flat(), { ...refused('failed'), at: order.updatedAt }];
}

function moved(type: string, to: string, parcel: object, at: string | undefined): Step {
  return { type, to, data: { ...parcel, at }, at };
}

/** One charge per order: its key is the order's id. */
function chargeOf({ id, totalCents, currency }: OrderView): object {
  return { orderId: id, chargeKey: id, amountCents: totalCents, currency };
}
