import type { Clock } from '../kernel/clock.ts';
import { BrokerUnavailable } from '../kernel/errors.ts';
import type { Message } from '../kernel/message.ts';
import type { Json } from './behaviour.ts';
import { HeldQueue } from './held-queue.ts';
import type {
  Broker,
  Consumer,
  DeadLetter,
  Frame,
  PublishHow,
  QueueCounts,
  StoredDeadLetter,
  Subscription,
} from './ports.ts';
import { packFrames } from './router.ts';
import { EVENTS, type Topology } from './topology.ts';

/** Where an event that was handed over is published as well: partitions bind numbers, others `<type>.*`. */
const LOCAL = 'local';

export interface LocalHopsOptions {
  readonly broker: Broker;
  readonly topology: Topology;
  /** Unique per process start. */
  readonly name: string;
  readonly clock: Clock;
}

/**
 * Owns: the short way of messages whose sender and receiver share a process (P13): from the sender's commit straight to
 * the worker that holds the addressee's partition.
 * Does not own: what makes either way safe, the sender's outbox row and the receiver's inbox; queues without partitions,
 * whose consumers compete.
 * In: frames whose rows have landed. Out: deliveries, and what is left for the broker.
 *
 * I1. A frame has arrived once its receiver has acknowledged it, that is, committed: until then its outbox row stays. When
 *     the receiver stops listening before that, the publish fails, and is tried again as any other.
 * I2. Nothing overtakes what this process sent to the same partition through the broker (held-queue.ts).
 * I3. What is published again goes through the broker, which counts how often it gave it out (P8).
 * I4. Events go to the broker as well, under a key that no partition binds, for whoever else listens.
 */
export class LocalHops implements Broker {
  readonly #broker: Broker;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #queueOf: ReadonlyMap<string, string>;
  readonly #shared: ReadonlySet<string>;
  readonly #held = new Map<string, HeldQueue>();
  #marks = 0;

  constructor({ broker, topology, name, clock }: LocalHopsOptions) {
    this.#broker = broker;
    this.#name = name;
    this.#clock = clock;
    this.#queueOf = partitionQueues(topology);
    this.#shared = sharedTypes(topology);
  }

  publish(frames: readonly Frame[], how: PublishHow = {}): Promise<void> {
    if (this.#held.size === 0) return this.#broker.publish(frames, how);
    const arrivals: Promise<void>[] = [];
    const copied: { readonly message: Message; readonly exchange: string }[] = [];
    const outward: Frame[] = [];
    for (const frame of frames) {
      const { exchange, messages } = frame;
      const queue = this.#held.get(this.#queueOf.get(addressOf(frame)) ?? '');
      if (queue === undefined) {
        outward.push(frame);
      } else if (how.again === true) {
        queue.passedBy();
        outward.push(frame);
      } else {
        arrivals.push(queue.hand(messages));
        for (const message of messages)
          if (this.#isCopied(exchange, message)) copied.push({ message, exchange });
      }
    }
    if (arrivals.length === 0) return this.#broker.publish(frames, how);
    outward.push(...this.#copies(copied));
    if (outward.length > 0) arrivals.push(this.#broker.publish(outward, how));
    return Promise.all(arrivals).then(() => undefined);
  }

  async consume(
    name: string,
    options: { readonly prefetch: number; readonly exclusive: boolean },
    consumer: Consumer,
  ): Promise<Subscription> {
    if (!options.exclusive) return this.#broker.consume(name, options, consumer);
    const queue = new HeldQueue({
      consumer,
      clock: this.#clock,
      sendMark: (headers) =>
        this.#broker.publish([{ exchange: '', routingKey: name, messages: [], mandatory: true, headers }]),
      newMark: () => {
        this.#marks += 1;
        return `${this.#name}/${String(this.#marks)}`;
      },
    });
    const leave = (): void => {
      if (this.#held.get(name) === queue) this.#held.delete(name);
      queue.close(new BrokerUnavailable(`${name} is no longer held here`));
    };
    const lose = (): void => {
      leave();
      queue.giveBack(new BrokerUnavailable(`${name} was given back before it was handled`));
    };
    const subscription = await this.#broker.consume(name, options, {
      onDelivery: (delivery) => {
        queue.take(delivery);
      },
      onLost: (reason) => {
        lose();
        consumer.onLost(reason);
      },
    });
    if (!queue.closed) this.#held.set(name, queue);
    return {
      cancel: () => {
        leave();
        return subscription.cancel();
      },
      abandon: () => {
        lose();
        return subscription.abandon();
      },
    };
  }

  #isCopied(exchange: string, { type }: Message): boolean {
    return exchange === EVENTS || this.#shared.has(type);
  }

  #copies(copied: readonly { readonly message: Message; readonly exchange: string }[]): Frame[] {
    const exchanges = new Map(copied.map(({ message, exchange }) => [message, exchange]));
    return packFrames([...exchanges.keys()], (message) => ({
      exchange: exchanges.get(message) ?? EVENTS,
      routingKey: `${message.type}.${LOCAL}`,
      mandatory: this.#shared.has(message.type),
    }));
  }

  // ------------------------------------------------------------ as the broker does it

  retry(queue: string, delayMs: number, message: unknown, attempts: number): Promise<void> {
    return this.#broker.retry(queue, delayMs, message, attempts);
  }

  deadLetter(letter: DeadLetter): Promise<void> {
    return this.#broker.deadLetter(letter);
  }

  broadcast(topic: string, payload: Json): void {
    this.#broker.broadcast(topic, payload);
  }

  onBroadcast(topic: string, listener: (payload: Json) => void): Promise<() => Promise<void>> {
    return this.#broker.onBroadcast(topic, listener);
  }

  depth(queue: string): Promise<number> {
    return this.#broker.depth(queue);
  }

  queueStates(queues: readonly string[]): Promise<readonly QueueCounts[]> {
    return this.#broker.queueStates?.(queues) ?? Promise.resolve([]);
  }

  deadLetters(service: string, limit: number): Promise<readonly StoredDeadLetter[]> {
    return this.#broker.deadLetters(service, limit);
  }

  replayDeadLetters(service: string, ids?: readonly string[]): Promise<number> {
    return this.#broker.replayDeadLetters(service, ids);
  }

  connected(): boolean {
    return this.#broker.connected();
  }

  close(): Promise<void> {
    return this.#broker.close();
  }
}

/** The one partition queue that takes frames of an address; types that several services' actors take have none. */
function partitionQueues({ queues, bindings }: Topology): ReadonlyMap<string, string> {
  const partitions = new Set(queues.flatMap(({ name, kind }) => (kind === 'partition' ? [name] : [])));
  const byAddress = new Map<string, string>();
  const several = new Set<string>();
  for (const { queue, exchange, pattern } of bindings) {
    if (!partitions.has(queue)) continue;
    const address = addressOf({ exchange, routingKey: pattern });
    if (byAddress.has(address)) several.add(address);
    byAddress.set(address, queue);
  }
  for (const address of several) byAddress.delete(address);
  return byAddress;
}

/** Types that queues without partitions take, each bound as `<type>.*`. */
function sharedTypes({ queues, bindings }: Topology): ReadonlySet<string> {
  const shared = new Set(queues.flatMap(({ name, kind }) => (kind === 'shared' ? [name] : [])));
  return new Set(
    bindings.flatMap(({ queue, pattern }) => (shared.has(queue) ? [pattern.slice(0, -'.*'.length)] : [])),
  );
}

function addressOf({ exchange, routingKey }: Pick<Frame, 'exchange' | 'routingKey'>): string {
  return `${exchange}/${routingKey}`;
}
