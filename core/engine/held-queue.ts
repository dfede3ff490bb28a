import type { Clock } from '../kernel/clock.ts';
import type { Message } from '../kernel/message.ts';
import type { Json } from './behaviour.ts';
import type { Consumer, Delivery } from './ports.ts';

/** Header of a mark: an empty frame that a process sends itself through a queue. */
const MARK = 'x-orrery-mark';
/** A mark that has not come back by then may have gone to who listened before: another one is sent. */
const MARK_AGAIN_MS = 2_000;

interface Handed {
  readonly messages: readonly Message[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Owns: one partition's queue as long as this process listens to it: what is handed to its consumer past the broker.
 *
 * I1. What is handed over reaches the consumer behind everything that this process had sent through the queue: it waits
 *     until a mark, sent behind that, has come back through the queue.
 * I2. Of what is handed over each is resolved by its acknowledgement, or rejected when nobody will give one.
 */
export class HeldQueue {
  readonly #consumer: Consumer;
  readonly #clock: Clock;
  readonly #newMark: () => string;
  readonly #sendMark: (headers: Readonly<Record<string, Json>>) => Promise<void>;
  /** `behind`: something may still be on its way through the broker. */
  #state: 'behind' | 'asking' | 'open' | 'closed' = 'behind';
  /** Marks sent behind everything that went through the broker. */
  #valid = new Set<string>();
  readonly #waiting: Handed[] = [];
  readonly #given = new Set<Handed>();
  #cancelAsking: () => void = () => undefined;

  constructor(options: {
    readonly consumer: Consumer;
    readonly clock: Clock;
    readonly newMark: () => string;
    readonly sendMark: (headers: Readonly<Record<string, Json>>) => Promise<void>;
  }) {
    this.#consumer = options.consumer;
    this.#clock = options.clock;
    this.#newMark = options.newMark;
    this.#sendMark = options.sendMark;
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** Resolves once the consumer has acknowledged it. */
  hand(messages: readonly Message[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const handed = { messages, resolve, reject };
      if (this.#state === 'open') {
        this.#give(handed);
        return;
      }
      this.#waiting.push(handed);
      if (this.#state === 'behind') this.#ask();
    });
  }

  /** Something is about to go through the broker to this queue. */
  passedBy(): void {
    this.#valid = new Set();
    if (this.#state === 'open') this.#state = 'behind';
  }

  /** A delivery of the broker. */
  take(delivery: Delivery): void {
    const mark = delivery.headers[MARK];
    if (typeof mark !== 'string') {
      this.#consumer.onDelivery(delivery);
      return;
    }
    delivery.ack();
    if (this.#state !== 'asking') return;
    if (this.#valid.has(mark)) this.#open();
    else if (this.#valid.size === 0) this.#ask();
  }

  /** Nothing more is handed over; what was given may still be acknowledged. */
  close(reason: Error): void {
    this.#state = 'closed';
    this.#cancelAsking();
    for (const handed of this.#waiting.splice(0)) handed.reject(reason);
  }

  /** What was given and not acknowledged never will be. */
  giveBack(reason: Error): void {
    for (const handed of this.#given) handed.reject(reason);
    this.#given.clear();
  }

  #ask(): void {
    this.#state = 'asking';
    this.#cancelAsking();
    const mark = this.#newMark();
    this.#valid.add(mark);
    this.#cancelAsking = this.#clock.after(MARK_AGAIN_MS, () => {
      this.#ask();
    });
    this.#sendMark({ [MARK]: mark }).catch((error: unknown) => {
      if (this.#state !== 'asking' || !this.#valid.has(mark)) return;
      this.#cancelAsking();
      this.#state = 'behind';
      for (const handed of this.#waiting.splice(0)) handed.reject(error as Error);
    });
  }

  #open(): void {
    this.#cancelAsking();
    this.#state = 'open';
    this.#valid = new Set();
    for (const handed of this.#waiting.splice(0)) this.#give(handed);
  }

  #give(handed: Handed): void {
    this.#given.add(handed);
    this.#consumer.onDelivery({
      messages: handed.messages,
      redeliveries: 0,
      attempts: 0,
      headers: {},
      ack: () => {
        this.#given.delete(handed);
        handed.resolve();
      },
    });
  }
}
