import type { Json } from '../../../core/engine/behaviour.ts';
import type {
  Broker,
  Consumer,
  DeadLetter,
  Frame,
  StoredDeadLetter,
  Subscription,
} from '../../../core/engine/ports.ts';
import { nearestDelay } from '../../../core/engine/retry-ladder.ts';
import { DEAD_LETTERS, retryName } from '../../../core/engine/topology.ts';
import { assert } from '../../../core/kernel/assert.ts';
import { BrokerUnavailable } from '../../../core/kernel/errors.ts';
import { type BrokerClient, never } from './client.ts';
import type { Connection } from './connection.ts';
import { ConsumeChannel } from './consume-channel.ts';
import type { Side } from './events.ts';
import type { Exchanges } from './exchanges.ts';
import type { Post } from './frame.ts';
import type { Hints } from './hints.ts';
import { Line } from './line.ts';
import { PublishChannel } from './publish-channel.ts';
import type { Surroundings } from './surroundings.ts';

export interface PortOptions {
  readonly client: BrokerClient;
  readonly exchanges: Exchanges;
  readonly hints: Hints;
  /** Of the retry queues, shortest first. */
  readonly delays: readonly number[];
  readonly around: Surroundings;
  readonly onClosed: () => void;
}

const CLOSE_CONFIRMS_MS_MAX = 2_000;
const DOWN = 'the connection to the broker is down';

/**
 * Owns: the Broker port of one process: its two connections (P11) and what goes over them.
 *
 * I1. What a dead process still asks for has no effect and no answer.
 */
export class BrokerPort implements Broker {
  private readonly options: PortOptions;
  readonly client: BrokerClient;
  private readonly around: Surroundings;
  private readonly lines: Readonly<Record<Side, Line>>;
  private readonly subscriptions = new Set<ConsumeChannel>();
  private publishing: PublishChannel | undefined;
  private closed = false;

  constructor(options: PortOptions) {
    const { client, around, exchanges } = options;
    this.options = options;
    this.client = client;
    this.around = around;
    const onAway = (): void => {
      this.drop('both', 0, 0);
    };
    this.lines = {
      publisher: new Line({
        client,
        around,
        onAway,
        side: 'publisher',
        onUp: (connection) => {
          this.publishing = new PublishChannel(connection, exchanges, around);
        },
      }),
      consumer: new Line({ client, around, onAway, side: 'consumer' }),
    };
  }

  /** Breaks connections; see Connection.break. */
  drop(side: Side | 'both', clientAfterMs: number, serverAfterMs: number): void {
    for (const each of ['publisher', 'consumer'] as const) {
      if (side === each || side === 'both') this.lines[each].connection?.break(clientAfterMs, serverAfterMs);
    }
  }

  publish(frames: readonly Frame[]): Promise<void> {
    for (const { exchange } of frames) {
      assert(this.options.exchanges.has(exchange), `exchange ${exchange} is part of the topology`);
    }
    const { emit } = this.around;
    if (emit !== undefined && this.client.alive() && this.connection('publisher') !== undefined) {
      for (const frame of frames) emit({ type: 'published', client: this.client.name, frame });
    }
    return this.post(frames);
  }

  async consume(
    queue: string,
    options: { readonly prefetch: number; readonly exclusive: boolean },
    consumer: Consumer,
  ): Promise<Subscription> {
    if (!this.client.alive()) return never();
    const connection = this.connection('consumer');
    if (connection === undefined) throw new BrokerUnavailable(DOWN);
    const channel = await ConsumeChannel.open({
      ...options,
      queue,
      consumer,
      connection,
      exchanges: this.options.exchanges,
      around: this.around,
      onGone: (gone) => this.subscriptions.delete(gone),
    });
    this.subscriptions.add(channel);
    return channel;
  }

  retry(queue: string, delayMs: number, message: unknown, attempts: number): Promise<void> {
    const exchange = retryName(nearestDelay(this.options.delays, delayMs));
    return this.post([{ exchange, routingKey: queue, messages: [message], mandatory: true, attempts }]);
  }

  deadLetter(letter: DeadLetter): Promise<void> {
    const { service } = letter;
    return this.post([
      { exchange: DEAD_LETTERS, routingKey: service, messages: [], mandatory: true, letter },
    ]);
  }

  broadcast(topic: string, payload: Json): void {
    if (!this.client.alive()) return;
    const travelMs = this.connection('publisher')?.travelMs();
    if (travelMs !== undefined) this.options.hints.send(topic, payload, travelMs);
  }

  async onBroadcast(topic: string, listener: (payload: Json) => void): Promise<() => Promise<void>> {
    if (!this.client.alive()) return never();
    const line = this.lines.consumer;
    const end = this.options.hints.listen(topic, { client: this.client, line, hear: listener });
    await line.whenUp();
    return () => {
      end();
      return Promise.resolve();
    };
  }

  depth(queue: string): Promise<number> {
    return this.ask(() => this.there(queue, this.options.exchanges.queue(queue)).depth);
  }

  deadLetters(service: string, limit: number): Promise<readonly StoredDeadLetter[]> {
    return this.ask(() => this.there(service, this.options.exchanges.letterQueue(service)).list(limit));
  }

  /**
   * As in production: letters are taken over the one connection, their copies go over the other, and only when those
   * are confirmed are the letters gone. A process that dies in between leaves both.
   */
  async replayDeadLetters(service: string, ids?: readonly string[]): Promise<number> {
    const connection = this.connection('consumer');
    const taken = await this.ask(() => {
      const letters = this.there(service, this.options.exchanges.letterQueue(service));
      const held = letters.take(ids, this.client.name);
      connection?.add(held);
      return held;
    }, connection);
    const copied = new Set<string>();
    let failure: unknown;
    const copies = taken.letters.map((letter) =>
      this.post([copyOf(letter)]).then(
        () => copied.add(letter.id),
        (error: unknown) => (failure ??= error),
      ),
    );
    await Promise.all(copies);
    await this.ask(() => {
      taken.end(copied);
      connection?.remove(taken);
    }, connection);
    if (failure !== undefined) throw failure as Error;
    return copied.size;
  }

  connected(): boolean {
    if (this.closed || !this.client.alive()) return false;
    const { publisher, consumer } = this.lines;
    // Who looks may be the first to notice that nobody is there.
    publisher.connection?.travelMs();
    return publisher.connection !== undefined && consumer.connection !== undefined;
  }

  async close(): Promise<void> {
    if (this.closed || !this.client.alive()) return;
    this.closed = true;
    await Promise.all([...this.subscriptions].map((subscription) => subscription.abandon()));
    if (this.publishing !== undefined) await this.withinMs(this.publishing.settled(), CLOSE_CONFIRMS_MS_MAX);
    this.lines.publisher.close();
    this.lines.consumer.close();
    this.options.onClosed();
  }

  /** Undefined while it is down, as far as the process knows, and once the port is closed. */
  private connection(side: Side): Connection | undefined {
    return this.closed ? undefined : this.lines[side].connection;
  }

  private post(posts: readonly Post[]): Promise<void> {
    if (!this.client.alive()) return never();
    if (this.connection('publisher') === undefined || this.publishing === undefined) {
      return Promise.reject(new BrokerUnavailable(DOWN));
    }
    return this.publishing.publish(posts);
  }

  /** Asks the server: the answer tells how things are when it comes back. */
  private ask<Answer>(question: () => Answer, connection = this.connection('consumer')): Promise<Answer> {
    if (!this.client.alive()) return never();
    if (connection === undefined || this.closed) return Promise.reject(new BrokerUnavailable(DOWN));
    return new Promise((resolve, reject) => {
      const channel = { broken: nothing, closedAtServer: nothing, closedAtClient: reject };
      connection.add(channel);
      const thereMs = connection.travelMs();
      const backMs = connection.travelMs();
      if (thereMs === undefined || backMs === undefined) return;
      this.around.timeline.after(thereMs + backMs, () => {
        if (connection.broken) return;
        connection.remove(channel);
        const answered = answerOf(question, resolve, reject);
        this.client.deliver(answered);
      });
    });
  }

  private there<Queue>(name: string, queue: Queue | undefined): Queue {
    if (queue === undefined) throw new BrokerUnavailable(`there is no queue ${name}`);
    return queue;
  }

  private async withinMs(work: Promise<void>, limitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.around.timeline.after(limitMs, () => {
        this.client.deliver(resolve);
      });
      void work.then(() => {
        cancel();
        resolve();
      });
    });
  }
}

/** The message alone, as if new: its attempts start again. */
function copyOf({ queue, message }: StoredDeadLetter): Post {
  const body = typeof message === 'string' ? { messages: [], unreadable: message } : { messages: [message] };
  return { exchange: '', routingKey: queue, mandatory: true, ...body };
}

function nothing(): void {
  // A question holds nothing.
}

/** Runs the question now, at the server; what it answers, or throws, is for the process. */
function answerOf<Answer>(
  question: () => Answer,
  resolve: (answer: Answer) => void,
  reject: (error: Error) => void,
): () => void {
  try {
    const answer = question();
    return () => {
      resolve(answer);
    };
  } catch (error) {
    return () => {
      reject(error as Error);
    };
  }
}
