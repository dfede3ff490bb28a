import type { Clock } from '../kernel/clock.ts';
import type { Message } from '../kernel/message.ts';
import type { Broker } from './ports.ts';
import type { Router } from './router.ts';

/** Why messages were dropped: more came than may wait, or the broker did not take them. */
export type DropReason = 'full' | 'unsent';

export interface BestEffortOptions {
  readonly broker: Pick<Broker, 'publish' | 'connected'>;
  readonly router: Router;
  readonly clock: Clock;
  readonly onDropped: (messages: number, reason: DropReason) => void;
}

/** Messages that may wait, beside those under way. */
const WAITING_MAX = 2_000;
const BATCH_MAX = 256;
/** What comes within this time leaves together. */
const GATHER_MS = 50;
/** How long the end of the process waits for the last ones. */
const CLOSE_MS_MAX = 1_000;

/**
 * Owns: messages that are sent without an outbox, for which nobody waits and on which nothing rests.
 *
 * I1. Sending costs its caller a place in a list: it waits for nothing and never throws.
 * I2. One batch is under way at a time, and WAITING_MAX messages wait at most; what comes beyond that, and what the broker
 *     did not take, is dropped and counted. Nothing is sent twice.
 */
export class BestEffortSend {
  readonly #options: BestEffortOptions;
  #waiting: Message[] = [];
  #cancelTimer: (() => void) | undefined;
  #sending: Promise<void> | undefined;
  #closed = false;

  constructor(options: BestEffortOptions) {
    this.#options = options;
  }

  send(message: Message): void {
    if (this.#closed || this.#waiting.length >= WAITING_MAX) {
      this.#options.onDropped(1, this.#closed ? 'unsent' : 'full');
      return;
    }
    this.#waiting.push(message);
    if (this.#sending !== undefined) return;
    this.#cancelTimer ??= this.#options.clock.after(GATHER_MS, () => {
      this.#start();
    });
  }

  /** Sends what waits, for a moment at most; later messages are dropped. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#start();
    if (this.#sending === undefined) return;
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(CLOSE_MS_MAX, resolve);
    });
    await Promise.race([this.#sending, late]);
    cancel();
  }

  #start(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#waiting.length === 0) return;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
      // What came in the very turn in which the last batch was done.
      this.#start();
    });
  }

  async #sendAll(): Promise<void> {
    const { broker, router, onDropped } = this.#options;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH_MAX);
      this.#waiting = this.#waiting.slice(BATCH_MAX);
      try {
        // Asked first: a broker that is away may take its time to say so.
        if (broker.connected()) await broker.publish(router.frames(batch));
        else onDropped(batch.length, 'unsent');
      } catch {
        onDropped(batch.length, 'unsent');
      }
    }
  }
}
