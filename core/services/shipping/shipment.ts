import type { MessageOf } from '../../messages/catalogue.ts';
import type { Booking, WayPoint } from './carrier.ts';

/** What led to the parcel: the messages of its journey continue that story. */
export interface Origin {
  readonly messageId: string;
  readonly correlationId: string;
  readonly traceparent: string | null;
}

/** One row per shipment key. */
export interface Shipment {
  readonly shipmentKey: string;
  readonly orderId: string;
  /**
   * `cancelling`: withdrawn here, the carrier is being told; `cancelled` without a booking is the tombstone of a
   * cancellation that came first (P16); `failed`: the carrier refused the parcel for good.
   */
  readonly status:
    | 'scheduled'
    | 'cancelling'
    | 'cancelled'
    | 'dispatched'
    | 'in_transit'
    | 'delivered'
    | 'failed';
  /** Null when nothing was ever booked. */
  readonly booking: Omit<Booking, 'kind'> | null;
  /** Why it failed, or why a cancellation was refused first. */
  readonly reason: string | null;
  readonly origin: Origin;
  readonly scheduledAtMs: number;
  /** Steps of the journey done, see journey.ts. */
  readonly stepsDone: number;
  /** When the next step is due; null: none is. */
  readonly nextUpdateAtMs: number | null;
  readonly location: WayPoint | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Message types of the service's queue. */
export const SHIPPING_ACCEPTS = [
  'shipping.requested',
  'shipping.cancel.requested',
  'shipping.dispatch.requested',
] as const;
export type ShipRequest = MessageOf<'shipping.requested'>;
export type CancelRequest = MessageOf<'shipping.cancel.requested'>;
export type DispatchRequest = MessageOf<'shipping.dispatch.requested'>;

/** A row for a key nobody has heard of, without a booking. */
export function newShipment(request: ShipRequest | CancelRequest, nowMs: number): Shipment {
  return {
    shipmentKey: request.data.shipmentKey,
    orderId: request.data.orderId,
    status: 'scheduled',
    booking: null,
    reason: null,
    origin: {
      messageId: request.id,
      correlationId: request.correlationId,
      traceparent: request.traceparent ?? null,
    },
    scheduledAtMs: nowMs,
    stepsDone: 0,
    nextUpdateAtMs: null,
    location: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}
