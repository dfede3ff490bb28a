import type { ChannelModel } from 'amqplib';
import type { Json } from '../../core/engine/behaviour.ts';
import type {
  Broker,
  Consumer,
  DeadLetter,
  Frame,
  QueueCounts,
  StoredDeadLetter,
  Subscription,
} from '../../core/engine/ports.ts';
import { nearestDelay, retryDelays } from '../../core/engine/retry-ladder.ts';
import { retryName, type Topology } from '../../core/engine/topology.ts';
import { assert } from '../../core/kernel/assert.ts';
import { systemClock, type Clock } from '../../core/kernel/clock.ts';
import { BrokerUnavailable, errorMessage } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { closeFully } from './closing.ts';
import { DeadLetterQueues, letterOut } from './dead-letters.ts';
import { declareTopology } from './declare.ts';
import { Link } from './link.ts';
import { Live } from './live.ts';
import { Publisher } from './publisher.ts';
import { RabbitSubscription } from './subscription.ts';
import { copyOut, frameOut, jsonOut } from './wire.ts';

/*
 * Owns: the Broker port on RabbitMQ 3.10 and 4.x.
 * Does not own: retrying publishes, subscribing again (callers, P11).
 *
 * I1. The whole topology is declared before the first publish of each connection (P10).
 * I2. What publishes and what consumes has a connection of its own: under a memory alarm RabbitMQ stops reading
 *     publishers, acknowledgements on the same connection included (P11). Looking and probing consume.
 */

export interface RabbitOptions {
  readonly topology: Topology;
  /** Names the connections in RabbitMQ's management, for example `orrery-orders-1`. */
  readonly clientName: string;
  readonly logger: Logger;
  readonly clock?: Clock;
}

const CLOSE_CONFIRMS_MS_MAX = 2_000;

/**
 * Connects; the virtual host is the path of the URL. Resolves once both connections are up and the topology is
 * declared. Rejects with BrokerUnavailable when there is no connection within 30 s, or at once when RabbitMQ
 * refuses us (password, virtual host, a topology declared otherwise).
 */
export async function openRabbit(url: string, options: RabbitOptions): Promise<Broker> {
  const broker = new RabbitBroker(options);
  await broker.open(url);
  return broker;
}

class RabbitBroker implements Broker {
  readonly #topology: Topology;
  readonly #clientName: string;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #exchanges: ReadonlySet<string>;
  readonly #partitionQueues: ReadonlySet<string>;
  readonly #delays: readonly number[];
  readonly #publisher: Publisher;
  readonly #live: Live;
  readonly #deadLetters: DeadLetterQueues;
  readonly #subscriptions = new Set<RabbitSubscription>();
  #publishing: Link | undefined;
  #consuming: Link | undefined;
  #declaring = false;
  #closed = false;

  constructor({ topology, clientName, logger, clock = systemClock }: RabbitOptions) {
    this.#topology = topology;
    this.#clientName = clientName;
    this.#logger = logger;
    this.#clock = clock;
    this.#exchanges = new Set(['', ...topology.exchanges]);
    this.#partitionQueues = new Set(
      topology.queues.flatMap(({ kind, name }) => (kind === 'partition' ? [name] : [])),
    );
    this.#delays = retryDelays(topology);
    this.#publisher = new Publisher(clock, () => {
      this.#declareAgain();
    });
    this.#live = new Live(logger);
    this.#deadLetters = new DeadLetterQueues(() => this.#consumingModel(), this.#publisher, clock);
  }

  async open(url: string): Promise<void> {
    const shared = { url, logger: this.#logger, clock: this.#clock };
    this.#publishing = await Link.open({
      ...shared,
      name: `${this.#clientName} publishing`,
      setUp: async (model) => {
        await declareTopology(model, this.#topology);
        await this.#live.attachPublishing(model);
        await this.#publisher.attach(model);
      },
      down: (reason) => {
        this.#publisher.detach(reason);
      },
      blocked: (blocked) => {
        this.#publisher.block(blocked);
      },
    });
    try {
      this.#consuming = await Link.open({
        ...shared,
        name: `${this.#clientName} consuming`,
        setUp: (model) => this.#live.attachConsuming(model),
        down: () => undefined,
        blocked: () => undefined,
      });
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  publish(frames: readonly Frame[]): Promise<void> {
    for (const { exchange } of frames) {
      assert(this.#exchanges.has(exchange), `exchange ${exchange} is part of the topology`);
    }
    return this.#publisher.publish(frames.map(frameOut));
  }

  async consume(
    queue: string,
    options: { readonly prefetch: number; readonly exclusive: boolean },
    consumer: Consumer,
  ): Promise<Subscription> {
    // A partition's queue has a single active consumer by declaration, which excludes the other kind of exclusive.
    const exclusive = options.exclusive && !this.#partitionQueues.has(queue);
    try {
      const model = this.#consumingModel();
      const subscription = await RabbitSubscription.open(
        model,
        queue,
        { prefetch: options.prefetch, exclusive },
        consumer,
        (gone) => this.#subscriptions.delete(gone),
      );
      this.#subscriptions.add(subscription);
      return subscription;
    } catch (error) {
      // The queue may be gone: the next attempt shall find it.
      this.#declareAgain();
      throw unavailable(`queue ${queue} can't be consumed`, error);
    }
  }

  async retry(queue: string, delayMs: number, message: unknown, attempts: number): Promise<void> {
    const exchange = retryName(nearestDelay(this.#delays, delayMs));
    await this.#publisher.publish([copyOut(exchange, queue, jsonOut([message]), attempts)]);
  }

  async deadLetter(letter: DeadLetter): Promise<void> {
    await this.#publisher.publish([letterOut(letter)]);
  }

  async deadLetters(service: string, limit: number): Promise<readonly StoredDeadLetter[]> {
    try {
      return await this.#deadLetters.browse(service, limit);
    } catch (error) {
      throw unavailable(`the dead letters of ${service} can't be read`, error);
    }
  }

  async replayDeadLetters(service: string, ids?: readonly string[]): Promise<number> {
    try {
      return await this.#deadLetters.replay(service, ids);
    } catch (error) {
      throw unavailable(`the dead letters of ${service} can't be replayed`, error);
    }
  }

  broadcast(topic: string, payload: Json): void {
    this.#live.send(topic, payload);
  }

  onBroadcast(topic: string, listener: (payload: Json) => void): Promise<() => Promise<void>> {
    return this.#live.listen(topic, listener);
  }

  async depth(queue: string): Promise<number> {
    try {
      // A channel of its own: asking for a queue that is not there closes it.
      const channel = await this.#consumingModel().createChannel();
      channel.on('error', () => undefined);
      const { messageCount } = await channel.checkQueue(queue);
      await closeFully(channel);
      return messageCount;
    } catch (error) {
      throw unavailable(`the depth of ${queue} can't be read`, error);
    }
  }

  async queueStates(queues: readonly string[]): Promise<readonly QueueCounts[]> {
    try {
      const channel = await this.#consumingModel().createChannel();
      channel.on('error', () => undefined);
      const answers = await Promise.all(queues.map((queue) => channel.checkQueue(queue)));
      await closeFully(channel);
      return answers.map(({ queue: name, messageCount: ready, consumerCount: consumers }) => ({
        name,
        ready,
        consumers,
      }));
    } catch (error) {
      throw unavailable("the queues can't be read", error);
    }
  }

  connected(): boolean {
    return (this.#publishing?.up() ?? false) && (this.#consuming?.up() ?? false);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // First, so that nobody is told of a loss: this end is wanted.
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.abandon()));
    await this.#publisher.settle(CLOSE_CONFIRMS_MS_MAX);
    await Promise.all([this.#publishing?.close(), this.#consuming?.close()]);
    this.#publisher.detach(new Error('the broker is closed'));
  }

  #consumingModel(): ChannelModel {
    if (this.#consuming === undefined) throw new BrokerUnavailable('the connection to RabbitMQ is not open');
    return this.#consuming.model();
  }

  /** Somebody deleted a part of the topology: puts it back. Once at a time, and only a try. */
  #declareAgain(): void {
    const link = this.#publishing;
    if (this.#declaring || this.#closed || link?.up() !== true) return;
    this.#declaring = true;
    declareTopology(link.model(), this.#topology)
      .catch((error: unknown) => {
        this.#logger.warn({ reason: errorMessage(error) }, 'the topology could not be declared again');
      })
      .finally(() => {
        this.#declaring = false;
      });
  }
}

function unavailable(what: string, error: unknown): BrokerUnavailable {
  return error instanceof BrokerUnavailable
    ? error
    : new BrokerUnavailable(`${what}: ${errorMessage(error)}`, error);
}
