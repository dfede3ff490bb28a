import type { Channel, ChannelModel } from 'amqplib';
import type { QueueSpec, Topology } from '../../core/engine/topology.ts';
import { closeFully } from './closing.ts';

/** Process-wide hints go through a direct exchange: the topic is the routing key, matched exactly. */
export const LIVE = 'live';

/**
 * Never reached: on 3.10 `-1` would discard at the first lost connection, on 4.x none means 20 (P24). Every lost
 * connection counts against each frame that was prefetched.
 */
const DELIVERY_LIMIT = 1_000_000;

/** Declarations wait for their answers; over several channels they wait together. */
const CHANNELS = 4;

export type Arguments = Readonly<Record<string, string | number | boolean>>;

/** The arguments a queue is declared with, here and in `rabbitmq/definitions.json`. */
export function queueArguments(queue: QueueSpec): Arguments {
  const quorum = { 'x-queue-type': 'quorum', 'x-delivery-limit': DELIVERY_LIMIT };
  switch (queue.kind) {
    case 'partition':
      return { ...quorum, 'x-single-active-consumer': true };
    case 'shared':
      return queue.framesMax === undefined
        ? quorum
        : { ...quorum, 'x-max-length': queue.framesMax, 'x-overflow': 'drop-head' };
    case 'dead-letter':
      return quorum;
    case 'retry':
      // Back through the default exchange under its own routing key: to the queue it came from, nowhere else (P25).
      return {
        ...quorum,
        'x-message-ttl': queue.ttlMs ?? 0,
        'x-dead-letter-exchange': '',
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      };
  }
}

/** Declares everything; what exists already stays as it is. Rejects when something exists with other arguments. */
export async function declareTopology(model: ChannelModel, topology: Topology): Promise<void> {
  await spread(model, topology.exchanges, async (channel, exchange) => {
    await channel.assertExchange(exchange, 'topic', { durable: true });
  });
  await spread(model, [LIVE], async (channel, exchange) => {
    await channel.assertExchange(exchange, 'direct', { durable: true });
  });
  await spread(model, topology.queues, async (channel, queue) => {
    await channel.assertQueue(queue.name, { durable: true, arguments: queueArguments(queue) });
  });
  await spread(model, topology.bindings, async (channel, { queue, exchange, pattern }) => {
    await channel.bindQueue(queue, exchange, pattern);
  });
}

async function spread<Item>(
  model: ChannelModel,
  items: readonly Item[],
  declare: (channel: Channel, item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const lanes = Array.from({ length: Math.min(CHANNELS, items.length) }, async () => {
    const channel = await model.createChannel();
    // The rejected call tells the same.
    channel.on('error', () => undefined);
    for (const item of left) await declare(channel, item);
    await closeFully(channel);
  });
  // All of them: a connection must not be closed under a lane that still works.
  const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
