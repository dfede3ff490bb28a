import { createHash } from 'node:crypto';
import { Gauge, type Registry } from 'prom-client';
import { uuidv7 } from 'uuidv7';
import { systemClock } from '../../core/kernel/clock.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { startCollector } from '../../core/services/dead-letters/collector.ts';
import { DeadLetterDesk } from '../../core/services/dead-letters/desk.ts';
import { Replayer } from '../../core/services/dead-letters/replayer.ts';
import type { Database } from '../postgres/database.ts';
import { createLetterStore } from '../postgres/dead-letters/letters.ts';
import { createReplayStore } from '../postgres/dead-letters/replays.ts';
import { handledBefore } from '../postgres/engine/handled.ts';
import { memberName, type Resources } from './resources.ts';
import type { Settings } from './settings.ts';
import { platformTopology, queueOf, QUEUE_SERVICES } from './topology.ts';

/** How long letters that were dealt with are kept to look at. */
const DEALT_WITH_MS = 30 * 86_400_000;

export interface DeadLetters {
  readonly desk: DeadLetterDesk;
  /** Drops letters that were dealt with long ago. */
  forget(): Promise<void>;
  stop(): Promise<void>;
}

/** What people may do with dead letters, on a database alone: replays are left to the processes that run. */
export function openDesk(
  database: Database,
  { partitions }: Pick<Settings, 'partitions'>,
  onReplay: () => void = () => undefined,
): DeadLetterDesk {
  return new DeadLetterDesk({
    store: createLetterStore(database),
    queueOf: (service, message) => queueOf(service, message, partitions),
    handled: (service, messageId, day) => handledBefore(database, service, messageId, day),
    newId: uuidv7,
    onReplay,
  });
}

/**
 * Starts what every process does about dead letters: from RabbitMQ's queues into the store (the embedded broker stores them
 * itself), and back where people said so. Each letter and each replay is worked on by one process at a time.
 */
export function startDeadLetters(options: {
  readonly settings: Settings;
  readonly resources: Pick<Resources, 'database' | 'broker'>;
  readonly registry: Registry;
  readonly logger: Logger;
}): DeadLetters {
  const { settings, resources, registry, logger } = options;
  const { database, broker } = resources;
  const messageQueues = new Set(
    platformTopology(settings.partitions)
      .queues.filter(({ kind }) => kind === 'partition' || kind === 'shared')
      .map(({ name }) => name),
  );
  const replayer = new Replayer({
    store: createReplayStore(database),
    broker,
    isQueue: (queue) => messageQueues.has(queue),
    queueOf: (service, message) => queueOf(service, message, settings.partitions),
    owner: memberName(settings),
    clock: systemClock,
    random: Math.random,
    logger,
  });
  const desk = openDesk(database, settings, () => {
    replayer.kick();
  });
  const stopCollecting =
    settings.amqpUrl === undefined
      ? () => Promise.resolve()
      : startCollector({
          store: desk.store,
          broker,
          services: QUEUE_SERVICES,
          contentHash: (text) => createHash('sha256').update(text).digest('hex'),
          clock: systemClock,
          random: Math.random,
          logger,
        });
  replayer.start();
  countWaiting(desk, registry);
  return {
    desk,
    forget: () => desk.store.forget(new Date(Date.now() - DEALT_WITH_MS).toISOString()),
    stop: async () => {
      await replayer.stop();
      await stopCollecting();
    },
  };
}

function countWaiting(desk: DeadLetterDesk, registry: Registry): void {
  new Gauge({
    name: 'orrery_dead_letters_waiting',
    help: 'Dead letters that wait for somebody to decide, on the whole platform',
    labelNames: ['service'],
    registers: [registry],
    async collect() {
      // The database may be away: then nobody knows, and the other numbers are told all the same.
      const waiting = await desk.store.waiting().catch(() => undefined);
      this.reset();
      if (waiting === undefined) return;
      for (const service of QUEUE_SERVICES) this.set({ service }, waiting.get(service) ?? 0);
    },
  });
}
