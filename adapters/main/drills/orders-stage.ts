import { uuidv7 } from 'uuidv7';
import { microBatch } from '../../../core/engine/micro-batch.ts';
import { createRouter } from '../../../core/engine/router.ts';
import { assert } from '../../../core/kernel/assert.ts';
import { type Clock, systemClock } from '../../../core/kernel/clock.ts';
import { silentLogger } from '../../../core/kernel/logger.ts';
import type { Message } from '../../../core/kernel/message.ts';
import { currentVersionOf, type DataOf, exchangeOf } from '../../../core/messages/catalogue.ts';
import type { OrderItem } from '../../../core/messages/shapes.ts';
import { DEMO_PRODUCTS, demoStock } from '../../../core/services/catalog/demo.ts';
import { seedStock } from '../../../core/services/inventory/seed.ts';
import { inventoryTables } from '../../../core/services/inventory/tables.ts';
import { DEMO_WAREHOUSES } from '../../../core/services/inventory/warehouses.ts';
import { DEFAULT_ORDER_POLICY } from '../../../core/services/orders/policy.ts';
import type { OrderCommands } from '../../../core/services/orders/ports.ts';
import type { PaymentGateway } from '../../../core/services/payments/gateway.ts';
import type { Carrier } from '../../../core/services/shipping/carrier.ts';
import { createEmbeddedBroker } from '../../embedded/broker.ts';
import { createSimulatedCarrier } from '../../embedded/carrier.ts';
import { createSimulatedGateway } from '../../embedded/payment-gateway.ts';
import type { Database } from '../../postgres/database.ts';
import { insertOutbox } from '../../postgres/engine/outbox.ts';
import { createEngineStore } from '../../postgres/engine/store.ts';
import { inventoryRelatedRows } from '../../postgres/inventory/related.ts';
import { migrate } from '../../postgres/migrate.ts';
import { createNotificationStore } from '../../postgres/notifications/store.ts';
import { placementStore } from '../../postgres/orders/intake.ts';
import { createGatewayLedger } from '../../postgres/payments/gateway-ledger.ts';
import { createPaymentStore } from '../../postgres/payments/store.ts';
import { createShippingStore } from '../../postgres/shipping/store.ts';
import { ALL_MIGRATIONS } from '../resources.ts';
import { takersOfWithoutScores, topologyWithoutScores } from '../topology.ts';
import { NODE_TABLES, wireNodes } from '../wiring.ts';

/**
 * Owns: the platform's services on one database, with hands on everything that decides how far an order comes: the
 * clock, the partners, and what of an order's messages never arrives.
 *
 * I1. Time stands still but for `setTime`.
 * I2. Only requests and their answers are held back: they are asked for again (P14), so no order is lost by it.
 */
export interface OrderPlan {
  /** Shown as the customer's name. */
  readonly name: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly token: string;
  /** Requests, or answers to them, that never arrive; told by type and subject. */
  readonly heldBack?: (type: string, subject: string) => boolean;
  readonly parcelRefused?: boolean;
  readonly refundRefused?: boolean;
  /** From booking to the door; default three days. */
  readonly deliveryMs?: number;
}

export interface OrdersStage {
  setTime(nowMs: number): void;
  /** Resolves with the order's id. */
  place(plan: OrderPlan): Promise<string>;
  /** Resolves once the order is in this state of its saga. */
  reaches(orderId: string, state: string): Promise<void>;
  /** Resolves once the order has heard so many messages of the type. */
  hears(orderId: string, type: string, count: number): Promise<void>;
  flag(orderId: string): Promise<void>;
  cancel(orderId: string, by: string, reason: string): Promise<void>;
  decide(orderId: string, decision: 'approve' | 'reject'): Promise<void>;
  /** Resolves once nothing is left to send. */
  quiet(): Promise<void>;
}

const PARTITIONS = 16;
const WAIT_MS_MAX = 60_000;

export async function withOrdersStage(
  database: Database,
  { startMs, skus }: { readonly startMs: number; readonly skus: readonly string[] },
  work: (stage: OrdersStage) => Promise<void>,
): Promise<void> {
  let nowMs = startMs;
  const clock: Clock = { now: () => nowMs, after: (...timer) => systemClock.after(...timer) };
  await migrate(database, ALL_MIGRATIONS);
  await seedStock(
    createEngineStore(database, 'inventory', inventoryTables),
    demoStock(DEMO_WAREHOUSES.map(({ id }) => id)).filter(({ sku }) => skus.includes(sku)),
    { partitions: PARTITIONS, nowMs },
  );
  const plans = new Map<string, OrderPlan>();
  const ids: string[] = [];
  const broker = createEmbeddedBroker({ topology: topologyWithoutScores(PARTITIONS), clock });
  const publish = broker.publish.bind(broker);
  const arrives = ({ correlationId, type, subject }: Message): boolean =>
    plans.get(correlationId)?.heldBack?.(type, subject) !== true;
  broker.publish = (frames) =>
    publish(
      frames
        .map((frame) => ({ ...frame, messages: frame.messages.filter(arrives) }))
        .filter(({ messages }) => messages.length > 0),
    );
  const wired = await wireNodes(
    {
      engineStore: (service) => createEngineStore(database, service, NODE_TABLES[service]),
      appendOutbox: (service, rows) => insertOutbox(database, service, rows),
      relatedRows: inventoryRelatedRows(database),
      placements: placementStore(database, clock),
      payments: createPaymentStore(database),
      shipping: createShippingStore(database),
      notifications: createNotificationStore(database),
      gateway: gatewayOf(database, clock, plans),
      carrier: carrierOf(clock, plans),
      mailer: undefined,
      broker,
      clock,
      random: Math.random,
      newId: () => ids.shift() ?? uuidv7(),
      logger: silentLogger,
    },
    {
      memberName: 'stage',
      partitions: PARTITIONS,
      runs: () => true,
      policy: DEFAULT_ORDER_POLICY,
      holdMs: 600_000,
      gatewayTimeoutMs: 10_000,
    },
  );
  const nodes = [...wired.all.values()];
  try {
    for (const node of nodes) await node.start();
    await work({
      setTime(toMs) {
        assert(toMs >= nowMs, 'time does not go back');
        nowMs = toMs;
      },
      place: (plan) => place(wired.orders, plan, plans, ids),
      reaches: (orderId, state) => reaches(database, orderId, state, plans.get(orderId)?.name),
      hears: (...what) => hears(database, ...what),
      flag: async (orderId) => {
        const router = createRouter({ partitions: PARTITIONS, exchangeOf, takersOf: takersOfWithoutScores });
        await broker.publish(router.frames([fraudScored(orderId, nowMs)]));
      },
      cancel: (...wish) => wired.orders.requestCancel(...wish),
      decide: (orderId, decision) => wired.orders.decideReview(orderId, decision, 'admin', 'looked at it'),
      quiet: () => quiet(database),
    });
  } finally {
    for (const node of nodes.reverse()) await node.stop();
    await broker.close();
  }
}

async function place(
  orders: OrderCommands,
  plan: OrderPlan,
  plans: Map<string, OrderPlan>,
  ids: string[],
): Promise<string> {
  const orderId = uuidv7();
  plans.set(orderId, plan);
  ids.push(orderId);
  await orders.checkout({
    userId: 'user-of-the-drill',
    email: 'shopper@example.com',
    customerName: plan.name,
    idempotencyKey: orderId,
    fingerprint: 'drill',
    items: plan.lines.map(itemOf),
    currency: 'USD',
    shippingAddress: { street: '1 Main Street', city: 'Berlin', state: 'BE', zip: '10115', country: 'DE' },
    paymentMethod: { type: 'credit_card', token: plan.token },
  });
  return orderId;
}

function itemOf({ sku, quantity }: OrderPlan['lines'][number]): OrderItem {
  const product = DEMO_PRODUCTS.find((each) => each.sku === sku);
  assert(product !== undefined, `${sku} is a product of the demo shop`);
  const { id: productId, name, priceCents } = product;
  return { productId, sku, name, quantity, priceCents };
}

function fraudScored(orderId: string, nowMs: number): Message {
  const data: DataOf<'fraud.scored'> = { orderId, score: 95, reasons: ['new account'] };
  return {
    id: `fraud.scored/${orderId}`,
    type: 'fraud.scored',
    subject: orderId,
    correlationId: orderId,
    causationId: null,
    time: new Date(nowMs).toISOString(),
    version: currentVersionOf('fraud.scored'),
    data,
  };
}

function gatewayOf(database: Database, clock: Clock, plans: ReadonlyMap<string, OrderPlan>): PaymentGateway {
  const gateway = createSimulatedGateway({
    ledger: createGatewayLedger(database),
    microBatch,
    clock,
    random: Math.random,
    failureRate: 0,
    latencyMs: 0,
  });
  return {
    ...gateway,
    // The key of a charge is its order's id.
    refund: (money, signal) =>
      plans.get(money.key)?.refundRefused === true
        ? Promise.resolve({ kind: 'refundRefused', reason: 'bank_unavailable' })
        : gateway.refund(money, signal),
  };
}

function carrierOf(clock: Clock, plans: ReadonlyMap<string, OrderPlan>): Carrier {
  const carrier = createSimulatedCarrier({ clock, timeScale: 1 });
  return {
    ...carrier,
    async book(order, signal) {
      const plan = plans.get(order.key.split('/')[0] ?? '');
      if (plan?.parcelRefused === true) return { kind: 'refused', reason: 'no van is free' };
      const booking = await carrier.book(order, signal);
      return booking.kind === 'refused' || plan?.deliveryMs === undefined
        ? booking
        : { ...booking, estimatedDeliveryAtMs: clock.now() + plan.deliveryMs };
    },
  };
}

async function reaches(database: Database, orderId: string, state: string, name = ''): Promise<void> {
  await until(async () => {
    const [row] = await database.query<{ saga_state: string }>(
      'select saga_state from orders.orders where id = $1',
      [orderId],
    );
    return row?.saga_state === state ? undefined : `"${name}" is ${String(row?.saga_state)}, not ${state}`;
  });
}

async function hears(database: Database, orderId: string, type: string, count: number): Promise<void> {
  await until(async () => {
    const [row] = await database.query<{ heard: number }>(
      `select count(*)::integer as heard from orders.actor_log where kind = 'order' and id = $1 and type = $2`,
      [orderId, type],
    );
    const heard = row?.heard ?? 0;
    return heard >= count ? undefined : `${orderId} has heard ${type} ${String(heard)} times`;
  });
}

function quiet(database: Database): Promise<void> {
  const left = ['orders', 'inventory', 'payments', 'shipping', 'notifications']
    .map((schema) => `(select count(*) from ${schema}.outbox)`)
    .join(' + ');
  return until(async () => {
    const [row] = await database.query<{ rows: number }>(`select ${left} as rows`);
    return row?.rows === 0 ? undefined : `${String(row?.rows)} rows are still to be sent`;
  });
}

/** `missing` tells what is not there yet; undefined: all is. */
async function until(missing: () => Promise<string | undefined>): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const what = await missing();
    if (what === undefined) return;
    if (Date.now() > deadline) throw new Error(`not within ${String(WAIT_MS_MAX)} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
