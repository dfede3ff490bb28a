import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AddressInfo } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { uuidv7 } from 'uuidv7';
import { errorMessage } from '../../core/kernel/errors.ts';
import { CONNECTIONS_WAITING_MAX } from '../../core/kernel/limits.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { AccountService } from '../../core/services/accounts/accounts.ts';
import { dayOf, FUNNEL_DAYS, SHOPPER_DAYS } from '../../core/services/analytics/funnel.ts';
import type { Demo } from '../../core/services/demo/ports.ts';
import { createFunnelStore } from '../postgres/analytics/funnel-store.ts';
import { createFlashSales } from '../postgres/catalog/flash-sales.ts';
import { createSearchSource } from '../postgres/catalog/search-source.ts';
import { serveMetrics } from '../http/metrics-server.ts';
import { forgetEvents } from '../postgres/ops/events.ts';
import { createTallies } from '../postgres/orders/tallies.ts';
import type { OpenTracing } from '../otel/tracing.ts';
import { createLineStore } from '../postgres/gateway/line-store.ts';
import { forgetOldOrders, forgetShopper } from '../postgres/intelligence/fraud-store.ts';
import { createExposureStore } from '../postgres/intelligence/exposures.ts';
import { forgetRecipient } from '../postgres/notifications/personal-data.ts';
import { forgetCustomer } from '../postgres/orders/personal-data.ts';
import { type DeadLetters, startDeadLetters } from './dead-letters.ts';
import { openJobStore } from './console.ts';
import { openGateway } from './gateway.ts';
import { ShopDemo } from './demo/shop-demo.ts';
import { seedFirstGoods } from './first-goods.ts';
import { type Job, inboxKeptSince, startMaintenance } from './maintenance.ts';
import { createEngineMetrics } from './metrics.ts';
import { createNodes, type Nodes } from './nodes.ts';
import { openAccounts, sessionSecret } from './open-accounts.ts';
import { openIntelligence } from './intelligence/open.ts';
import { openObservation } from './observation.ts';
import { memberName, openResources, type Resources } from './resources.ts';
import { openMeaning } from './search/meaning.ts';
import { openSearch } from './search/open.ts';
import type { Settings } from './settings.ts';
import { openShopEvents, shopperHash } from './shop-events.ts';
import { openShopOffice } from './shop-office.ts';

const DAY_MS = 86_400_000;
/** How long places in waiting lines are kept after their sale. */
const LINES_KEPT_MS = 30 * DAY_MS;

/** How long is told what happened to the platform. */
const EVENTS_KEPT_MS = 30 * 86_400_000;
/** How long the books are kept by the minute; sums stay. */
const MINUTES_KEPT_MS = 400 * 86_400_000;

/**
 * Owns: the order in which a process comes up and goes down.
 *
 * I1. Nothing takes in work before everything it needs is there; on the way down intake stops first, then what was
 *     taken in is finished, then connections close.
 */
export interface Platform {
  /** Where the API and the UI are; undefined in a process without a gateway. */
  readonly url: string | undefined;
  /** Who may sign in as admin; undefined in a process without accounts. The password only when it was made now. */
  readonly admin: { readonly email: string; readonly password?: string } | undefined;
  /** Simulated shoppers, none until asked for; undefined in a process without a gateway. */
  readonly demo: Demo | undefined;
  readonly names: Resources['names'];
  readonly services: readonly string[];
  /** Drains and closes everything; safe to call twice. */
  stop(): Promise<void>;
}

/** `open` brings the world it works in; whoever wants to look into that world or disturb it wraps the usual one. */
export async function startPlatform(
  settings: Settings,
  logger: FastifyBaseLogger,
  open: (settings: Settings, logger: Logger) => Promise<Resources> = openResources,
): Promise<Platform> {
  const opened = await open(settings, logger);
  const stops: (() => Promise<void>)[] = [() => opened.close()];
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) {
      try {
        await stop();
      } catch (error) {
        logger.error({ error: errorMessage(error) }, 'a part did not stop cleanly');
      }
    }
  };
  try {
    const id = memberName(settings);
    const metrics = createEngineMetrics();
    const observation = openObservation({
      resources: opened,
      id,
      services: settings.services,
      metrics,
      logger,
    });
    const { resources } = observation;
    const tracing = await openTraces(settings, id);
    if (tracing !== undefined) stops.push(() => tracing.close());
    const secret = await sessionSecret(resources.database, settings);
    const { ofUser: shopperOf } = shopperHash(secret);
    const accounts = await openAccounts(resources.database, settings, logger, [
      // Orders first: while one is under way nothing is forgotten.
      (userId) => forgetCustomer(resources.database, userId),
      (userId) => forgetRecipient(resources.database, userId),
      (userId) => createExposureStore(resources.database).forgetUser(userId),
      (userId) => forgetShopper(resources.database, userId),
      (userId) => createFunnelStore(resources.database).forgetShopper(shopperOf(userId)),
    ]);
    const nodes = await createNodes({
      settings,
      resources,
      memberName: id,
      metrics,
      logger,
      tracing,
      onNotice: (service, notice) => {
        observation.noticed(service, notice);
      },
      onCommitted: (service, facts) => {
        observation.watch.committed(service, facts);
      },
      onHandled: (service, tookMs) => {
        observation.watch.handled(service, tookMs);
      },
      onCircuit: (partner, open) => {
        observation.circuit(partner, open);
      },
    });
    metrics.watch(nodes.all, { ...resources, partitions: settings.partitions });
    stops.push(() => {
      nodes.closePartners();
      return Promise.resolve();
    });
    await seedFirstGoods(resources.database, { partitions: settings.partitions, nowMs: Date.now() });
    for (const node of nodes.all.values()) {
      stops.push(() => node.stop());
      await node.start();
    }
    const deadLetters = startDeadLetters({ settings, resources, registry: metrics.registry, logger });
    stops.push(() => deadLetters.stop());
    const jobs = jobsOf(nodes, accounts, deadLetters, resources);
    const office = openShopOffice({
      ...resources,
      inventory: nodes.inventory,
      accounts,
      registry: metrics.registry,
      logger,
    });
    stops.push(() => office.stop());
    const intelligence = openIntelligence({
      database: resources.database,
      services: settings.services,
      owner: id,
      logger,
    });
    stops.push(() => intelligence.stop());
    stops.push(observation.start(nodes));
    if (settings.metricsPort !== 0) {
      const server = await serveMetrics(metrics.registry, {
        port: settings.metricsPort,
        host: settings.host,
      });
      stops.push(() => server.close());
    }
    const meaning = !settings.services.includes('gateway')
      ? undefined
      : openMeaning({
          settings,
          database: resources.database,
          owner: id,
          onCircuit: (partner, open) => {
            observation.circuit(partner, open);
            metrics.circuit(partner, open);
          },
          logger,
        });
    if (meaning !== undefined) {
      jobs.push(meaning.job);
      stops.push(() => meaning.stop());
    }
    stops.push(
      startMaintenance(resources.database, [...jobs, ...office.jobs, ...intelligence.jobs], {
        logger,
        // A process that only answers leaves it to those that work.
        looksAtClock: nodes.all.size > 0,
      }),
    );
    let url: string | undefined;
    let demo: ShopDemo | undefined;
    if (settings.services.includes('gateway')) {
      const uiFolder = builtUi();
      const search = openSearch({
        source: createSearchSource(resources.database),
        soldOut: () => nodes.inventory.soldOut(),
        soldOfLate: intelligence.soldOfLate,
        isOff: () => intelligence.isOff('search'),
        meaning,
        registry: metrics.registry,
        logger,
      });
      stops.push(() => search.stop());
      const shopEvents = openShopEvents({ ...resources, ...settings, secret, registry: metrics.registry });
      stops.push(() => shopEvents.close());
      demo = openDemo({ settings, owner: id, resources, accounts, nodes, logger });
      const app = await openGateway({
        settings,
        resources,
        nodes,
        accounts,
        metrics,
        observation,
        tracing,
        deadLetters: deadLetters.desk,
        office,
        intelligence,
        search,
        shopEvents,
        demo,
        logger,
        ...(uiFolder === undefined ? {} : { uiFolder }),
      });
      demo.attach(app);
      stops.push(
        () => app.close(),
        () => demo?.close() ?? Promise.resolve(),
      );
      await app.listen({ port: settings.port, host: settings.host, backlog: CONNECTIONS_WAITING_MAX });
      url = urlOf(app.server.address() as AddressInfo, settings.host);
    }
    // Last, so that a password that is told only once is told by a process that came up.
    const admin = settings.services.includes('accounts') ? await firstAdmin(accounts, settings) : undefined;
    let stopping: Promise<void> | undefined;
    return {
      url,
      admin,
      demo,
      names: resources.names,
      services: settings.services,
      stop: () => (stopping ??= stopAll()),
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** Its packages are loaded only where there is somebody to tell. */
async function openTraces(
  { otlpEndpoint: endpoint }: Settings,
  instance: string,
): Promise<OpenTracing | undefined> {
  if (endpoint === undefined) return undefined;
  const { openTracing } = await import('../otel/tracing.ts');
  return openTracing({ endpoint, instance, environment: process.env });
}

function openDemo(options: {
  readonly settings: Settings;
  readonly owner: string;
  readonly resources: Resources;
  readonly accounts: AccountService;
  readonly nodes: Nodes;
  readonly logger: Logger;
}): ShopDemo {
  const { resources, nodes, ...rest } = options;
  const { database } = resources;
  return new ShopDemo({
    ...rest,
    database,
    sales: createFlashSales(database, { newId: uuidv7, now: Date.now }),
    inventory: nodes.inventory,
    orders: nodes.orders,
  });
}

function firstAdmin(
  accounts: AccountService,
  { adminEmail, adminPassword }: Settings,
): Promise<{ readonly email: string; readonly password?: string }> {
  return accounts.ensureAdmin({
    ...(adminEmail === undefined ? {} : { email: adminEmail }),
    ...(adminPassword === undefined ? {} : { password: adminPassword }),
  });
}

function jobsOf(
  nodes: Nodes,
  accounts: AccountService,
  deadLetters: DeadLetters,
  { database }: Resources,
): Job[] {
  return [
    { name: 'forget-idempotency-keys', cron: '17 * * * *', run: () => nodes.forgetKeys() },
    { name: 'forget-inbox', cron: '37 3 * * *', run: () => nodes.forgetInbox(inboxKeptSince(Date.now())) },
    { name: 'forget-closed-accounts', cron: '*/10 * * * *', run: () => accounts.forgetClosed() },
    { name: 'forget-seen-orders', cron: '7 4 * * *', run: () => forgetOldOrders(database, Date.now()) },
    {
      name: 'forget-funnel',
      cron: '13 4 * * *',
      run: () =>
        createFunnelStore(database).forget({
          shopperDay: dayOf(Date.now() - (SHOPPER_DAYS - 1) * DAY_MS),
          day: dayOf(Date.now() - FUNNEL_DAYS * DAY_MS),
        }),
    },
    { name: 'forget-dead-letters', cron: '57 3 * * *', run: () => deadLetters.forget() },
    { name: 'forget-console-jobs', cron: '27 * * * *', run: () => openJobStore(database).forget() },
    {
      name: 'forget-waiting-lines',
      cron: '47 3 * * *',
      run: () => createLineStore(database).forget(new Date(Date.now() - LINES_KEPT_MS).toISOString()),
    },
    {
      name: 'forget-events',
      cron: '57 3 * * *',
      run: async () => {
        await forgetEvents(database, new Date(Date.now() - EVENTS_KEPT_MS).toISOString());
        await createTallies(database).forget(new Date(Date.now() - MINUTES_KEPT_MS).toISOString());
      },
    },
  ];
}

/** The UI as `npm start` builds it, beside the compiled server. */
function builtUi(): string | undefined {
  const folder = fileURLToPath(new URL('../../ui', import.meta.url));
  return existsSync(`${folder}/index.html`) ? folder : undefined;
}

function urlOf({ port }: AddressInfo, host: string): string {
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${String(port)}`;
}
