import type { Lease } from '../../core/engine/ports.ts';
import { errorMessage } from '../../core/kernel/errors.ts';
import { healthReport } from '../../core/services/observation/health.ts';
import type { Asked, HealthReport, LineHealth, QueueReport } from '../../core/services/observation/report.ts';
import type { OrderQueries } from '../../core/services/orders/ports.ts';
import type { PlatformEvents, Processes } from '../../core/services/observation/ports.ts';
import { createEngineStore } from '../postgres/engine/store.ts';
import { readDatabaseFacts, readSlowStatements } from '../postgres/ops/database-facts.ts';
import { openManagement } from '../rabbitmq/management.ts';
import type { Resources } from './resources.ts';
import type { Settings } from './settings.ts';
import { platformTopology } from './topology.ts';

/** A report is used again for as long; many who look cost as much as one. */
const FRESH_MS = 1_000;
/** What has not answered by then has not answered. */
const ANSWER_MS_MAX = 3_000;
const ERRORS_SHOWN = 20;

/** Asks everybody at once how they are; a part that does not answer leaves its own gap and no other. */
export function createHealthDesk(options: {
  readonly settings: Settings;
  readonly resources: Resources;
  readonly processes: Processes;
  readonly events: Pick<PlatformEvents, 'list'>;
  readonly orders: Pick<OrderQueries, 'adminOrders'>;
  readonly deadLetters: { waiting(): Promise<ReadonlyMap<string, number>> };
  readonly lines: { reports(): Promise<readonly LineHealth[]> };
  /** Names of what is at rest by hand. */
  readonly resting: () => Promise<readonly string[]>;
  readonly stockDifferences: () => Promise<number>;
}): () => Promise<HealthReport> {
  const { settings, resources, processes, events, orders, deadLetters, lines, resting, stockDifferences } =
    options;
  const { database, transient } = resources;
  const queues = queueLook(settings, resources);
  const leases = leaseLook(resources);
  const look = async (): Promise<HealthReport> => {
    const [told, held, waiting, facts, slow, short, errors, letters, failed, queued, rest, stock] =
      await Promise.all([
        asked(() => processes.list()),
        asked(leases),
        asked(queues),
        asked(() => readDatabaseFacts(database)),
        asked(() => readSlowStatements(database)),
        asked(async () => {
          const startedAt = performance.now();
          await transient.ping();
          return { latencyMs: performance.now() - startedAt };
        }),
        asked(async () => {
          const of = async (level: 'warn' | 'error') =>
            (await events.list({ source: 'platform', level, limit: ERRORS_SHOWN })).items;
          return [...(await of('error')), ...(await of('warn'))]
            .sort((one, other) => (one.at < other.at ? 1 : -1))
            .slice(0, ERRORS_SHOWN);
        }),
        asked(() => deadLetters.waiting()),
        asked(async () => (await orders.adminOrders({ status: 'failed', limit: 1 })).count),
        asked(() => lines.reports()),
        asked(resting),
        asked(stockDifferences),
      ]);
    return healthReport(
      {
        processes: told,
        leases: held,
        queues: waiting,
        database: facts,
        slowStatements: slow,
        transient: short,
        recentErrors: errors,
        deadLetters: letters,
        failedOrders: failed,
        lines: queued,
        resting: rest,
        stockDifferences: stock,
      },
      Date.now(),
    );
  };
  let latest: { readonly atMs: number; readonly report: Promise<HealthReport> } | undefined;
  return () => {
    const now = performance.now();
    if (latest === undefined || now - latest.atMs > FRESH_MS) latest = { atMs: now, report: look() };
    return latest.report;
  };
}

/** Services whose partitions somebody has to own. */
const WITH_PARTITIONS = ['orders', 'inventory'] as const;

function leaseLook({ database }: Resources): () => Promise<ReadonlyMap<string, readonly Lease[]>> {
  const stores = WITH_PARTITIONS.map(
    (service) => [service, createEngineStore(database, service, [])] as const,
  );
  return async () =>
    new Map(
      await Promise.all(stores.map(async ([service, store]) => [service, await store.leases()] as const)),
    );
}

function queueLook(settings: Settings, { broker }: Resources): () => Promise<QueueReport> {
  const names = platformTopology(settings.partitions).queues.map(({ name }) => name);
  const { amqpUrl, rabbitmqManagementUrl } = settings;
  if (amqpUrl !== undefined && rabbitmqManagementUrl !== undefined) {
    const management = openManagement({ url: rabbitmqManagementUrl, amqpUrl });
    const wanted = new Set(names);
    return async () => {
      const queues = await management.queues();
      return { source: 'management', queues: queues.filter(({ name }) => wanted.has(name)) };
    };
  }
  return async () => ({
    source: amqpUrl === undefined ? 'embedded' : 'amqp',
    queues: (await broker.queueStates?.(names)) ?? [],
  });
}

async function asked<Answer>(ask: () => Promise<Answer>): Promise<Asked<Answer>> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${String(ANSWER_MS_MAX)} ms`));
    }, ANSWER_MS_MAX);
  });
  try {
    return { answer: await Promise.race([ask(), tooLate]) };
  } catch (error) {
    return { problem: errorMessage(error) };
  } finally {
    clearTimeout(timer);
  }
}
