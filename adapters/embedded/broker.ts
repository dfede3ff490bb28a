import { setImmediate } from 'node:timers';
import { Broker as Smqp } from 'smqp';
import { uuidv7 } from 'uuidv7';
import type { Json } from '../../core/engine/behaviour.ts';
import { readFrameBody } from '../../core/engine/frame-body.ts';
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
import { deadLetterQueue, type Topology } from '../../core/engine/topology.ts';
import { assert } from '../../core/kernel/assert.ts';
import { systemClock, type Clock } from '../../core/kernel/clock.ts';
import { BrokerUnavailable } from '../../core/kernel/errors.ts';
import { createMemoryJournal, type DeadLetterJournal } from './broker-journal.ts';
import { FrameQueue } from './broker-queue.ts';
import { Entry, Receipt } from './broker-receipt.ts';

/*
 * Owns: the Broker port in one process, on smqp's exchanges and queues.
 * Does not own: durability. What it holds is gone with the process; therefore
 *
 * I1. a publish resolves only when every queue it reached has acknowledged: the sender's outbox row stays till then (P10),
 * I2. a retry copy keeps its original unsettled, so the original's row stays, too (P25),
 * I3. closing breaks every promise that is not kept yet: nobody may believe that such a frame was consumed,
 * I4. queues that may lose frames keep none of these promises: no publish waits for them.
 *
 * Messages are handed over by reference: whoever gets one must not change it.
 */

export interface EmbeddedBrokerOptions {
  readonly topology: Topology;
  /** Where dead letters are kept; default: in memory. */
  readonly journal?: DeadLetterJournal;
  readonly clock?: Clock;
}

export interface EmbeddedBroker extends Broker {
  /** Puts a raw body on a queue, as an operator does by hand with RabbitMQ. Throws when there is no such queue. */
  put(queue: string, body: string): void;
}

/** Exchange and routing key, both known: the queues that take such a frame. */
const ROUTES_MAX = 20_000;
const REPLAY_PAGE_LETTERS = 200;
const LETTERS_OF = deadLetterQueue('');
/** Dead letters are counted exactly up to here. */
const LETTERS_COUNTED_MAX = 1_000;
const CLOSED = 'the broker is closed';

export function createEmbeddedBroker(options: EmbeddedBrokerOptions): EmbeddedBroker {
  return new InProcessBroker(options);
}

class InProcessBroker implements EmbeddedBroker {
  readonly #smqp = new Smqp();
  readonly #queues = new Map<string, FrameQueue>();
  readonly #routes = new Map<string, readonly FrameQueue[]>();
  readonly #receipts = new Set<Receipt>();
  readonly #timers = new Set<() => void>();
  readonly #listeners = new Map<string, Set<(payload: Json) => void>>();
  readonly #replaying = new Set<string>();
  readonly #delays: readonly number[];
  readonly #journal: DeadLetterJournal;
  readonly #clock: Clock;
  #closed = false;

  constructor({ topology, journal = createMemoryJournal(), clock = systemClock }: EmbeddedBrokerOptions) {
    this.#journal = journal;
    this.#clock = clock;
    this.#delays = retryDelays(topology);
    for (const exchange of topology.exchanges)
      this.#smqp.assertExchange(exchange, 'topic', { autoDelete: false });
    for (const { name, kind, framesMax } of topology.queues) {
      const bound = framesMax === undefined ? {} : { maxLength: framesMax };
      const queue = this.#smqp.assertQueue(name, { autoDelete: false, ...bound });
      this.#queues.set(name, new FrameQueue(queue, kind === 'partition', framesMax !== undefined));
    }
    for (const { queue, exchange, pattern } of topology.bindings)
      this.#smqp.bindQueue(queue, exchange, pattern);
  }

  publish(frames: readonly Frame[]): Promise<void> {
    if (this.#closed) return Promise.reject(new BrokerUnavailable(CLOSED));
    const receipt = new Receipt(this.#receipts);
    let unrouted: Frame | undefined;
    for (const frame of frames) {
      const queues = this.#route(frame.exchange, frame.routingKey);
      if (queues.length === 0 && frame.mandatory) unrouted ??= frame;
      for (const queue of queues) {
        if (queue.lossy) {
          queue.enqueue(new Entry(frame, 0, () => undefined));
          continue;
        }
        receipt.expect();
        queue.enqueue(
          new Entry(frame, 0, () => {
            receipt.arrived();
          }),
        );
      }
    }
    if (unrouted === undefined) receipt.arrived();
    else receipt.break(`no queue took ${unrouted.exchange}/${unrouted.routingKey}`);
    return receipt.promise;
  }

  consume(
    queue: string,
    options: { readonly prefetch: number; readonly exclusive: boolean },
    consumer: Consumer,
  ): Promise<Subscription> {
    return this.#attempt(() => this.#queue(queue).subscribe(options, consumer));
  }

  /**
   * The copy is in memory only. Is its original a frame of this queue that is not acknowledged yet, then that frame
   * counts as consumed only when the copy is, too: the copy is as safe as its original, and this resolves at
   * once, so that waiting copies don't use up the consumer's prefetch. Else this resolves when the copy is consumed.
   */
  retry(queue: string, delayMs: number, message: unknown, attempts: number): Promise<void> {
    return this.#attempt(() => {
      const target = this.#queue(queue);
      const original = target.unacknowledged(message);
      const receipt = original === undefined ? new Receipt(this.#receipts) : undefined;
      original?.hold();
      const copy = new Entry({ messages: [message] }, attempts, () => {
        original?.letGo();
        receipt?.arrived();
      });
      const cancel = this.#clock.after(nearestDelay(this.#delays, delayMs), () => {
        this.#timers.delete(cancel);
        target.enqueue(copy);
      });
      this.#timers.add(cancel);
      return receipt?.promise;
    });
  }

  async deadLetter(letter: DeadLetter): Promise<void> {
    if (this.#closed) throw new BrokerUnavailable(CLOSED);
    await this.#journal.append({ ...letter, id: uuidv7() });
  }

  deadLetters(service: string, limit: number): Promise<readonly StoredDeadLetter[]> {
    return this.#journal.list(service, limit);
  }

  /** Waits until the copies are consumed: before that they are not safe, and the letters must stay. */
  async replayDeadLetters(service: string, ids?: readonly string[]): Promise<number> {
    // Letters that die while this runs have higher ids: they wait for the next replay.
    const last = uuidv7();
    let after = '';
    let replayed = 0;
    for (;;) {
      const page = await this.#journal.list(service, REPLAY_PAGE_LETTERS, { after, ...(ids && { ids }) });
      const due = page.filter(({ id }) => id < last && !this.#replaying.has(id));
      await Promise.all(due.map((letter) => this.#replay(letter)));
      replayed += due.length;
      const newest = page.at(-1)?.id;
      if (newest === undefined || newest >= last) return replayed;
      after = newest;
    }
  }

  broadcast(topic: string, payload: Json): void {
    setImmediate(() => {
      if (this.#closed) return;
      for (const listener of this.#listeners.get(topic) ?? []) listener(payload);
    });
  }

  onBroadcast(topic: string, listener: (payload: Json) => void): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    // Wrapped: the same function may listen twice.
    const own = (payload: Json): void => {
      listener(payload);
    };
    listeners.add(own);
    return Promise.resolve(() => {
      listeners.delete(own);
      if (listeners.size === 0) this.#listeners.delete(topic);
      return Promise.resolve();
    });
  }

  depth(queue: string): Promise<number> {
    return this.#attempt(() => this.#queue(queue).depth());
  }

  queueStates(queues: readonly string[]): Promise<readonly QueueCounts[]> {
    return this.#attempt(() => Promise.all(queues.map((name) => this.#countsOf(name))));
  }

  put(queue: string, body: string): void {
    this.#queue(queue).enqueue(new Entry(readFrameBody(body), 0, () => undefined));
  }

  connected(): boolean {
    return !this.#closed;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    // Broken first: giving frames back must not look like consuming them (I3).
    for (const receipt of [...this.#receipts]) receipt.break(CLOSED);
    for (const queue of this.#queues.values()) await queue.close();
    this.#listeners.clear();
    this.#smqp.reset();
  }

  async #replay(letter: StoredDeadLetter): Promise<void> {
    this.#replaying.add(letter.id);
    try {
      const { message } = letter;
      const queue = this.#queue(letter.queue);
      const receipt = new Receipt(this.#receipts);
      queue.enqueue(
        new Entry(typeof message === 'string' ? readFrameBody(message) : { messages: [message] }, 0, () => {
          receipt.arrived();
        }),
      );
      await receipt.promise;
      await this.#journal.remove(letter.service, letter.id);
    } finally {
      this.#replaying.delete(letter.id);
    }
  }

  /** The queues a frame goes to, each once even if several of its bindings match (P12). */
  #route(exchange: string, routingKey: string): readonly FrameQueue[] {
    const address = `${exchange}/${routingKey}`;
    const known = this.#routes.get(address);
    if (known !== undefined) return known;
    const names = new Set(exchange === '' ? [routingKey] : this.#bound(exchange, routingKey));
    const queues = [...names].flatMap((name) => this.#queues.get(name) ?? []);
    if (this.#routes.size >= ROUTES_MAX) this.#routes.clear();
    this.#routes.set(address, queues);
    return queues;
  }

  #bound(name: string, routingKey: string): string[] {
    const exchange = this.#smqp.getExchange(name) as ReturnType<Smqp['getExchange']> | undefined;
    assert(exchange !== undefined, `exchange ${name} is part of the topology`);
    return exchange.bindings
      .filter((binding) => binding.testPattern(routingKey))
      .map(({ queue }) => queue.name);
  }

  /** Dead letters are in the journal; their queues stay empty. */
  async #countsOf(name: string): Promise<QueueCounts> {
    const queue = this.#queue(name);
    if (!name.startsWith(LETTERS_OF)) return { name, ready: queue.depth(), consumers: queue.consumers() };
    const letters = await this.#journal.list(name.slice(LETTERS_OF.length), LETTERS_COUNTED_MAX);
    return { name, ready: letters.length, consumers: 0 };
  }

  #queue(name: string): FrameQueue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw new BrokerUnavailable(`there is no queue ${name}`);
    return queue;
  }

  #attempt<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(new BrokerUnavailable(CLOSED));
    return new Promise((resolve) => {
      resolve(work());
    });
  }
}
