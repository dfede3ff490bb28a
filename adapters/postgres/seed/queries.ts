import type { InventoryQueries } from '../../../core/services/inventory/ports.ts';
import type { OrderQueries, OrderView, SagaLogEntry } from '../../../core/services/orders/ports.ts';
import type { PaymentQueries } from '../../../core/services/payments/ports.ts';
import type { ShippingQueries } from '../../../core/services/shipping/ports.ts';
import { SEED_PREFIX } from './shape.ts';
import { storyReservations, storyShipments, storyTransactions } from './story.ts';
import { storyLog } from './story-log.ts';

/**
 * Queries that also know seeded orders, of which only the orders service has rows: what other services and the log would
 * say follows from these. Everything else passes through.
 */
interface Queries {
  readonly orders: OrderQueries;
  readonly payments: PaymentQueries;
  readonly shipping: ShippingQueries;
  readonly inventory: Pick<InventoryQueries, 'reservations'>;
}

export function withSeededOrders({ orders, payments, shipping, inventory }: Queries): Queries {
  const derived =
    <View>(
      read: (orderId: string) => Promise<readonly View[]>,
      derive: (order: OrderView) => readonly View[],
    ) =>
    async (orderId: string): Promise<readonly View[]> => {
      if (!isSeeded(orderId)) return read(orderId);
      const order = await orders.find(orderId);
      return order === undefined ? [] : derive(order);
    };
  return {
    orders: { ...orders, ...withLogs(orders) },
    payments: { ...payments, transactions: derived((id) => payments.transactions(id), storyTransactions) },
    shipping: { ...shipping, shipments: derived((id) => shipping.shipments(id), storyShipments) },
    inventory: { reservations: derived((id) => inventory.reservations(id), storyReservations) },
  };
}

export function isSeeded(orderId: string): boolean {
  return orderId.startsWith(SEED_PREFIX);
}

function withLogs(orders: OrderQueries): Pick<OrderQueries, 'sagaLog' | 'sagaLogs'> {
  return {
    sagaLog: async (orderId, after, limit) => {
      if (!isSeeded(orderId)) return orders.sagaLog(orderId, after, limit);
      const order = await orders.find(orderId);
      return order === undefined ? [] : pieceOf(order, after, limit);
    },
    sagaLogs: async (after, limit) => {
      const seeded = [...after.keys()].filter(isSeeded);
      if (seeded.length === 0) return orders.sagaLogs(after, limit);
      const others = new Map([...after].filter(([id]) => !isSeeded(id)));
      const [logs, known] = await Promise.all([orders.sagaLogs(others, limit), orders.findMany(seeded)]);
      const pieces = [...known.values()]
        .map((order) => [order.id, pieceOf(order, after.get(order.id) ?? 0, limit)] as const)
        .filter(([, piece]) => piece.length > 0);
      return new Map([...logs, ...pieces]);
    },
  };
}

function pieceOf(order: OrderView, after: number, limit: number): readonly SagaLogEntry[] {
  return storyLog(order)
    .filter(({ seq }) => seq > after)
    .slice(0, limit);
}
