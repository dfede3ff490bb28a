import { type Channel, connect } from 'amqplib';
import type { Topology } from '../../../core/engine/topology.ts';

/** Empties the queues of the topology that exist; resolves to the number of messages that are gone. */
export async function purgeQueues(url: string, { queues }: Topology): Promise<number> {
  const connection = await connect(url, { noDelay: true, timeout: 5_000 });
  try {
    let messages = 0;
    let channel: Channel | undefined;
    for (const { name } of queues) {
      channel ??= await connection.createChannel();
      // The rejected call tells the same.
      channel.on('error', () => undefined);
      try {
        messages += (await channel.purgeQueue(name)).messageCount;
      } catch (error) {
        // RabbitMQ closes the channel on a queue that is not there (404).
        if (!(error instanceof Error && 'code' in error && error.code === 404)) throw error;
        channel = undefined;
      }
    }
    return messages;
  } finally {
    await connection.close();
  }
}
