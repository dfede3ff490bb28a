import { uuidv7 } from 'uuidv7';
import { microBatch } from '../../core/engine/micro-batch.ts';
import type { Notice } from '../../core/engine/notices.ts';
import type { ServiceNode } from '../../core/engine/service-node.ts';
import { type Clock, systemClock } from '../../core/kernel/clock.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Message } from '../../core/kernel/message.ts';
import type { Tracing } from '../../core/kernel/tracing.ts';
import { inventoryCommands } from '../../core/services/inventory/adjust.ts';
import type { InventoryCommands, InventoryQueries } from '../../core/services/inventory/ports.ts';
import { DEFAULT_ORDER_POLICY } from '../../core/services/orders/policy.ts';
import type { OrderCommands } from '../../core/services/orders/ports.ts';
import { tallyRows } from '../../core/services/orders/tally.ts';
import type { PausableService } from '../postgres/engine/pauses.ts';
import { createFunnelStore } from '../postgres/analytics/funnel-store.ts';
import { createEngineStore } from '../postgres/engine/store.ts';
import { insertOutbox } from '../postgres/engine/outbox.ts';
import { inventoryQueries } from '../postgres/inventory/queries.ts';
import { inventoryRelatedRows } from '../postgres/inventory/related.ts';
import { forgetTombstones } from '../postgres/inventory/upkeep.ts';
import { createFraudStore } from '../postgres/intelligence/fraud-store.ts';
import { createModelRegistry } from '../postgres/intelligence/registry.ts';
import { createNotificationStore } from '../postgres/notifications/store.ts';
import { placementStore } from '../postgres/orders/intake.ts';
import { orderStories } from '../postgres/orders/stories.ts';
import { createPaymentStore } from '../postgres/payments/store.ts';
import { createShippingStore } from '../postgres/shipping/store.ts';
import { createBreaker } from '../breaker/breaker.ts';
import { openFraudScorer } from './intelligence/fraud-scorer.ts';
import { originHash } from './intelligence/origin-hash.ts';
import { announceOrders, announceStock } from './live-hints.ts';
import type { EngineMetrics } from './metrics.ts';
import { sessionSecret } from './open-accounts.ts';
import { shopperHash } from './shop-events.ts';
import { openPartners, type Partners } from './partners.ts';
import { memberName, type Resources } from './resources.ts';
import type { Settings } from './settings.ts';
import { isPrivate } from './start-warnings.ts';
import {
  NODE_TABLES,
  type NodeName,
  type NodePlan,
  type NodePorts,
  pausableServices,
  type WiredNodes,
  wireNodes,
} from './wiring.ts';

/** Owns: the services of this process on the real world: its database, its broker, its partners. */
export interface Nodes {
  readonly all: ReadonlyMap<NodeName, ServiceNode>;
  /** Only in a process with a gateway. */
  readonly orders: OrderCommands;
  readonly repairs: WiredNodes['repairs'];
  /** What can be paused, by service. */
  readonly pausable: ReadonlyMap<NodeName, PausableService>;
  /** Sends an order news from outside; durable once resolved. */
  readonly sendToOrders: (message: Message) => Promise<void>;
  readonly inventory: InventoryQueries & InventoryCommands;
  /** Once all nodes have stopped. */
  closePartners(): void;
  /** Drops idempotency keys that have had their day. */
  forgetKeys(): Promise<void>;
  /** Drops inbox ids of days before `day` (UTC date) in every service, and stock's tombstones a day later. */
  forgetInbox(day: string): Promise<void>;
}

export interface NodeDeps {
  readonly settings: Settings;
  readonly resources: Resources;
  readonly metrics: EngineMetrics;
  readonly logger: Logger;
  /** Unique per process start; default: a new one. */
  readonly memberName?: string;
  /** Default: those of the settings. Closed with the nodes. */
  readonly partners?: Partners;
  /** Undefined: nobody collects traces. */
  readonly tracing?: Tracing | undefined;
  /** Told what the engine notices, beside the metrics. */
  readonly onNotice?: (service: NodeName, notice: Notice) => void;
  readonly onCommitted?: (
    service: NodeName,
    facts: { readonly messages: number; readonly commitMs: number },
  ) => void;
  readonly onHandled?: (service: NodeName, tookMs: number) => void;
  readonly onCircuit?: (partner: string, open: boolean) => void;
}

const clock: Clock = systemClock;
const random = Math.random;

export async function createNodes(deps: NodeDeps): Promise<Nodes> {
  const { settings, resources, metrics, logger } = deps;
  const { database, broker } = resources;
  const fraud = await openFraud(deps);
  const partners =
    deps.partners ??
    (await openPartners({
      settings,
      database,
      microBatch,
      clock,
      random,
      logger,
      onCircuit: (partner, open) => {
        metrics.circuit(partner, open);
        deps.onCircuit?.(partner, open);
      },
    }));
  const placements = placementStore(database, clock);
  const announce = announceOrders(broker);
  const announceLevels = announceStock(broker);
  const ports: NodePorts = {
    engineStore: (service) => createEngineStore(database, service, NODE_TABLES[service]),
    appendOutbox: (service, rows) => insertOutbox(database, service, rows),
    relatedRows: inventoryRelatedRows(database),
    placements,
    payments: createPaymentStore(database),
    shipping: createShippingStore(database),
    notifications: createNotificationStore(database),
    fraud: fraud.ports,
    funnel: {
      store: createFunnelStore(database),
      shopperOfUser: shopperHash(await sessionSecret(database, settings)).ofUser,
    },
    gateway: partners.gateway,
    carrier: partners.carrier,
    mailer: partners.mailer,
    broker,
    clock,
    random,
    newId: uuidv7,
    logger,
    tracing: deps.tracing,
    storiesOf: deps.tracing === undefined ? undefined : orderStories(database),
  };
  const wired = wireNodes(ports, planOf(settings, deps.memberName ?? memberName(settings)), {
    summariseOrders: tallyRows,
    onCommitted: (service, decision, facts) => {
      if (service === 'orders') announce(decision);
      if (service === 'inventory') announceLevels(decision);
      metrics.committed(service, facts, decision);
      deps.onCommitted?.(service, facts);
    },
    onNotice: (service, notice) => {
      metrics.noticed(service, notice);
      deps.onNotice?.(service, notice);
    },
    onHandled: (service, tookMs) => {
      metrics.handled(service, tookMs);
      deps.onHandled?.(service, tookMs);
    },
    onPlaced: (placed) => {
      metrics.placed(placed.length);
      broker.broadcast('orders', placed);
    },
  });
  const { all, orders, repairs, sendToOrders, sendToInventory } = await wired.catch((error: unknown) => {
    partners.close();
    fraud.close();
    throw error;
  });
  const queries = inventoryQueries(database);
  return {
    all,
    orders,
    repairs,
    pausable: pausableServices(settings.partitions),
    sendToOrders,
    inventory: {
      ...queries,
      ...inventoryCommands({ queries, send: sendToInventory, newId: uuidv7, clock }),
    },
    closePartners: () => {
      partners.close();
      fraud.close();
    },
    forgetKeys: async () => {
      await placements.forgetKeys();
    },
    forgetInbox: async (day) => {
      for (const service of all.keys()) await ports.engineStore(service).forgetInbox(day);
      // A day later than the ids: by then the request that a tombstone waits for is too old to be handled.
      await forgetTombstones(database, new Date(Date.parse(day) - 86_400_000));
    },
  };
}

/** The fraud score, behind a circuit of its own: a model that fails is left alone, and orders go on without. */
async function openFraud({ settings, resources: { database }, metrics, logger, onCircuit }: NodeDeps) {
  const hash = originHash(await sessionSecret(database, settings));
  const store = createFraudStore(database);
  if (!settings.services.includes('intelligence')) {
    // Known here as well, for messages are sent by what queues there are.
    const scorer = { score: () => Promise.resolve(undefined) };
    return { ports: { store, scorer, hash }, close: () => undefined };
  }
  const name = 'fraud model';
  const breaker = createBreaker({
    name,
    logger,
    onChange: (open) => {
      metrics.circuit(name, open);
      onCircuit?.(name, open);
    },
  });
  const scorer = openFraudScorer(createModelRegistry(database), logger);
  return {
    ports: { store, scorer, hash, guard: <Result>(call: () => Promise<Result>) => breaker.guard(call) },
    close: () => {
      scorer.close();
      breaker.close();
    },
  };
}

function planOf(settings: Settings, member: string): NodePlan {
  return {
    memberName: member,
    partitions: settings.partitions,
    runs: (service) => settings.services.includes(service),
    privateOutbox: isPrivate(settings),
    policy: {
      ...DEFAULT_ORDER_POLICY,
      fraudReviewAbove: settings.fraudReviewAbove,
      paymentTimeoutMs: settings.paymentTimeoutMs,
    },
    holdMs: settings.reservationHoldSeconds * 1_000,
    // Several questions fit into the time an order waits for its payment.
    gatewayTimeoutMs: Math.min(10_000, Math.max(100, Math.floor(settings.paymentTimeoutMs / 3))),
  };
}
