import type { Address } from '../../messages/shapes.ts';

export interface WayPoint {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface ParcelOrder {
  /** Business key: one booking per key; a repeat gets the same booking again. */
  readonly key: string;
  readonly address: Address;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
}

export interface Booking {
  readonly kind: 'booked';
  readonly trackingNumber: string;
  readonly carrier: string;
  /** Milliseconds since the epoch. */
  readonly estimatedDeliveryAtMs: number;
  /** From the warehouse to the door, in order, at least two. */
  readonly route: readonly WayPoint[];
}

/** Whoever moves the parcels. A rejected call says nothing: it may have arrived. Both calls are idempotent by key. */
export interface Carrier {
  /** `refused`: for good, nothing is under way. */
  book(
    order: ParcelOrder,
    signal: AbortSignal,
  ): Promise<Booking | { readonly kind: 'refused'; readonly reason: string }>;
  /**
   * `keptGoing`: the parcel has left already, which only one can that our own row called scheduled: the warehouse hands
   * over no other. Cancelling what was never booked is `cancelled`.
   */
  cancel(
    key: string,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'cancelled' } | { readonly kind: 'keptGoing'; readonly reason: string }>;
}

/** How long carriers say a parcel takes to a country, from the order to the door, milliseconds. */
export interface TransitTimes {
  to(country: string): { readonly soonestMs: number; readonly latestMs: number };
}
