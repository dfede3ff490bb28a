import type { Channel, ChannelModel } from 'amqplib';
import type { Json } from '../../core/engine/behaviour.ts';
import { errorMessage } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { LIVE } from './declare.ts';
import { jsonOut } from './wire.ts';

/*
 * Owns: hints to every process: an exclusive queue of this process, bound per topic that somebody listens to.
 * Does not own: any promise. A hint may be lost; the truth is in the store.
 */

type Listener = (payload: Json) => void;

export class Live {
  readonly #logger: Logger;
  readonly #listeners = new Map<string, Set<Listener>>();
  #outgoing: Channel | undefined;
  #incoming: { readonly channel: Channel; readonly queue: string } | undefined;
  #waiting: (() => void)[] = [];
  #full = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  async attachPublishing(model: ChannelModel): Promise<void> {
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    channel.on('drain', () => {
      this.#full = false;
    });
    channel.on('close', () => {
      if (this.#outgoing === channel) this.#outgoing = undefined;
    });
    this.#full = false;
    this.#outgoing = channel;
  }

  /** Sets the queue of this process up again, with every topic that is listened to. */
  async attachConsuming(model: ChannelModel): Promise<void> {
    const channel = await model.createChannel();
    channel.on('error', (error) => {
      this.#logger.warn({ reason: error.message }, 'lost the channel for live hints');
    });
    channel.on('close', () => {
      if (this.#incoming?.channel === channel) this.#incoming = undefined;
    });
    await channel.assertExchange(LIVE, 'direct', { durable: true });
    const { queue } = await channel.assertQueue('', { exclusive: true, durable: false, autoDelete: true });
    for (const topic of this.#listeners.keys()) await channel.bindQueue(queue, LIVE, topic);
    await channel.consume(
      queue,
      (message) => {
        if (message !== null) this.#tell(message.fields.routingKey, message.content.toString('utf8'));
      },
      { noAck: true },
    );
    this.#incoming = { channel, queue };
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  /** Dropped while the connection is down or its buffer full. */
  send(topic: string, payload: Json): void {
    if (this.#outgoing === undefined || this.#full) return;
    try {
      this.#full = !this.#outgoing.publish(LIVE, topic, jsonOut(payload), { persistent: false });
    } catch (error) {
      this.#logger.debug({ topic, reason: errorMessage(error) }, 'a live hint was dropped');
    }
  }

  /** Resolves once hints arrive: while the connection is down that is after its return. */
  async listen(topic: string, listener: Listener): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    // Wrapped: the same function may listen twice.
    const own: Listener = (payload) => {
      listener(payload);
    };
    listeners.add(own);
    await this.#bind(topic);
    return async () => {
      listeners.delete(own);
      if (listeners.size > 0 || this.#listeners.get(topic) !== listeners) return;
      this.#listeners.delete(topic);
      await this.#unbind(topic);
    };
  }

  async #bind(topic: string): Promise<void> {
    for (;;) {
      const incoming = this.#incoming;
      if (incoming === undefined) {
        // The return of the connection binds every topic.
        await new Promise<void>((resolve) => {
          this.#waiting.push(resolve);
        });
        return;
      }
      try {
        await incoming.channel.bindQueue(incoming.queue, LIVE, topic);
        return;
      } catch (error) {
        this.#logger.debug(
          { topic, reason: errorMessage(error) },
          'the channel for live hints closed meanwhile',
        );
        if (this.#incoming === incoming) this.#incoming = undefined;
      }
    }
  }

  async #unbind(topic: string): Promise<void> {
    try {
      await this.#incoming?.channel.unbindQueue(this.#incoming.queue, LIVE, topic);
    } catch {
      // The queue went with its connection.
    }
  }

  #tell(topic: string, text: string): void {
    let payload: Json;
    try {
      payload = JSON.parse(text) as Json;
    } catch {
      return;
    }
    for (const listener of this.#listeners.get(topic) ?? []) listener(payload);
  }
}
