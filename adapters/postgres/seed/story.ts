import type { ReservationView } from '../../../core/services/inventory/ports.ts';
import { DEMO_WAREHOUSES } from '../../../core/services/inventory/warehouses.ts';
import type { OrderView } from '../../../core/services/orders/ports.ts';
import type { TransactionView } from '../../../core/services/payments/ports.ts';
import type { ShipmentView } from '../../../core/services/shipping/ports.ts';
import { CITIES } from './names.ts';

/** What payments, shipping and inventory would know of a seeded order, derived from its row. */

export function storyTransactions(order: OrderView): readonly TransactionView[] {
  const { id, payment, currency, createdAt, updatedAt } = order;
  // Nobody was asked for money yet, or ever.
  if (payment.status === 'pending' && order.status !== 'awaiting_payment') return [];
  const shared = {
    orderId: id,
    amountCents: payment.amountCents,
    currency,
    method: payment.method,
    createdAt,
    updatedAt,
  };
  const charge: TransactionView = {
    ...shared,
    id: payment.transactionId ?? id,
    kind: 'charge',
    status: chargeStatus(payment.status),
    reason: payment.reason ?? null,
  };
  if (payment.status !== 'refunded' && payment.status !== 'unsettled') return [charge];
  const status = payment.status === 'refunded' ? 'refunded' : 'failed';
  return [charge, { ...shared, id: `re_${id}`, kind: 'refund', status, reason: order.reason }];
}

function chargeStatus(status: OrderView['payment']['status']): TransactionView['status'] {
  switch (status) {
    case 'pending':
      return 'requested';
    case 'paid':
    case 'refunding':
      return 'processed';
    case 'failed':
    case 'refunded':
    case 'unsettled':
      return status;
  }
}

export function storyShipments(order: OrderView): readonly ShipmentView[] {
  const { shipment } = order;
  const status = shipment?.status;
  if (shipment === null || (status !== 'scheduled' && status !== 'in_transit' && status !== 'delivered'))
    return [];
  const route = routeOf(order);
  return [
    {
      id: `${order.id}/1`,
      orderId: order.id,
      status,
      trackingNumber: shipment.trackingNumber ?? '',
      carrier: shipment.carrier ?? '',
      estimatedDeliveryAt: shipment.estimatedDeliveryAt ?? order.updatedAt,
      progress: shipment.progress ?? 0,
      route,
      location:
        (status === 'scheduled' ? route.at(0) : status === 'delivered' ? route.at(-1) : undefined) ?? null,
      createdAt: order.createdAt,
      updatedAt: order.updatedAt,
    },
  ];
}

/** From the warehouse on the shopper's side of the ocean. */
function routeOf({ shippingAddress }: OrderView): ShipmentView['route'] {
  const city = CITIES.find(([name]) => name === shippingAddress.city);
  if (city === undefined) return [];
  const [name, , , , latitude, longitude] = city;
  const from = DEMO_WAREHOUSES.find(({ id }) => id === (longitude < -30 ? 'ohio' : 'ams'));
  const start =
    from === undefined ? [] : [{ name: from.name, latitude: from.latitude, longitude: from.longitude }];
  return [...start, { name, latitude, longitude }];
}

export function storyReservations(order: OrderView): readonly ReservationView[] {
  if (order.status === 'pending' || order.reason === 'out_of_stock') return [];
  const status = reservationStatus(order.status);
  return order.items.map(({ sku, quantity }) => ({
    orderId: order.id,
    sku,
    quantity,
    status,
    allocations: [{ warehouseId: 'ams', quantity }],
    expiresAt: status === 'held' ? order.updatedAt : null,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  }));
}

function reservationStatus(status: OrderView['status']): ReservationView['status'] {
  if (status === 'cancelled' || status === 'failed') return 'released';
  return status === 'awaiting_payment' ? 'held' : 'committed';
}
