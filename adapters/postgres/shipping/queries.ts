import type { ShippingQueries } from '../../../core/services/shipping/ports.ts';
import { viewOf } from '../../../core/services/shipping/views.ts';
import type { Queryable } from '../database.ts';
import { readShipment, type StoredShipment } from './store.ts';

/** Parcels of one order; an order has a handful at most, the limit only bounds a mistake. */
const SHIPMENTS_OF_ORDER = `
select * from shipping.shipment where order_id = $1 order by created_at, shipment_key limit 100`;

export function createShippingQueries(db: Queryable): ShippingQueries {
  return {
    shipments: async (orderId) => {
      const rows = await db.query<StoredShipment>(SHIPMENTS_OF_ORDER, [orderId], 'shipping.shipments');
      return rows.map(readShipment).map(viewOf);
    },
  };
}
