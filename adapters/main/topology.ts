import {
  type ActorServiceSpec,
  buildTopology,
  type ParticipantServiceSpec,
  type Takers,
  takersByType,
  type Topology,
} from '../../core/engine/topology.ts';
import { exchangeOf } from '../../core/messages/catalogue.ts';
import { NOTIFIED_BY } from '../../core/services/notifications/notification.ts';
import { PAYMENTS_ACCEPT } from '../../core/services/payments/charge.ts';
import { STOCK_ACCEPTS } from '../../core/services/inventory/stock.ts';
import { SHIPPING_ACCEPTS } from '../../core/services/shipping/shipment.ts';
import { ORDER_ACCEPTS } from '../../sagas/order/context.ts';

/** Who takes which messages, for the whole platform; the broker's objects follow from it. */
const actorServices: readonly ActorServiceSpec[] = [
  { service: 'orders', accepts: ORDER_ACCEPTS.map(withExchange) },
  { service: 'inventory', accepts: STOCK_ACCEPTS.map(withExchange) },
];

const participants: readonly ParticipantServiceSpec[] = [
  { service: 'payments', accepts: PAYMENTS_ACCEPT.map(withExchange) },
  { service: 'shipping', accepts: SHIPPING_ACCEPTS.map(withExchange) },
  { service: 'notifications', accepts: NOTIFIED_BY.map(withExchange) },
];

/** Services with a queue of dead letters. */
export const QUEUE_SERVICES: readonly string[] = [...actorServices, ...participants].map(
  ({ service }) => service,
);

/** Every exchange, queue and binding of a platform with this many partitions per service with actors. */
export function platformTopology(partitions: number): Topology {
  return buildTopology(actorServices, participants, partitions);
}

const takers = takersByType(actorServices, participants);

/** Which queues take messages of the type. */
export function takersOf(type: string): Takers {
  return takers.get(type) ?? 'nobody';
}

function withExchange(type: string): { readonly type: string; readonly exchange: string } {
  return { type, exchange: exchangeOf(type) };
}
