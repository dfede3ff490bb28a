import {
  type ActorServiceSpec,
  buildTopology,
  type ParticipantServiceSpec,
  partitionQueue,
  type Takers,
  takersByType,
  type Topology,
} from '../../core/engine/topology.ts';
import { addressee, type Message } from '../../core/kernel/message.ts';
import { partitionOf } from '../../core/kernel/partition.ts';
import { exchangeOf } from '../../core/messages/catalogue.ts';
import { COUNTED, COUNTED_FRAMES_MAX } from '../../core/services/analytics/funnel.ts';
import { SCORED_BY } from '../../core/services/intelligence/fraud/scoring.ts';
import { NOTIFIED_BY } from '../../core/services/notifications/notification.ts';
import { PAYMENTS_ACCEPT } from '../../core/services/payments/charge.ts';
import { STOCK_ACCEPTS } from '../../core/services/inventory/stock.ts';
import { SHIPPING_ACCEPTS } from '../../core/services/shipping/shipment.ts';
import { ORDER_TAKES } from '../../sagas/order/context.ts';

/** Who takes which messages, for the whole platform; the broker's objects follow from it. */
const actorServices: readonly ActorServiceSpec[] = [
  { service: 'orders', accepts: ORDER_TAKES.map(withExchange) },
  { service: 'inventory', accepts: STOCK_ACCEPTS.map(withExchange) },
];

const deliverers: readonly ParticipantServiceSpec[] = [
  { service: 'payments', accepts: PAYMENTS_ACCEPT.map(withExchange) },
  { service: 'shipping', accepts: SHIPPING_ACCEPTS.map(withExchange) },
  { service: 'notifications', accepts: NOTIFIED_BY.map(withExchange) },
];

const participants: readonly ParticipantServiceSpec[] = [
  ...deliverers,
  { service: 'intelligence', accepts: SCORED_BY.map(withExchange) },
  { service: 'analytics', accepts: COUNTED.map(withExchange), framesMax: COUNTED_FRAMES_MAX },
];

/** Services with a queue of dead letters. */
export const QUEUE_SERVICES: readonly string[] = [...actorServices, ...participants].map(
  ({ service }) => service,
);

/** Every exchange, queue and binding of a platform with this many partitions per service with actors. */
export function platformTopology(partitions: number): Topology {
  return buildTopology(actorServices, participants, partitions);
}

/** The same without intelligence and analytics, for worlds in which nobody runs them: what nobody takes waits for ever. */
export function topologyWithoutScores(partitions: number): Topology {
  return buildTopology(actorServices, deliverers, partitions);
}

/** The queue of a service that takes such a message; undefined: the service takes none of that type. */
export function queueOf(
  service: string,
  message: Pick<Message, 'type' | 'subject' | 'to'>,
  partitions: number,
): string | undefined {
  const takes = (spec: ActorServiceSpec): boolean =>
    spec.service === service && spec.accepts.some(({ type }) => type === message.type);
  if (actorServices.some(takes)) return partitionQueue(service, partitionOf(addressee(message), partitions));
  return participants.some(takes) ? service : undefined;
}

const takers = takersByType(actorServices, participants);
const takersWithoutScores = takersByType(actorServices, deliverers);

/** Which queues take messages of the type. */
export function takersOf(type: string): Takers {
  return takers.get(type) ?? 'nobody';
}

/** Which do in worlds without intelligence and analytics. */
export function takersOfWithoutScores(type: string): Takers {
  return takersWithoutScores.get(type) ?? 'nobody';
}

function withExchange(type: string): { readonly type: string; readonly exchange: string } {
  return { type, exchange: exchangeOf(type) };
}

/** The services whose queues take messages of the type. */
export function servicesTaking(type: string): readonly string[] {
  return [...actorServices, ...participants]
    .filter(({ accepts }) => accepts.some((accepted) => accepted.type === type))
    .map(({ service }) => service);
}
