import { uuidv7 } from 'uuidv7';
import { createDurableSend } from '../../core/engine/durable-send.ts';
import { fromMachine } from '../../core/engine/from-machine.ts';
import { microBatch } from '../../core/engine/micro-batch.ts';
import { createRouter } from '../../core/engine/router.ts';
import { type NodeOptions, type NodeRole, ServiceNode } from '../../core/engine/service-node.ts';
import { type Clock, systemClock } from '../../core/kernel/clock.ts';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { currentVersionOf, exchangeOf, parseMessage } from '../../core/messages/catalogue.ts';
import { inventoryCommands } from '../../core/services/inventory/adjust.ts';
import type { InventoryCommands, InventoryQueries } from '../../core/services/inventory/ports.ts';
import { stockBehaviour } from '../../core/services/inventory/stock.ts';
import { inventoryTables } from '../../core/services/inventory/tables.ts';
import { createNotifications } from '../../core/services/notifications/notifications.ts';
import { createIntake } from '../../core/services/orders/intake.ts';
import { DEFAULT_ORDER_POLICY } from '../../core/services/orders/policy.ts';
import type { OrderCommands } from '../../core/services/orders/ports.ts';
import { ORDER_TABLES } from '../../core/services/orders/tables.ts';
import { createPayments } from '../../core/services/payments/payments.ts';
import { createShipping } from '../../core/services/shipping/shipping.ts';
import { orderSaga } from '../../sagas/order/saga.ts';
import { createEngineStore } from '../postgres/engine/store.ts';
import { insertOutbox } from '../postgres/engine/outbox.ts';
import { inventoryQueries } from '../postgres/inventory/queries.ts';
import { inventoryRelatedRows } from '../postgres/inventory/related.ts';
import { forgetTombstones } from '../postgres/inventory/upkeep.ts';
import { createNotificationStore } from '../postgres/notifications/store.ts';
import { placementStore } from '../postgres/orders/intake.ts';
import { createPaymentStore } from '../postgres/payments/store.ts';
import { createShippingStore } from '../postgres/shipping/store.ts';
import { announceOrders } from './live-hints.ts';
import type { EngineMetrics } from './metrics.ts';
import { openPartners } from './partners.ts';
import { memberName, type Resources } from './resources.ts';
import type { ServiceName, Settings } from './settings.ts';
import { isBound } from './topology.ts';

/**
 * Owns: which parts of which services run in this process, and how they are wired.
 *
 * A process that works for orders or inventory runs their actors; a gateway that does not still needs a node of each,
 * to take orders in and to send the wishes of shoppers and operators.
 */
export interface Nodes {
  readonly all: ReadonlyMap<NodeName, ServiceNode>;
  /** Only in a process with a gateway. */
  readonly orders: OrderCommands;
  readonly inventory: InventoryQueries & InventoryCommands;
  /** Once all nodes have stopped. */
  closePartners(): void;
  /** Drops idempotency keys that have had their day. */
  forgetKeys(): Promise<void>;
  /** Drops inbox ids of days before `day` (UTC date) in every service, and stock's tombstones a day later. */
  forgetInbox(day: string): Promise<void>;
}

type NodeName = Extract<ServiceName, 'orders' | 'inventory' | 'payments' | 'shipping' | 'notifications'>;

export interface NodeDeps {
  readonly settings: Settings;
  readonly resources: Resources;
  readonly metrics: EngineMetrics;
  readonly logger: Logger;
}

const clock: Clock = systemClock;
const random = Math.random;

export async function createNodes(deps: NodeDeps): Promise<Nodes> {
  const { settings, resources } = deps;
  const { database, broker } = resources;
  const behaviour = fromMachine(orderSaga);
  const runs = (service: ServiceName): boolean => settings.services.includes(service);
  const all = new Map<NodeName, ServiceNode>();
  const add = async (service: NodeName, role: NodeRole): Promise<ServiceNode> => {
    const node = await createNode(deps, service, role);
    all.set(service, node);
    return node;
  };

  const ordersNode = await add(
    'orders',
    runs('orders') ? { role: 'actors', behaviours: [behaviour] } : { role: 'intake' },
  );
  const inventoryNode = await add(
    'inventory',
    runs('inventory')
      ? {
          role: 'actors',
          behaviours: [stockBehaviour({ holdMs: settings.reservationHoldSeconds * 1_000 })],
          relatedRows: inventoryRelatedRows(database),
        }
      : { role: 'intake' },
  );
  const partners = openPartners({ settings, database, microBatch, clock, random, logger: deps.logger });
  if (runs('payments')) {
    const { gateway } = partners;
    // Several questions fit into the time an order waits for its payment.
    const callTimeoutMs = Math.min(10_000, Math.max(100, Math.floor(settings.paymentTimeoutMs / 3)));
    const store = createPaymentStore(database);
    await add('payments', {
      role: 'participant',
      create: (tools) => createPayments({ tools, store, gateway, callTimeoutMs }),
    });
  }
  if (runs('shipping')) {
    const { carrier } = partners;
    const store = createShippingStore(database);
    await add('shipping', {
      role: 'participant',
      create: (tools) => createShipping({ tools, store, carrier }),
    });
  }
  if (runs('notifications')) {
    const { mailer } = partners;
    const store = createNotificationStore(database);
    await add('notifications', {
      role: 'participant',
      create: (tools) => createNotifications({ tools, store, ...(mailer === undefined ? {} : { mailer }) }),
    });
  }

  const placements = placementStore(database, clock);
  const orders = createIntake({
    tools: ordersNode.tools,
    store: placements,
    behaviour,
    policy: {
      ...DEFAULT_ORDER_POLICY,
      fraudReviewAbove: settings.fraudReviewAbove,
      paymentTimeoutMs: settings.paymentTimeoutMs,
    },
    partitions: settings.partitions,
    versionOf: currentVersionOf,
    newId: uuidv7,
    overloaded: () => ordersNode.overloaded() || inventoryNode.overloaded(),
    send: createDurableSend(ordersNode.tools, { append: (rows) => insertOutbox(database, 'orders', rows) }),
    onPlaced: (placed) => {
      broker.broadcast('orders', placed);
    },
  });
  const queries = inventoryQueries(database);
  const inventory = {
    ...queries,
    ...inventoryCommands({
      queries,
      send: createDurableSend(inventoryNode.tools, {
        append: (rows) => insertOutbox(database, 'inventory', rows),
      }),
      newId: uuidv7,
      clock,
    }),
  };
  return {
    all,
    orders,
    inventory,
    closePartners: () => {
      partners.close();
    },
    forgetKeys: async () => {
      await placements.forgetKeys();
    },
    forgetInbox: async (day) => {
      for (const service of all.keys())
        await createEngineStore(database, service, TABLES[service]).forgetInbox(day);
      // A day later than the ids: by then the request that a tombstone waits for is too old to be handled.
      await forgetTombstones(database, new Date(Date.parse(day) - 86_400_000));
    },
  };
}

const TABLES = {
  orders: ORDER_TABLES,
  inventory: inventoryTables,
  payments: [],
  shipping: [],
  notifications: [],
};

async function createNode(deps: NodeDeps, service: NodeName, role: NodeRole): Promise<ServiceNode> {
  const { settings, resources, metrics, logger } = deps;
  const { database, broker } = resources;
  const store = createEngineStore(database, service, TABLES[service]);
  const stored = await store.fixPartitions(settings.partitions);
  if (stored !== settings.partitions) {
    throw new OrreryError(
      'partitions_fixed',
      `PARTITIONS is ${String(settings.partitions)}: this database was started with ${String(stored)}, and the count is ` +
        'fixed at first start',
    );
  }
  const announce = service === 'orders' ? announceOrders(broker) : undefined;
  const options: NodeOptions = {
    service,
    memberId: `${service}-${memberName(settings)}`,
    partitions: settings.partitions,
    store,
    broker,
    router: createRouter({ partitions: settings.partitions, exchangeOf, bound: isBound }),
    parse: parseMessage,
    versionOf: currentVersionOf,
    clock,
    random,
    logger,
    onCommitted: (decision, facts) => {
      announce?.(decision);
      metrics.committed(service, facts);
    },
    onBuried: (code) => {
      metrics.buried(service, code);
    },
  };
  return new ServiceNode(options, role);
}
