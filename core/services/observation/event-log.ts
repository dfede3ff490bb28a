import { type Clock, systemClock } from '../../kernel/clock.ts';
import { errorMessage } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { PlatformEvent } from './ports.ts';

/** How long events wait for company. */
const GATHER_MS = 250;
/** A store that is away is tried again after this long. */
const RETRY_MS = 2_000;
/** Events kept while the store is away; the oldest go. */
const WAITING_MAX = 1_000;

export interface StoredEvent extends PlatformEvent {
  readonly id: string;
}

/**
 * Owns: events on their way into the store: gathered, written together, kept for a while when the store is away.
 *
 * I1. Recording never waits, never fails and never makes what happens slower: an event may be lost, an order may not.
 */
export class EventLog {
  readonly #append: (events: readonly StoredEvent[]) => Promise<void>;
  readonly #newId: () => string;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #waiting: StoredEvent[] = [];
  #cancel: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: {
    readonly append: (events: readonly StoredEvent[]) => Promise<void>;
    /** Never the same twice; time-ordered. */
    readonly newId: () => string;
    readonly logger: Logger;
    readonly clock?: Clock;
  }) {
    this.#append = options.append;
    this.#newId = options.newId;
    this.#logger = options.logger;
    this.#clock = options.clock ?? systemClock;
  }

  record(event: PlatformEvent): void {
    this.#waiting.push({ ...event, id: this.#newId() });
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
    this.#writeIn(GATHER_MS);
  }

  /** Writes what waits, once; nothing is taken in afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.#writing;
    await this.#write();
  }

  #writeIn(delayMs: number): void {
    if (this.#closed || this.#cancel !== null) return;
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#cancel = null;
      this.#writing = this.#write();
    });
  }

  async #write(): Promise<void> {
    const events = this.#waiting;
    if (events.length === 0) return;
    this.#waiting = [];
    try {
      await this.#append(events);
    } catch (error) {
      this.#logger.debug({ error: errorMessage(error), events: events.length }, 'events are not written yet');
      this.#waiting = [...events, ...this.#waiting].slice(-WAITING_MAX);
      this.#writeIn(RETRY_MS);
    }
  }
}
