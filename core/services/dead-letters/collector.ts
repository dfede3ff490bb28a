import { pauseMs } from '../../engine/backoff.ts';
import type { Broker, Delivery, Subscription } from '../../engine/ports.ts';
import { deadLetterQueue } from '../../engine/topology.ts';
import { type Clock, type Random, sleep } from '../../kernel/clock.ts';
import { errorMessage } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import { lettersIn } from './letter-in.ts';
import type { LetterStore } from './ports.ts';

/*
 * Owns: the way of dead letters from the broker's queues into the store, where people find them.
 *
 * I1. A letter leaves its queue once it is stored: acknowledged after the commit, stored once by its id.
 */
export interface CollectorPorts {
  readonly store: Pick<LetterStore, 'append'>;
  readonly broker: Pick<Broker, 'consume'>;
  readonly services: readonly string[];
  /** A short, safe picture of a text: the same for the same text. */
  readonly contentHash: (text: string) => string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const PREFETCH_LETTERS = 16;

/** Begins in the background and goes on after lost connections; the returned function ends it. */
export function startCollector(ports: CollectorPorts): () => Promise<void> {
  const collectors = ports.services.map((service) => new QueueCollector(ports, service));
  for (const collector of collectors) collector.start();
  return async () => {
    for (const collector of collectors) await collector.stop();
  };
}

class QueueCollector {
  readonly #ports: CollectorPorts;
  readonly #service: string;
  #subscription: Subscription | undefined;
  #subscribing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(ports: CollectorPorts, service: string) {
    this.#ports = ports;
    this.#service = service;
  }

  start(): void {
    this.#subscribing = this.#subscribe();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#subscribing;
    await this.#subscription?.abandon().catch(() => undefined);
  }

  async #subscribe(): Promise<void> {
    const { broker, clock, random, logger } = this.#ports;
    const queue = deadLetterQueue(this.#service);
    for (let failures = 0; !this.#stopped; failures += 1) {
      try {
        this.#subscription = await broker.consume(
          queue,
          { prefetch: PREFETCH_LETTERS, exclusive: false },
          {
            onDelivery: (delivery) => void this.#take(delivery),
            onLost: () => {
              this.start();
            },
          },
        );
        return;
      } catch (error) {
        logger.warn({ queue, error: errorMessage(error) }, 'dead letters cannot be read; tried again');
        await sleep(clock, pauseMs(failures, random));
      }
    }
  }

  async #take(delivery: Delivery): Promise<void> {
    const { store, contentHash, clock, random, logger } = this.#ports;
    const letters = lettersIn(this.#service, delivery, new Date(clock.now()).toISOString(), contentHash);
    for (let failures = 0; !this.#stopped; failures += 1) {
      try {
        for (const letter of letters) await store.append(letter);
        delivery.ack();
        return;
      } catch (error) {
        logger.warn({ service: this.#service, error: errorMessage(error) }, 'dead letter not stored yet');
        await sleep(clock, pauseMs(failures, random));
      }
    }
  }
}
