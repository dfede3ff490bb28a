import type tap from 'tap';
import type { Broker, Frame } from '../../core/engine/ports.ts';
import { COMMANDS, EVENTS, buildTopology, retryName, type Topology } from '../../core/engine/topology.ts';
import { message } from './broker-inbox.ts';

export type TapTest = Parameters<Parameters<typeof tap.test>[0]>[0];

/** What the suite needs of an adapter under test. */
export interface BrokerWorld {
  /** A broker as a further process sees it; the in-process broker has only one process. */
  open(): Promise<Broker>;
  /** Puts a raw body on a queue, as somebody does by hand. */
  put(queue: string, body: string): Promise<void>;
  /** When a publish resolves: the queues have the frame, or their consumers are done with it (P10). */
  readonly resolves: 'stored' | 'consumed';
}

const PARTITIONS = 8;
const RETRY_MS = [60, 240] as const;

/** Orders own partitions, payments compete; both take payment events; three frames are all that looks keep. A short retry ladder. */
export function contractTopology(): Topology {
  const built = buildTopology(
    [
      {
        service: 'orders',
        accepts: [
          { type: 'order.placed', exchange: EVENTS },
          { type: 'payment.processed', exchange: EVENTS },
        ],
      },
    ],
    [
      { service: 'payments', accepts: [{ type: 'payment.requested', exchange: COMMANDS }] },
      { service: 'analytics', accepts: [{ type: 'payment.processed', exchange: EVENTS }] },
      { service: 'looks', accepts: [{ type: 'product.viewed', exchange: EVENTS }], framesMax: 3 },
    ],
    PARTITIONS,
  );
  const ladder = new Set(built.queues.filter(({ kind }) => kind === 'retry').map(({ name }) => name));
  return {
    exchanges: [...built.exchanges.filter((name) => !ladder.has(name)), ...RETRY_MS.map(retryName)],
    queues: [
      ...built.queues.filter(({ name }) => !ladder.has(name)),
      ...RETRY_MS.map((ttlMs) => ({ name: retryName(ttlMs), kind: 'retry' as const, ttlMs })),
    ],
    bindings: [
      ...built.bindings.filter(({ queue }) => !ladder.has(queue)),
      ...RETRY_MS.map((ttlMs) => ({ queue: retryName(ttlMs), exchange: retryName(ttlMs), pattern: '#' })),
    ],
  };
}

/** Each test works on a partition of its own, so that one's frames never reach another. */
export function frame(partition: number, ...ids: string[]): Frame {
  const routingKey = `order.placed.p0${String(partition)}`;
  return { exchange: EVENTS, routingKey, messages: ids.map((id) => message(id)), mandatory: true };
}

export const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index)}`);

/** How most tests consume. */
export const exclusive = { prefetch: 64, exclusive: true } as const;
export const shared = { prefetch: 64, exclusive: false } as const;
