import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { Consumer, Subscription } from '../../core/engine/ports.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { closeFully } from './closing.ts';
import { deliveryIn } from './wire.ts';

/*
 * Owns: one channel with one consumer.
 * Does not own: subscribing again after a loss (the consumer decides that).
 *
 * I1. Acknowledgements go to the channel that delivered; once it is gone they are no-ops (P11).
 * I2. Nothing is ever nacked: giving up closes the channel (P3). A quorum queue then gives these frames out again
 *     before anything newer, in order, but what is given back of them once more goes behind the rest: the order holds
 *     as long as every consumer of the queue takes all of them, that is, has the same prefetch.
 */
export class RabbitSubscription implements Subscription {
  readonly #channel: Channel;
  readonly #consumer: Consumer;
  readonly #acknowledgements: Acknowledgements;
  #tag = '';
  #state: 'active' | 'cancelled' | 'gone' = 'active';

  readonly #onGone: (subscription: RabbitSubscription) => void;

  private constructor(
    channel: Channel,
    consumer: Consumer,
    onGone: (subscription: RabbitSubscription) => void,
  ) {
    this.#channel = channel;
    this.#consumer = consumer;
    this.#onGone = onGone;
    this.#acknowledgements = new Acknowledgements(channel, () => {
      this.#closeWhenDone();
    });
  }

  /**
   * Resolves once deliveries may arrive; rejects when the queue is not there or exclusively taken. `onGone` is
   * called once, when nothing more comes of the subscription.
   */
  static async open(
    model: ChannelModel,
    queue: string,
    options: { readonly prefetch: number; readonly exclusive: boolean },
    consumer: Consumer,
    onGone: (subscription: RabbitSubscription) => void,
  ): Promise<RabbitSubscription> {
    const channel = await model.createChannel();
    const subscription = new RabbitSubscription(channel, consumer, onGone);
    let reason: Error | undefined;
    let closed = false;
    channel.on('error', (error) => {
      reason = error;
    });
    // Before anything is asked: a channel may close in the same breath as it answers.
    channel.on('close', () => {
      closed = true;
      if (subscription.#tag !== '') subscription.#lose(reason ?? new Error('the channel closed'));
    });
    try {
      await channel.prefetch(options.prefetch);
      const { consumerTag } = await channel.consume(
        queue,
        (message) => {
          subscription.#take(message);
        },
        { exclusive: options.exclusive },
      );
      if (isClosed()) throw reason ?? new Error('the channel closed');
      subscription.#tag = consumerTag;
    } catch (error) {
      if (!isClosed()) await closeFully(channel);
      throw error;
    }
    // The listener above sets it at any await, which the compiler can't see.
    function isClosed(): boolean {
      return closed;
    }
    return subscription;
  }

  async cancel(): Promise<void> {
    if (this.#state !== 'active') return;
    this.#state = 'cancelled';
    try {
      await this.#channel.cancel(this.#tag);
    } catch {
      // The channel is gone, and with it the consumer.
    }
    this.#closeWhenDone();
  }

  async abandon(): Promise<void> {
    if (this.#state === 'gone') return;
    this.#end();
    await closeFully(this.#channel);
  }

  #take(message: ConsumeMessage | null): void {
    if (message === null) {
      // The queue was deleted, or its leader is gone.
      this.#lose(new Error('RabbitMQ cancelled the consumer'));
      void closeFully(this.#channel);
      return;
    }
    // Given up, or lost: it will come again.
    if (this.#state === 'gone') return;
    const { deliveryTag } = message.fields;
    this.#acknowledgements.delivered(deliveryTag);
    this.#consumer.onDelivery(
      deliveryIn(message, () => {
        this.#acknowledgements.acknowledge(deliveryTag);
      }),
    );
  }

  #lose(reason: Error): void {
    if (this.#state === 'gone') return;
    const wasActive = this.#state === 'active';
    this.#end();
    if (wasActive) this.#consumer.onLost(reason);
  }

  #end(): void {
    this.#state = 'gone';
    this.#acknowledgements.end();
    this.#onGone(this);
  }

  /** After a cancel the channel stays for acknowledgements only as long as there are any to come. */
  #closeWhenDone(): void {
    if (this.#state === 'cancelled' && this.#acknowledgements.outstanding() === 0) void this.abandon();
  }
}
