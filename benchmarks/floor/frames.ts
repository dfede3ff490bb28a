import { createRouter } from '../../core/engine/router.ts';
import type { Topology } from '../../core/engine/topology.ts';
import type { Message } from '../../core/kernel/message.ts';
import { exchangeOf } from '../../core/messages/catalogue.ts';
import { takersOf } from '../../adapters/main/topology.ts';
import type { Row } from './recording.ts';

/** A frame ready to be sent. */
export interface ReadyFrame {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  /** Queues that take it. */
  readonly queues: number;
}

/** The frames in which the platform sends outbox rows, which it does row by row. */
export function framesOf(
  rows: readonly Row[],
  { topology, partitions }: { readonly topology: Topology; readonly partitions: number },
): readonly ReadyFrame[] {
  const router = createRouter({ partitions, exchangeOf, takersOf });
  return rows.flatMap(({ messages }) =>
    router
      .frames(messages as unknown as readonly Message[])
      .map(({ exchange, routingKey, messages: sent }) => ({
        exchange,
        routingKey,
        body: Buffer.from(JSON.stringify(sent)),
        queues: queuesTaking(topology, exchange, routingKey),
      })),
  );
}

/** Bindings name types exactly; the partition may be any. */
export function queuesTaking({ bindings }: Topology, exchange: string, routingKey: string): number {
  const anyPartition = `${routingKey.slice(0, routingKey.lastIndexOf('.'))}.*`;
  return bindings.filter(
    (binding) =>
      binding.exchange === exchange && (binding.pattern === routingKey || binding.pattern === anyPartition),
  ).length;
}
