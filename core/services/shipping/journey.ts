import type { Draft } from '../../engine/behaviour.ts';
import { assert } from '../../kernel/assert.ts';
import type { Message } from '../../kernel/message.ts';
import { currentVersionOf } from '../../messages/catalogue.ts';
import type { Booking, WayPoint } from './carrier.ts';
import type { Shipment } from './shipment.ts';

/**
 * A parcel's way in time: dispatch after handling, three progress updates, delivery. Pure.
 *
 * I1. Steps happen in order, each once; after a long pause all that are due happen, none is skipped.
 * I2. The id of a step's message derives from key and step, so a repeated step sends the same message.
 */

/** When each step is due, as a share of the time from booking to the estimated delivery. */
const DUE_SHARES = [0.2, 0.4, 0.6, 0.8, 1] as const;
const STEPS = DUE_SHARES.length;

type Booked = Shipment & { readonly booking: Omit<Booking, 'kind'> };

/** Due time of the next step, milliseconds; null when the journey is over or was never booked. */
export function nextDueMs(shipment: Shipment): number | null {
  const share = DUE_SHARES[shipment.stepsDone];
  if (share === undefined || shipment.booking === null) return null;
  const wholeMs = shipment.booking.estimatedDeliveryAtMs - shipment.scheduledAtMs;
  return Math.round(shipment.scheduledAtMs + wholeMs * share);
}

/** Does every step that is due at `nowMs`. */
export function advance(
  shipment: Shipment,
  nowMs: number,
): { readonly shipment: Shipment; readonly messages: readonly Message[] } {
  let current = shipment;
  const messages: Message[] = [];
  while (current.nextUpdateAtMs !== null && current.nextUpdateAtMs <= nowMs) {
    const { booking, nextUpdateAtMs: dueMs } = current;
    assert(booking !== null, 'only a booked parcel travels');
    const stepsDone = current.stepsDone + 1;
    const moved = { ...current, booking, stepsDone, updatedAtMs: nowMs };
    const next: Booked = {
      ...moved,
      status: statusAfter(stepsDone),
      location: placeOnRoute(booking.route, progressOf(moved)),
      nextUpdateAtMs: nextDueMs(moved),
    };
    messages.push(stepMessage(next, dueMs, nowMs));
    current = next;
  }
  return { shipment: current, messages };
}

/** Hands a booked parcel that waits for its dispatch over now; every step after it keeps its time. */
export function dispatchNow(shipment: Shipment, nowMs: number): ReturnType<typeof advance> {
  assert(shipment.status === 'scheduled' && shipment.booking !== null, 'only a booked parcel can leave');
  return advance({ ...shipment, nextUpdateAtMs: nowMs }, nowMs);
}

/** Share of the route done, 0 to 1: none at dispatch, all at delivery. */
export function progressOf(shipment: Pick<Shipment, 'stepsDone'>): number {
  return Math.max(0, shipment.stepsDone - 1) / (STEPS - 1);
}

function statusAfter(stepsDone: number): 'dispatched' | 'in_transit' | 'delivered' {
  if (stepsDone === 1) return 'dispatched';
  return stepsDone === STEPS ? 'delivered' : 'in_transit';
}

function placeOnRoute(route: readonly WayPoint[], progress: number): WayPoint | null {
  return route[Math.round(progress * (route.length - 1))] ?? null;
}

function stepMessage(shipment: Booked, dueMs: number, nowMs: number): Message {
  const { origin, orderId, shipmentKey } = shipment;
  const draft = stepDraft(shipment, dueMs);
  return {
    id: `shipment/${shipmentKey}/${String(shipment.stepsDone)}`,
    type: draft.type,
    subject: orderId,
    to: orderId,
    correlationId: origin.correlationId,
    causationId: origin.messageId,
    time: new Date(nowMs).toISOString(),
    version: currentVersionOf(draft.type),
    ...(origin.traceparent === null ? {} : { traceparent: origin.traceparent }),
    data: draft.data,
  };
}

function stepDraft(shipment: Booked, dueMs: number): Pick<Draft, 'type' | 'data'> {
  const { orderId, shipmentKey, booking, location } = shipment;
  const { trackingNumber, carrier } = booking;
  const data = { orderId, shipmentKey, trackingNumber, carrier, at: new Date(dueMs).toISOString() };
  if (shipment.status === 'dispatched') return { type: 'shipping.dispatched', data };
  if (shipment.status === 'delivered') return { type: 'shipping.delivered', data };
  return { type: 'shipping.progressed', data: { ...data, progress: progressOf(shipment), location } };
}
