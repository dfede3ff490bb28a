import { partitionName } from '../kernel/partition.ts';
import { RETRY_DELAYS_MS } from '../kernel/limits.ts';

/**
 * The broker's objects as data; adapters declare them, `rabbitmq/definitions.json` is generated from them.
 * Bindings of one queue name exact types, so they never overlap (P12).
 */

/** A queue per partition of a service that owns actors: `orders.p07`. */
export interface ActorServiceSpec {
  readonly service: string;
  /** Types its actors react to, with the exchange each is published on. */
  readonly accepts: readonly { readonly type: string; readonly exchange: string }[];
}

/** One shared queue of competing consumers: `payments`. */
export interface ParticipantServiceSpec {
  readonly service: string;
  readonly accepts: readonly { readonly type: string; readonly exchange: string }[];
  /** Set: its queue may lose what it holds, the oldest first beyond so many frames. Only where no promise rests on it. */
  readonly framesMax?: number;
}

/** Which queues take a type: that of the addressee's partition, shared ones alone, or none. */
export type Takers = 'partitions' | 'shared' | 'nobody';

export interface QueueSpec {
  readonly name: string;
  readonly kind: 'partition' | 'shared' | 'retry' | 'dead-letter';
  /** `retry` only: how long a copy rests before it returns. */
  readonly ttlMs?: number;
  /** `shared` only: the oldest frames go when there are more, and no sender waits for any of them. */
  readonly framesMax?: number;
}

export interface BindingSpec {
  readonly queue: string;
  readonly exchange: string;
  readonly pattern: string;
}

export interface Topology {
  readonly exchanges: readonly string[];
  readonly queues: readonly QueueSpec[];
  readonly bindings: readonly BindingSpec[];
}

export const COMMANDS = 'commands';
export const EVENTS = 'events';
export const DEAD_LETTERS = 'dead-letters';
/** Header of a dead letter on the broker: the id that tells it from all others. */
export const DEAD_LETTER_ID = 'x-dead-id';

export function partitionQueue(service: string, partition: number): string {
  return `${service}.${partitionName(partition)}`;
}

export function retryName(delayMs: number): string {
  return `retry.${String(delayMs)}`;
}

export function deadLetterQueue(service: string): string {
  return `${DEAD_LETTERS}.${service}`;
}

/** Of each type that is accepted; of every other one the takers are nobody. */
export function takersByType(
  actorServices: readonly ActorServiceSpec[],
  participants: readonly ParticipantServiceSpec[],
): ReadonlyMap<string, Takers> {
  const takers = new Map<string, Takers>();
  for (const { accepts } of participants) for (const { type } of accepts) takers.set(type, 'shared');
  for (const { accepts } of actorServices) for (const { type } of accepts) takers.set(type, 'partitions');
  return takers;
}

export function buildTopology(
  actorServices: readonly ActorServiceSpec[],
  participants: readonly ParticipantServiceSpec[],
  partitions: number,
): Topology {
  const queues: QueueSpec[] = [];
  const bindings: BindingSpec[] = [];
  for (const { service, accepts } of actorServices) {
    for (let partition = 0; partition < partitions; partition += 1) {
      const queue = partitionQueue(service, partition);
      queues.push({ name: queue, kind: 'partition' });
      for (const { type, exchange } of accepts) {
        bindings.push({ queue, exchange, pattern: `${type}.${partitionName(partition)}` });
      }
    }
  }
  for (const { service, accepts, framesMax } of participants) {
    queues.push({ name: service, kind: 'shared', ...(framesMax === undefined ? {} : { framesMax }) });
    for (const { type, exchange } of accepts)
      bindings.push({ queue: service, exchange, pattern: `${type}.*` });
  }
  for (const delayMs of RETRY_DELAYS_MS) {
    queues.push({ name: retryName(delayMs), kind: 'retry', ttlMs: delayMs });
    bindings.push({ queue: retryName(delayMs), exchange: retryName(delayMs), pattern: '#' });
  }
  for (const { service } of [...actorServices, ...participants]) {
    queues.push({ name: deadLetterQueue(service), kind: 'dead-letter' });
    bindings.push({ queue: deadLetterQueue(service), exchange: DEAD_LETTERS, pattern: service });
  }
  return {
    exchanges: [COMMANDS, EVENTS, DEAD_LETTERS, ...RETRY_DELAYS_MS.map(retryName)],
    queues,
    bindings,
  };
}
