import { uuidv7 } from 'uuidv7';
import type { Notice } from '../../core/engine/notices.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import { errorMessage } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { EventLog } from '../../core/services/observation/event-log.ts';
import type { PlatformEvent, Processes } from '../../core/services/observation/ports.ts';
import { ProcessWatch } from '../../core/services/observation/process-watch.ts';
import { measured } from '../postgres/measured.ts';
import { createModelRegistry } from '../postgres/intelligence/registry.ts';
import { appendEvents } from '../postgres/ops/events.ts';
import { createProcesses } from '../postgres/ops/processes.ts';
import { createTallies } from '../postgres/orders/tallies.ts';
import { startAnomalyWatch } from './anomaly-watch.ts';
import type { EngineMetrics } from './metrics.ts';
import type { Nodes } from './nodes.ts';
import { eventOf } from './notices.ts';
import { createProcessFacts } from './process-facts.ts';
import type { Resources } from './resources.ts';

/** How often a process tells how it is. */
const TELL_MS = 2_000;
/** How often what commits left in the books is added up. */
const FOLD_MS = 500;

/**
 * Owns: what a process tells about itself: a row every few seconds, events as they happen, the adding up of the books.
 *
 * I1. Nothing here is in the way of an order: what fails is tried again with the next turn, and told at level debug.
 */
export interface Observation {
  readonly processes: Processes;
  readonly watch: ProcessWatch;
  /** The same world, its statements measured. */
  readonly resources: Resources;
  record(event: Omit<PlatformEvent, 'at' | 'process'>): void;
  noticed(service: string, notice: Notice): void;
  /** Calls to a partner begin to be refused, or go through again. */
  circuit(partner: string, open: boolean): void;
  /** Begins to tell; the returned function says that the process stops, and resolves once that is written. */
  start(nodes: Nodes): () => Promise<void>;
}

export function openObservation(options: {
  readonly resources: Resources;
  /** Unique per process start. */
  readonly id: string;
  readonly services: readonly string[];
  readonly metrics: Pick<EngineMetrics, 'statement' | 'registry'>;
  readonly logger: Logger;
}): Observation {
  const { id, services, metrics, logger } = options;
  // What is written here is not measured: it would fill its own list.
  const { database } = options.resources;
  const watch = new ProcessWatch(systemClock);
  const processes = createProcesses(database);
  const models = createModelRegistry(database);
  const events = new EventLog({ append: (all) => appendEvents(database, all), newId: uuidv7, logger });
  const resources: Resources = {
    ...options.resources,
    database: measured(database, (name, tookMs, failed) => {
      watch.statement(name, tookMs, failed);
      metrics.statement(name, tookMs);
    }),
  };
  const record: Observation['record'] = (event) => {
    events.record({ ...event, at: new Date(systemClock.now()).toISOString(), process: id });
  };
  return {
    processes,
    watch,
    resources,
    record,
    noticed(service, notice) {
      watch.noticed(service, notice);
      const event = eventOf(service, id, notice, systemClock.now());
      if (event !== undefined) events.record(event);
    },
    circuit(partner, open) {
      record({
        level: open ? 'warn' : 'info',
        type: open ? 'circuit.opened' : 'circuit.closed',
        text: open
          ? `${partner}: too many failures, calls are refused for a while`
          : `${partner}: calls go through again`,
        detail: { partner },
      });
    },
    start(nodes) {
      const looks = services.includes('analytics');
      const anomalies = looks
        ? startAnomalyWatch({
            database,
            isOn: async () => (await models.serving()).get('anomalies')?.enabled !== false,
            registry: metrics.registry,
            logger,
            onFound: ({ text, ...detail }) => {
              record({ level: 'warn', type: 'anomaly.found', text, detail });
            },
          })
        : undefined;
      const facts = createProcessFacts({
        id,
        services,
        watch,
        nodes: nodes.all,
        ...resources,
        anomalies: anomalies === undefined ? undefined : () => anomalies.current(),
      });
      const tallies = createTallies(database);
      const turns = [
        startTurns(TELL_MS, logger, 'the state of this process', () => processes.tell(facts.read())),
        ...(services.includes('orders') || services.includes('analytics')
          ? [
              startTurns(FOLD_MS, logger, 'the books', async () => {
                await tallies.fold();
              }),
            ]
          : []),
      ];
      record({ level: 'info', type: 'process.started', text: `started: ${services.join(', ')}` });
      return async () => {
        record({ level: 'info', type: 'process.stopped', text: 'stopped' });
        for (const stop of turns) await stop();
        await anomalies?.stop();
        facts.stop();
        await events.close();
        await processes.leave(id).catch((error: unknown) => {
          logger.debug({ error: errorMessage(error) }, 'the end of this process is not written');
        });
      };
    },
  };
}

/** Does something over and over, never twice at once; the returned function resolves once it rests. */
function startTurns(
  everyMs: number,
  logger: Logger,
  what: string,
  turn: () => Promise<void>,
): () => Promise<void> {
  let stopped = false;
  let cancel: () => void = () => undefined;
  const run = async (): Promise<void> => {
    try {
      await turn();
    } catch (error) {
      logger.debug({ error: errorMessage(error) }, `${what} could not be written; tried again soon`);
    }
    if (!stopped) {
      cancel = systemClock.after(everyMs, () => {
        running = run();
      });
    }
  };
  let running = run();
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}
