import type { ConsumeMessage, Queue } from 'smqp';
import type { Consumer, Delivery, Subscription } from '../../core/engine/ports.ts';
import { BrokerUnavailable } from '../../core/kernel/errors.ts';
import type { Entry } from './broker-receipt.ts';

/**
 * Owns: who consumes one queue, and the hand-over of its frames outside the publisher's call.
 * Does not own: order, prefetch and requeueing in place (smqp).
 *
 * I1. A queue with a single active consumer gives frames to the first subscriber only; the next one follows when
 *     that leaves.
 * I2. A frame given back keeps its place: it comes before everything newer.
 */
export class FrameQueue {
  /** It may lose what it holds. */
  readonly lossy: boolean;
  readonly #queue: Queue;
  readonly #single: boolean;
  readonly #active = new Set<EmbeddedSubscription>();
  #standby: EmbeddedSubscription[] = [];

  constructor(queue: Queue, single: boolean, lossy = false) {
    this.lossy = lossy;
    this.#queue = queue;
    this.#single = single;
  }

  enqueue(entry: Entry): void {
    this.#queue.queueMessage({}, entry);
  }

  /** Frames waiting for a consumer. */
  depth(): number {
    const { messageCount, unackedCount } = this.#queue.getStats();
    return messageCount - unackedCount;
  }

  consumers(): number {
    return this.#queue.consumerCount;
  }

  /** The frame, given out and not yet acknowledged, that holds a message. */
  unacknowledged(message: unknown): Entry | undefined {
    for (const subscription of this.#active) {
      const entry = subscription.holding(message);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  subscribe(options: { prefetch: number; exclusive: boolean }, consumer: Consumer): EmbeddedSubscription {
    const subscription = new EmbeddedSubscription(this, options.prefetch, consumer);
    if (this.#single) {
      this.#standby.push(subscription);
      this.#activateNext();
      return subscription;
    }
    this.#activate(subscription, options.exclusive);
    return subscription;
  }

  /** The subscription takes no more; what it holds may still be acknowledged, or given back. */
  leave(subscription: EmbeddedSubscription): void {
    this.#standby = this.#standby.filter((waiting) => waiting !== subscription);
  }

  /** Nothing more comes of the subscription: it holds nothing. */
  forget(subscription: EmbeddedSubscription): void {
    this.#active.delete(subscription);
  }

  handOn(): void {
    this.#activateNext();
  }

  async close(): Promise<void> {
    const all = [...this.#standby, ...this.#active];
    for (const subscription of all) await subscription.abandon();
  }

  #activateNext(): void {
    if (!this.#single || this.#queue.consumerCount > 0) return;
    const next = this.#standby.shift();
    if (next !== undefined) this.#activate(next, false);
  }

  #activate(subscription: EmbeddedSubscription, exclusive: boolean): void {
    this.#active.add(subscription);
    try {
      subscription.start(this.#queue, exclusive);
    } catch (error) {
      this.#active.delete(subscription);
      throw new BrokerUnavailable(`queue ${this.#queue.name} can't be consumed`, error);
    }
  }
}

/** Gives frames to one consumer, each outside the call that published it, in order. */
export class EmbeddedSubscription implements Subscription {
  readonly #owner: FrameQueue;
  readonly #prefetch: number;
  readonly #consumer: Consumer;
  /** Taken from the queue, not yet handed over. */
  #arrived: ConsumeMessage[] = [];
  /** Handed over, not yet acknowledged; in order of delivery. */
  readonly #held = new Set<ConsumeMessage>();
  #handingOver = false;
  #stop: (() => void) | undefined;
  #over = false;

  constructor(owner: FrameQueue, prefetch: number, consumer: Consumer) {
    this.#owner = owner;
    this.#prefetch = prefetch;
    this.#consumer = consumer;
  }

  start(queue: Queue, exclusive: boolean): void {
    const take = (_routingKey: string, message: ConsumeMessage): void => {
      this.#arrived.push(message);
      this.#scheduleHandOver();
    };
    const consumer: unknown = queue.consume(take, { prefetch: this.#prefetch, exclusive });
    const { consumerTag } = consumer as { consumerTag: string };
    this.#stop = () => {
      queue.cancel(consumerTag, { keepPending: true });
    };
  }

  holding(message: unknown): Entry | undefined {
    for (const held of this.#held) {
      const entry = entryOf(held);
      if (entry.holds(message)) return entry;
    }
    return undefined;
  }

  cancel(): Promise<void> {
    this.#leave();
    return Promise.resolve();
  }

  abandon(): Promise<void> {
    const given = [...this.#held];
    this.#held.clear();
    for (const message of given) entryOf(message).redeliveries += 1;
    this.#leave(given);
    this.#owner.forget(this);
    return Promise.resolve();
  }

  /** Oldest first, before the next consumer is let in: so the frames keep their order (I2). */
  #leave(given: readonly ConsumeMessage[] = []): void {
    this.#over = true;
    this.#owner.leave(this);
    this.#stop?.();
    this.#stop = undefined;
    const back = [...given, ...this.#arrived];
    this.#arrived = [];
    for (const message of back) message.nack(false, true);
    if (this.#held.size === 0) this.#owner.forget(this);
    this.#owner.handOn();
  }

  #scheduleHandOver(): void {
    if (this.#handingOver) return;
    this.#handingOver = true;
    setImmediate(() => {
      this.#handingOver = false;
      this.#handOver();
    });
  }

  /** One by one: a consumer that leaves in between gives the rest back at once, before the next is let in (I2). */
  #handOver(): void {
    for (let message = this.#arrived.shift(); message !== undefined; message = this.#arrived.shift()) {
      this.#held.add(message);
      this.#consumer.onDelivery(this.#delivery(message));
    }
  }

  #delivery(message: ConsumeMessage): Delivery {
    const entry = entryOf(message);
    return {
      messages: entry.messages,
      ...(entry.unreadable === undefined ? {} : { unreadable: entry.unreadable }),
      redeliveries: entry.redeliveries,
      attempts: entry.attempts,
      headers: entry.headers,
      ack: () => {
        this.#acknowledge(message, entry);
      },
    };
  }

  #acknowledge(message: ConsumeMessage, entry: Entry): void {
    if (!this.#held.delete(message)) return;
    message.ack(false);
    if (this.#over && this.#held.size === 0) this.#owner.forget(this);
    entry.letGo();
  }
}

function entryOf(message: ConsumeMessage): Entry {
  const content: unknown = message.content;
  return content as Entry;
}
