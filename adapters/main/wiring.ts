import type { AnyBehaviour } from '../../core/engine/behaviour.ts';
import { createDurableSend } from '../../core/engine/durable-send.ts';
import type { Notice } from '../../core/engine/notices.ts';
import { fromMachine, type MachineBehaviour } from '../../core/engine/from-machine.ts';
import type { Broker, EngineStore, OutboxRow, RelatedRows, TableSpec } from '../../core/engine/ports.ts';
import { createRouter } from '../../core/engine/router.ts';
import { type NodeOptions, type NodeRole, ServiceNode } from '../../core/engine/service-node.ts';
import type { Clock, Random } from '../../core/kernel/clock.ts';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Message } from '../../core/kernel/message.ts';
import type { Tracing } from '../../core/kernel/tracing.ts';
import { currentVersionOf, exchangeOf, parseMessage } from '../../core/messages/catalogue.ts';
import { createFunnel, type FunnelOptions } from '../../core/services/analytics/funnel.ts';
import { isDemoMail } from '../../core/services/demo/ports.ts';
import { STOCK_KIND, stockBehaviour } from '../../core/services/inventory/stock.ts';
import { inventoryTables } from '../../core/services/inventory/tables.ts';
import {
  createFraudScoring,
  type FraudScoringOptions,
} from '../../core/services/intelligence/fraud/scoring.ts';
import type { Mailer } from '../../core/services/notifications/mailer.ts';
import { createNotifications } from '../../core/services/notifications/notifications.ts';
import type { NotificationStore } from '../../core/services/notifications/store.ts';
import type { PlacementStore } from '../../core/services/orders/intake-port.ts';
import { createIntake, type IntakeOptions } from '../../core/services/orders/intake.ts';
import { createSagaRepairs } from '../../core/services/orders/repairs.ts';
import { type Stories, tellingWishes } from '../../core/services/orders/story.ts';
import type { OrderPolicy } from '../../core/services/orders/policy.ts';
import type { OrderCommands, OrderQueries } from '../../core/services/orders/ports.ts';
import type { SagaRepairs } from '../../core/services/orders/repair-ports.ts';
import { ORDER_TABLES } from '../../core/services/orders/tables.ts';
import { ORDER_TALLY_TABLE } from '../../core/services/orders/tally.ts';
import type { PaymentGateway } from '../../core/services/payments/gateway.ts';
import { createPayments } from '../../core/services/payments/payments.ts';
import type { PaymentStore } from '../../core/services/payments/store.ts';
import type { Carrier } from '../../core/services/shipping/carrier.ts';
import { createShipping } from '../../core/services/shipping/shipping.ts';
import type { ShippingStore } from '../../core/services/shipping/store.ts';
import { orderSaga } from '../../sagas/order/saga.ts';
import { takersOf, takersOfWithoutScores } from './topology.ts';

/**
 * Owns: how the services of one process are put together, from ports alone; the world behind the ports is real in
 * nodes.ts and simulated in simulation/.
 *
 * A process that works for orders or inventory runs their actors; one that does not still needs a node of each, to
 * take orders in and to send the wishes of shoppers and operators.
 */
export const NODE_NAMES = [
  'orders',
  'inventory',
  'payments',
  'shipping',
  'notifications',
  'intelligence',
  'analytics',
] as const;
export type NodeName = (typeof NODE_NAMES)[number];

/** The service's own tables that its decisions write. */
export const NODE_TABLES: Readonly<Record<NodeName, readonly TableSpec[]>> = {
  orders: [...ORDER_TABLES, ORDER_TALLY_TABLE],
  inventory: inventoryTables,
  payments: [],
  shipping: [],
  notifications: [],
  intelligence: [],
  analytics: [],
};

/** Kinds of actors and partitions that can be paused, by service; participants have neither. */
export function pausableServices(
  partitions: number,
): ReadonlyMap<NodeName, { readonly kinds: readonly string[]; readonly partitions: number }> {
  const kinds: Partial<Record<NodeName, string>> = { orders: orderSaga.kind, inventory: STOCK_KIND };
  return new Map(
    NODE_NAMES.map((service) => {
      const kind = kinds[service];
      return [service, kind === undefined ? { kinds: [], partitions: 0 } : { kinds: [kind], partitions }];
    }),
  );
}

/** The world as one process meets it. */
export interface NodePorts {
  readonly engineStore: (service: NodeName) => EngineStore;
  /** Makes messages that no other write belongs to durable. */
  readonly appendOutbox: (service: NodeName, rows: readonly OutboxRow[]) => Promise<void>;
  readonly relatedRows: RelatedRows;
  readonly placements: PlacementStore;
  readonly payments: PaymentStore;
  readonly shipping: ShippingStore;
  readonly notifications: NotificationStore;
  /** Undefined: this world has no intelligence service, and no queue of it. */
  readonly fraud?: Pick<FraudScoringOptions, 'store' | 'scorer' | 'hash' | 'guard'> | undefined;
  /** Undefined: this world has no analytics service, and no queue of it. */
  readonly funnel?: Pick<FunnelOptions, 'store' | 'shopperOfUser'> | undefined;
  readonly gateway: PaymentGateway;
  readonly carrier: Carrier;
  /** Undefined: letters are kept for reading, and go nowhere. */
  readonly mailer: Mailer | undefined;
  readonly broker: Broker;
  readonly clock: Clock;
  readonly random: Random;
  /** Never the same twice; time-ordered. */
  readonly newId: () => string;
  readonly logger: Logger;
  /** Undefined: nobody collects traces. */
  readonly tracing?: Tracing | undefined;
  /** Where orders are traced: what people ask of one is told in its trace. */
  readonly storiesOf?: Stories | undefined;
}

/** What one process runs, and by which rules. */
export interface NodePlan {
  /** Unique per process start. */
  readonly memberName: string;
  readonly partitions: number;
  readonly runs: (service: NodeName) => boolean;
  /** Whether letters for a mailbox alone are kept for reading where there is no mail server; default false. */
  readonly privateOutbox?: boolean;
  readonly policy: OrderPolicy;
  /** How long stock is held for an order that has not paid, milliseconds. */
  readonly holdMs: number;
  /** How long one call to the payment gateway may take, milliseconds. */
  readonly gatewayTimeoutMs: number;
  /** Actors that a service keeps in memory; default: as many as the engine does. */
  readonly actorsMax?: number;
  readonly orderBehaviour?: MachineBehaviour<typeof orderSaga.machine>;
  readonly stockBehaviour?: AnyBehaviour;
}

export interface NodeHooks {
  /** Rows that sum up what a commit of the orders service does; committed with it. */
  readonly summariseOrders?: NodeOptions['summarise'];
  readonly onCommitted?: (
    service: NodeName,
    ...told: Parameters<NonNullable<NodeOptions['onCommitted']>>
  ) => void;
  readonly onNotice?: (service: NodeName, notice: Notice) => void;
  /** Of a participant: a message's effects are durable. */
  readonly onHandled?: (service: NodeName, tookMs: number) => void;
  readonly onPlaced?: IntakeOptions<unknown>['onPlaced'];
}

export interface WiredNodes {
  readonly all: ReadonlyMap<NodeName, ServiceNode>;
  readonly orders: OrderCommands;
  /** Repairs of orders by hand, which find what became of earlier ones in the log. */
  readonly repairs: (log: Pick<OrderQueries, 'sagaLog'>) => SagaRepairs;
  /** Sends an order news from outside; durable once resolved. */
  readonly sendToOrders: (message: Message) => Promise<void>;
  /** Sends an operator's wish to the stock; durable once resolved. */
  readonly sendToInventory: (message: Message) => Promise<void>;
}

/** Rejects with OrreryError `partitions_fixed` when the store was started with another partition count (P4). */
export async function wireNodes(
  ports: NodePorts,
  plan: NodePlan,
  hooks: NodeHooks = {},
): Promise<WiredNodes> {
  const behaviour = plan.orderBehaviour ?? fromMachine(orderSaga);
  const all = new Map<NodeName, ServiceNode>();
  const add = async (service: NodeName, role: NodeRole): Promise<ServiceNode> => {
    const node = await createNode(ports, plan, hooks, service, role);
    all.set(service, node);
    return node;
  };
  const ordersNode = await add(
    'orders',
    plan.runs('orders') ? { role: 'actors', behaviours: [behaviour] } : { role: 'intake' },
  );
  const inventoryNode = await add(
    'inventory',
    plan.runs('inventory') ? stockRole(ports, plan) : { role: 'intake' },
  );
  const { gateway, carrier, mailer, payments, shipping, notifications } = ports;
  if (plan.runs('payments')) {
    const callTimeoutMs = plan.gatewayTimeoutMs;
    await add('payments', {
      role: 'participant',
      create: (tools) => createPayments({ tools, store: payments, gateway, callTimeoutMs }),
    });
  }
  if (plan.runs('shipping')) {
    await add('shipping', {
      role: 'participant',
      create: (tools) => createShipping({ tools, store: shipping, carrier }),
    });
  }
  if (plan.runs('notifications')) {
    await add('notifications', {
      role: 'participant',
      create: (tools) =>
        createNotifications({
          tools,
          store: notifications,
          privateOutbox: plan.privateOutbox ?? false,
          ...(mailer === undefined ? {} : { mailer }),
        }),
    });
  }
  const { fraud, funnel } = ports;
  if (fraud !== undefined && plan.runs('intelligence')) {
    await add('intelligence', {
      role: 'participant',
      create: (tools) => createFraudScoring({ tools, isPassedOver: isDemoMail, ...fraud }),
    });
  }
  if (funnel !== undefined && plan.runs('analytics')) {
    await add('analytics', {
      role: 'participant',
      create: (tools) => createFunnel({ tools, ...funnel }),
    });
  }
  const durableSend = (service: NodeName, node: ServiceNode): ((message: Message) => Promise<void>) =>
    createDurableSend(node.tools, { append: (rows) => ports.appendOutbox(service, rows) });
  const { tracing, storiesOf } = ports;
  const plainly = durableSend('orders', ordersNode);
  const sendToOrders =
    tracing === undefined || storiesOf === undefined
      ? plainly
      : tellingWishes(plainly, { tracing, storiesOf, microBatch: ordersNode.tools.microBatch });
  const orders = createIntake({
    tools: ordersNode.tools,
    store: ports.placements,
    behaviour,
    policy: plan.policy,
    partitions: plan.partitions,
    versionOf: currentVersionOf,
    newId: ports.newId,
    overloaded: () => ordersNode.overloaded() || inventoryNode.overloaded(),
    send: sendToOrders,
    ...(hooks.onPlaced === undefined ? {} : { onPlaced: hooks.onPlaced }),
  });
  const repairs: WiredNodes['repairs'] = (log) =>
    createSagaRepairs({
      behaviour,
      store: ports.engineStore('orders'),
      log,
      send: sendToOrders,
      versionOf: currentVersionOf,
      newId: ports.newId,
      clock: ports.clock,
    });
  return { all, orders, repairs, sendToOrders, sendToInventory: durableSend('inventory', inventoryNode) };
}

function stockRole({ relatedRows }: NodePorts, plan: NodePlan): NodeRole {
  return {
    role: 'actors',
    behaviours: [plan.stockBehaviour ?? stockBehaviour({ holdMs: plan.holdMs })],
    relatedRows,
  };
}

async function createNode(
  ports: NodePorts,
  plan: NodePlan,
  hooks: NodeHooks,
  service: NodeName,
  role: NodeRole,
): Promise<ServiceNode> {
  const { broker, clock, random, logger } = ports;
  const { memberName, partitions } = plan;
  const store = ports.engineStore(service);
  const stored = await store.fixPartitions(partitions);
  if (stored !== partitions) {
    throw new OrreryError(
      'partitions_fixed',
      `PARTITIONS is ${String(partitions)}: this database was started with ${String(stored)}, and the count is ` +
        'fixed at first start',
    );
  }
  const options: NodeOptions = {
    service,
    memberId: `${service}-${memberName}`,
    partitions,
    store,
    broker,
    router: createRouter({
      partitions,
      exchangeOf,
      takersOf: ports.fraud === undefined ? takersOfWithoutScores : takersOf,
    }),
    parse: parseMessage,
    versionOf: currentVersionOf,
    ...(plan.actorsMax === undefined ? {} : { actorsMax: plan.actorsMax }),
    clock,
    random,
    logger,
    ...(service === 'orders' ? { summarise: hooks.summariseOrders } : {}),
    onCommitted: (decision, facts) => hooks.onCommitted?.(service, decision, facts),
    onNotice: (notice) => hooks.onNotice?.(service, notice),
    onHandled: (tookMs) => hooks.onHandled?.(service, tookMs),
    tracing: ports.tracing,
  };
  return new ServiceNode(options, role);
}
