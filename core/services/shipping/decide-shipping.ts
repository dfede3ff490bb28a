import { followUp } from '../../engine/compose.ts';
import type { RowStep } from '../../engine/row-batch.ts';
import { assert, unreachable } from '../../kernel/assert.ts';
import { BadMessage } from '../../kernel/errors.ts';
import type { Message } from '../../kernel/message.ts';
import { currentVersionOf, type MessageType } from '../../messages/catalogue.ts';
import type { Booking } from './carrier.ts';
import { dispatchNow, nextDueMs } from './journey.ts';
import {
  newShipment,
  type CancelRequest,
  type DispatchRequest,
  type Shipment,
  type ShipRequest,
} from './shipment.ts';

/**
 * What a request does to its parcel, given what the carrier said (P16, P18). Pure.
 *
 * I1. A cancellation that comes first leaves a tombstone; the late request is answered `shipping.cancelled`.
 * I2. Before dispatch a cancellation wins, from dispatch on it is refused; the row's lock decides which came first.
 * I3. `shipping.cancelled` goes out only when the carrier holds no booking.
 */
export type ShippingEvidence =
  | { readonly kind: 'nothing' }
  | Booking
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'keptGoing'; readonly reason: string }
  | { readonly kind: 'gaveUp'; readonly reason: string };
export type ShippingNext = 'book' | 'cancel' | 'done';
type Step = RowStep<Shipment, ShippingNext>;

export function decideRequest(
  stored: Shipment | undefined,
  request: ShipRequest,
  evidence: ShippingEvidence,
  nowMs: number,
): Step {
  if (stored === undefined) return firstSight(request, evidence, nowMs);
  requireSameOrder(stored, request);
  switch (stored.status) {
    case 'cancelled':
      // The booking may have reached the carrier before the tombstone was seen: it is taken back first.
      return evidence.kind === 'cancelled' || evidence.kind === 'gaveUp'
        ? { messages: [cancelled(stored, request, 1, nowMs)], result: 'done' }
        : { messages: [], result: 'cancel' };
    case 'failed':
      // It was given up on, and now the carrier has it after all: the order was told that nothing is under way.
      return evidence.kind === 'booked'
        ? { messages: [], result: 'cancel' }
        : { messages: [failed(stored, request, nowMs)], result: 'done' };
    case 'scheduled':
    case 'cancelling':
    case 'dispatched':
    case 'in_transit':
    case 'delivered':
      return { messages: [scheduled(stored, request, nowMs)], result: 'done' };
    default:
      return unreachable(stored.status);
  }
}

function firstSight(request: ShipRequest, evidence: ShippingEvidence, nowMs: number): Step {
  const fresh = newShipment(request, nowMs);
  if (evidence.kind === 'booked') {
    const { trackingNumber, carrier, estimatedDeliveryAtMs, route } = evidence;
    const booked = { ...fresh, booking: { trackingNumber, carrier, estimatedDeliveryAtMs, route } };
    const row: Shipment = { ...booked, nextUpdateAtMs: nextDueMs(booked), location: route[0] ?? null };
    return { row, messages: [scheduled(row, request, nowMs)], result: 'done' };
  }
  if (evidence.kind === 'refused' || evidence.kind === 'gaveUp') {
    const row: Shipment = { ...fresh, status: 'failed', reason: evidence.reason };
    return { row, messages: [failed(row, request, nowMs)], result: 'done' };
  }
  return { messages: [], result: 'book' };
}

export function decideCancel(
  stored: Shipment | undefined,
  request: CancelRequest,
  evidence: ShippingEvidence,
  nowMs: number,
): Step {
  if (stored === undefined) {
    const tombstone: Shipment = { ...newShipment(request, nowMs), status: 'cancelled' };
    return { row: tombstone, messages: [cancelled(tombstone, request, 0, nowMs)], result: 'done' };
  }
  requireSameOrder(stored, request);
  switch (stored.status) {
    case 'scheduled':
      if (evidence.kind === 'gaveUp') {
        return refusal(stored, request, evidence.reason, nowMs);
      }
      return {
        row: { ...stored, status: 'cancelling', nextUpdateAtMs: null, updatedAtMs: nowMs },
        messages: [],
        result: 'cancel',
      };
    case 'cancelling':
      return whileCancelling(stored, request, evidence, nowMs);
    case 'cancelled':
    case 'failed':
      return { messages: [cancelled(stored, request, 0, nowMs)], result: 'done' };
    case 'dispatched':
    case 'in_transit':
    case 'delivered':
      return refusal(stored, request, 'already dispatched', nowMs);
    default:
      return unreachable(stored.status);
  }
}

/** The step that was due later is done now, under the id it would have had: neither repeats the other. */
export function decideDispatch(stored: Shipment | undefined, request: DispatchRequest, nowMs: number): Step {
  if (stored?.status !== 'scheduled' || stored.booking === null) return { messages: [], result: 'done' };
  requireSameOrder(stored, request);
  const { shipment, messages } = dispatchNow(stored, nowMs);
  return { row: shipment, messages, result: 'done' };
}

function whileCancelling(
  stored: Shipment,
  request: CancelRequest,
  evidence: ShippingEvidence,
  nowMs: number,
): Step {
  if (evidence.kind === 'cancelled') {
    const row: Shipment = { ...stored, status: 'cancelled', updatedAtMs: nowMs };
    return { row, messages: [cancelled(row, request, 0, nowMs)], result: 'done' };
  }
  if (evidence.kind === 'keptGoing' || evidence.kind === 'gaveUp') {
    const resumed: Shipment = { ...stored, status: 'scheduled', updatedAtMs: nowMs };
    return refusal({ ...resumed, nextUpdateAtMs: nextDueMs(resumed) }, request, evidence.reason, nowMs);
  }
  return { messages: [], result: 'cancel' };
}

function requireSameOrder(stored: Shipment, { data }: ShipRequest | CancelRequest | DispatchRequest): void {
  if (stored.orderId === data.orderId) return;
  throw new BadMessage(
    'shipment_mismatch',
    `shipmentKey ${data.shipmentKey} belongs to order ${stored.orderId}, not to order ${data.orderId}`,
  );
}

function answer(
  cause: Message,
  type: MessageType,
  index: number,
  nowMs: number,
  data: { readonly orderId: string; readonly shipmentKey: string; readonly [field: string]: unknown },
): Message {
  return followUp(
    cause,
    { type, subject: data.orderId, to: data.orderId, data },
    index,
    nowMs,
    currentVersionOf,
  );
}

function scheduled(shipment: Shipment, cause: Message, nowMs: number): Message {
  const { orderId, shipmentKey, booking } = shipment;
  assert(booking !== null, 'a scheduled parcel is booked');
  const { trackingNumber, carrier, estimatedDeliveryAtMs } = booking;
  const estimatedDeliveryAt = new Date(estimatedDeliveryAtMs).toISOString();
  const data = { orderId, shipmentKey, trackingNumber, carrier, estimatedDeliveryAt };
  return answer(cause, 'shipping.scheduled', 0, nowMs, data);
}

/** `index` 1 for a request: it may have been answered `shipping.scheduled` before, under index 0. */
function cancelled(
  { orderId, shipmentKey }: Shipment,
  cause: Message,
  index: number,
  nowMs: number,
): Message {
  return answer(cause, 'shipping.cancelled', index, nowMs, { orderId, shipmentKey });
}

function failed({ orderId, shipmentKey, reason }: Shipment, cause: Message, nowMs: number): Message {
  const data = { orderId, shipmentKey, reason: reason ?? 'refused by the carrier' };
  return answer(cause, 'shipping.failed', 0, nowMs, data);
}

/** The first reason stays with the parcel: a cancellation that is asked for again is refused in the same words (P14). */
function refusal(shipment: Shipment, cause: Message, reasonNow: string, nowMs: number): Step {
  const { orderId, shipmentKey } = shipment;
  const reason = shipment.reason ?? reasonNow;
  const message = answer(cause, 'shipping.cancel.refused', 1, nowMs, { orderId, shipmentKey, reason });
  return { row: { ...shipment, reason }, messages: [message], result: 'done' };
}
