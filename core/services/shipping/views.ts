import { progressOf } from './journey.ts';
import type { ShipmentView } from './ports.ts';
import type { Shipment } from './shipment.ts';

/** A parcel as people see it; one that was never booked has no tracking number, carrier and route. */
export function viewOf(shipment: Shipment): ShipmentView {
  const { booking } = shipment;
  return {
    id: shipment.shipmentKey,
    orderId: shipment.orderId,
    status: shipment.status === 'cancelling' ? 'scheduled' : shipment.status,
    trackingNumber: booking?.trackingNumber ?? '',
    carrier: booking?.carrier ?? '',
    estimatedDeliveryAt: new Date(booking?.estimatedDeliveryAtMs ?? shipment.scheduledAtMs).toISOString(),
    progress: progressOf(shipment),
    route: booking?.route ?? [],
    location: shipment.location,
    createdAt: new Date(shipment.createdAtMs).toISOString(),
    updatedAt: new Date(shipment.updatedAtMs).toISOString(),
  };
}
