import { z } from 'zod';
import type { Json, RelatedRequest, RelatedRow, RowWrite } from '../../engine/behaviour.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import type { Allocation } from './levels.ts';

/**
 * What an order has of one SKU. `released` with nothing freed or restocked is also the tombstone of an order whose
 * release came before its request (P16).
 */
export interface Reservation {
  readonly orderId: string;
  readonly quantity: number;
  readonly status: 'held' | 'committed' | 'released' | 'expired';
  readonly allocations: readonly Allocation[];
  /** Units that went back when it was released: from the hold, and from what had been sold. */
  readonly freed: number;
  readonly restocked: number;
  /** End of the hold, milliseconds; null on a tombstone. */
  readonly expiresAt: number | null;
  readonly createdAt: number;
}

/** Reads a stock actor needs (`RelatedRows`): one reservation, or the holds of a SKU that expire first. */
export const RESERVATION_READ = 'reservation';
export const HOLDS_READ = 'holds';
/** Holds of one read, and so of one expiry; the rest follow at once. */
export const HOLDS_READ_MAX = 256;

export function reservationRead(orderId: string, sku: string): RelatedRequest {
  return { name: RESERVATION_READ, key: [orderId, sku] };
}

export function holdsRead(sku: string): RelatedRequest {
  return { name: HOLDS_READ, key: [sku] };
}

export function reservationRow(sku: string, reservation: Reservation, now: number): RowWrite {
  const { expiresAt } = reservation;
  return {
    table: 'reservation',
    row: {
      order_id: reservation.orderId,
      sku,
      quantity: reservation.quantity,
      status: reservation.status,
      allocations: reservation.allocations.map(({ warehouseId, quantity }) => [warehouseId, quantity]),
      freed: reservation.freed,
      restocked: reservation.restocked,
      expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      created_at: new Date(reservation.createdAt).toISOString(),
      updated_at: isoTime(now),
    },
  };
}

const storedSchema = z.object({
  order_id: z.string(),
  quantity: z.int(),
  status: z.enum(['held', 'committed', 'released', 'expired']),
  allocations: z.array(z.tuple([z.string(), z.int()])),
  freed: z.int(),
  restocked: z.int(),
  /** Milliseconds. */
  expires_at: z.number().nullable(),
  created_at: z.number(),
});

/** A row as `RelatedRows` hands it over: times in milliseconds. Throws when it is none of ours. */
export function storedReservation(row: RelatedRow): Reservation {
  const stored = storedSchema.parse(row);
  return {
    orderId: stored.order_id,
    quantity: stored.quantity,
    status: stored.status,
    allocations: stored.allocations.map(([warehouseId, quantity]) => ({ warehouseId, quantity })),
    freed: stored.freed,
    restocked: stored.restocked,
    expiresAt: stored.expires_at,
    createdAt: stored.created_at,
  };
}

/** The row that `storedReservation` reads; for stores that keep what `reservationRow` wrote in memory. */
export function relatedReservation(row: RowWrite['row']): RelatedRow {
  const time = (value: unknown): number | null => (typeof value === 'string' ? Date.parse(value) : null);
  return {
    ...(row as Record<string, Json>),
    expires_at: time(row['expires_at']),
    created_at: time(row['created_at']),
  };
}
