import type { ShippingQueries } from '../../../core/services/shipping/ports.ts';
import { viewOf } from '../../../core/services/shipping/views.ts';
import type { Queryable } from '../database.ts';
import { readShipment, type StoredShipment } from './store.ts';

/** Parcels of one order; an order has a handful at most, the limit only bounds a mistake. */
const SHIPMENTS_OF_ORDER = `
select * from shipping.shipment where order_id = $1 order by created_at, shipment_key limit 100`;

const WAITING_PARCELS = `
select order_id, shipment_key from shipping.shipment where order_id = any($1::text[]) and status = 'scheduled'`;

/** The parcel of each order that is booked and has not left, by order. */
export function waitingParcels(
  db: Queryable,
): (orderIds: readonly string[]) => Promise<ReadonlyMap<string, string>> {
  return async (orderIds) => {
    const rows = await db.query<{ readonly order_id: string; readonly shipment_key: string }>(
      WAITING_PARCELS,
      [[...orderIds]],
      'shipping.waiting_parcels',
    );
    return new Map(rows.map((row) => [row.order_id, row.shipment_key]));
  };
}

export function createShippingQueries(db: Queryable): ShippingQueries {
  return {
    shipments: async (orderId) => {
      const rows = await db.query<StoredShipment>(SHIPMENTS_OF_ORDER, [orderId], 'shipping.shipments');
      return rows.map(readShipment).map(viewOf);
    },
  };
}
