import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { uuidv7 } from 'uuidv7';
import type { AccountService } from '../../core/services/accounts/accounts.ts';
import { AddressBook } from '../../core/services/accounts/addresses.ts';
import { lettersByNotification } from '../../core/services/accounts/letters.ts';
import { microBatch } from '../../core/engine/micro-batch.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import type { Tracing } from '../../core/kernel/tracing.ts';
import { partitionName } from '../../core/kernel/partition.ts';
import { CartService } from '../../core/services/carts/carts.ts';
import { analyticsQueries } from '../../core/services/analytics/business.ts';
import { productSvg } from '../../core/services/catalog/picture.ts';
import type { Demo } from '../../core/services/demo/ports.ts';
import type { DeadLetterDesk } from '../../core/services/dead-letters/desk.ts';
import { WaitingLines } from '../../core/services/gateway/line/waiting-lines.ts';
import type { Pauses } from '../../core/services/operations/ports.ts';
import { createDeliveryEstimates } from '../../core/services/shipping/estimate.ts';
import { createTransitTimes } from '../embedded/transit.ts';
import type { PaymentPage } from '../http/deps.ts';
import { buildServer } from '../http/server.ts';
import { createTicketSigner } from '../http/tickets.ts';
import { PostgresAddressStore } from '../postgres/accounts/addresses.ts';
import { createFunnelStore } from '../postgres/analytics/funnel-store.ts';
import { createFlashSales } from '../postgres/catalog/flash-sales.ts';
import { createCatalogQueries } from '../postgres/catalog/queries.ts';
import { createPauses } from '../postgres/engine/pauses.ts';
import { createAuditTrail } from '../postgres/gateway/audit.ts';
import { createLineStore } from '../postgres/gateway/line-store.ts';
import { createNotificationQueries } from '../postgres/notifications/queries.ts';
import { listEvents } from '../postgres/ops/events.ts';
import { createTallies } from '../postgres/orders/tallies.ts';
import { orderQueries } from '../postgres/orders/queries.ts';
import { createSagaStore } from '../postgres/orders/saga-store.ts';
import { createPaymentQueries } from '../postgres/payments/queries.ts';
import { withSeededOrders } from '../postgres/seed/queries.ts';
import { createShippingQueries } from '../postgres/shipping/queries.ts';
import { openAssistant } from './assistant.ts';
import { platformAsyncApi } from './async-api.ts';
import { createHealthDesk } from './health-desk.ts';
import { openConsole } from './console.ts';
import { originHash } from './intelligence/origin-hash.ts';
import { watchLines } from './line-metrics.ts';
import type { EngineMetrics } from './metrics.ts';
import type { Nodes } from './nodes.ts';
import type { OpenIntelligence } from './intelligence/open.ts';
import type { Observation } from './observation.ts';
import { openPasswordResets, sessionSecret } from './open-accounts.ts';
import { openPaymentWebhooks } from './partners.ts';
import type { Resources } from './resources.ts';
import { openSagaInsight } from './saga-insight.ts';
import { withSeededRepairs, withSeededSagas } from './seeded-sagas.ts';
import type { OpenSearch } from './search/open.ts';
import type { Settings } from './settings.ts';
import type { ShopEvents } from './shop-events.ts';
import type { OpenShopOffice } from './shop-office.ts';

/** Wires the HTTP API: every service's queries over its own tables, its commands through the nodes. */
export async function openGateway(options: {
  readonly settings: Settings;
  readonly resources: Resources;
  readonly nodes: Nodes;
  readonly accounts: AccountService;
  readonly metrics: EngineMetrics;
  readonly observation: Observation;
  readonly tracing: Tracing | undefined;
  readonly logger: FastifyBaseLogger;
  readonly deadLetters: DeadLetterDesk;
  readonly office: OpenShopOffice;
  readonly intelligence: OpenIntelligence;
  readonly search: OpenSearch;
  readonly shopEvents: ShopEvents;
  readonly demo: Demo;
  readonly uiFolder?: string;
}): Promise<FastifyInstance> {
  const {
    settings,
    resources,
    nodes,
    accounts,
    metrics,
    observation,
    tracing,
    deadLetters,
    office,
    intelligence,
    search,
    shopEvents,
    demo,
    logger,
    uiFolder,
  } = options;
  const { database, broker, transient } = resources;
  const secret = await sessionSecret(database, settings);
  const catalog = createCatalogQueries(database);
  const known = withSeededOrders({
    orders: orderQueries(database),
    payments: createPaymentQueries(database),
    shipping: createShippingQueries(database),
    inventory: nodes.inventory,
  });
  const orders = { ...known.orders, ...nodes.orders };
  const inventory = { ...nodes.inventory, ...known.inventory };
  const sales = createFlashSales(database, { newId: uuidv7, now: () => systemClock.now() });
  const lines: WaitingLines = new WaitingLines({
    sales,
    store: createLineStore(database),
    orders,
    inventory,
    tickets: createTicketSigner(secret),
    microBatch,
    clock: systemClock,
    logger,
    onTurns: watchLines(metrics.registry, { reports: () => lines.reports() }),
  });
  await lines.start();
  // Every process with a gateway has a node of orders; its outbox carries what accounts want to tell people too.
  const letters = lettersByNotification({ send: nodes.sendToOrders, newId: uuidv7, clock: systemClock });
  const webhooks = await openPaymentWebhooks({
    settings,
    payments: known.payments,
    send: nodes.sendToOrders,
    logger,
  });
  const events = { list: listEvents(database) };
  const pauses = createPauses(database, nodes.pausable, uuidv7);
  const health = createHealthDesk({
    settings,
    resources,
    processes: observation.processes,
    events,
    orders,
    deadLetters: deadLetters.store,
    lines,
    resting: () => namesOf(pauses),
    stockDifferences: () => office.stockDifferences(),
  });
  const assistant = openAssistant({
    settings,
    database,
    orders,
    office,
    sales,
    letters: deadLetters.store,
    pauses,
    health,
    onCircuit: (partner, open) => {
      observation.circuit(partner, open);
      metrics.circuit(partner, open);
    },
    logger,
  });
  return buildServer({
    settings: {
      rateLimitPerMinute: settings.rateLimitPerMinute,
      overloadDelayMs: settings.overloadDelayMs,
      checkoutLimitPerMinute: settings.checkoutLimitPerMinute,
      payment: paymentPage(settings),
      ...(settings.publicUrl === undefined ? {} : { publicUrl: settings.publicUrl }),
    },
    logger,
    accounts,
    addresses: new AddressBook(new PostgresAddressStore(database), uuidv7),
    resets: openPasswordResets(database, accounts, letters, logger),
    audit: createAuditTrail(database, uuidv7),
    carts: new CartService(transient, catalog, shopEvents.cartChanged),
    limiter: transient,
    catalog,
    productIndex: search,
    searchMeaning: search,
    views: shopEvents.views,
    inventory,
    sales,
    lines,
    orders,
    repairs: withSeededRepairs(nodes.repairs(orders), orders),
    pauses,
    payments: known.payments,
    ...(webhooks === undefined ? {} : { paymentWebhooks: webhooks }),
    shipping: known.shipping,
    delivery: createDeliveryEstimates({
      clock: systemClock,
      transit: createTransitTimes(settings.shippingTimeScale),
    }),
    notifications: createNotificationQueries(database),
    sagas: openSagaInsight(database, { ...known, store: withSeededSagas(createSagaStore(database), orders) }),
    deadLetters,
    console: openConsole({ database, nodes, letters, logger }),
    office,
    assistant,
    intelligence,
    demo,
    liveTopics: await office.liveTopics(),
    originHash: originHash(secret),
    broadcasts: broker,
    picture: productSvg,
    probes: [
      { name: 'database', check: () => database.ping() },
      {
        name: 'broker',
        check: () =>
          broker.connected() ? Promise.resolve() : Promise.reject(new Error('the broker is out of reach')),
      },
      { name: 'transient', needed: false, check: () => transient.ping() },
    ],
    // Nothing where the database, whose own probe says so, is away.
    paused: () => namesOf(pauses).catch(() => []),
    analytics: analyticsQueries({
      tallies: createTallies(database),
      orders,
      funnel: { store: createFunnelStore(database), namesOf: (ids) => catalog.findMany(ids) },
      now: () => systemClock.now(),
    }),
    observation: {
      events,
      health,
    },
    asyncApi: platformAsyncApi(settings.partitions),
    tracing,
    onAnswered: (method, route, status, tookMs) => {
      observation.watch.request(method, route, status, tookMs);
    },
    metrics: metrics.registry,
    ...(uiFolder === undefined ? {} : { uiFolder }),
  });
}

function paymentPage({ stripeSecretKey, stripePublishableKey }: Settings): PaymentPage {
  if (stripeSecretKey === undefined) return { gateway: 'simulated' };
  return {
    gateway: 'stripe',
    ...(stripePublishableKey === undefined ? {} : { publishableKey: stripePublishableKey }),
  };
}

/** `payments`, `orders order`, `orders p03`. */
async function namesOf(pauses: Pick<Pauses, 'list'>): Promise<readonly string[]> {
  return (await pauses.list()).map(({ service, kind, partition }) =>
    [service, kind, partition === null ? null : partitionName(partition)]
      .filter((part) => part !== null)
      .join(' '),
  );
}
