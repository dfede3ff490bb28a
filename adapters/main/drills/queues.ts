import { connect } from 'amqplib';
import type { QueueSpec } from '../../../core/engine/topology.ts';
import { platformTopology } from '../topology.ts';

/** Messages ready in the queues of a virtual host, by kind: what waits for its reader, and what nobody could handle. */
export interface QueueDepths {
  readonly waiting: ReadonlyMap<string, number>;
  readonly dead: ReadonlyMap<string, number>;
}

/** Looks into every queue of a platform with `partitions` partitions; queues that are empty are left out. */
export async function queueDepths(amqpUrl: string, partitions = 16): Promise<QueueDepths> {
  const model = await connect(amqpUrl);
  try {
    const channel = await model.createChannel();
    const count = async (chosen: readonly QueueSpec[]): Promise<ReadonlyMap<string, number>> => {
      const counted = await Promise.all(chosen.map(({ name }) => channel.checkQueue(name)));
      return new Map(
        counted.flatMap(({ queue, messageCount }) =>
          messageCount > 0 ? [[queue, messageCount] as const] : [],
        ),
      );
    };
    const { queues } = platformTopology(partitions);
    return {
      waiting: await count(queues.filter(({ kind }) => kind !== 'dead-letter')),
      dead: await count(queues.filter(({ kind }) => kind === 'dead-letter')),
    };
  } finally {
    await model.close();
  }
}
