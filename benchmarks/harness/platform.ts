import { microBatch } from '../../core/engine/micro-batch.ts';
import type { Broker } from '../../core/engine/ports.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import { type InitialStock, seedStock } from '../../core/services/inventory/seed.ts';
import { inventoryTables } from '../../core/services/inventory/tables.ts';
import { createSimulatedCarrier } from '../../adapters/embedded/carrier.ts';
import { createSimulatedGateway } from '../../adapters/embedded/payment-gateway.ts';
import { createEngineMetrics } from '../../adapters/main/metrics.ts';
import { createNodes, type Nodes } from '../../adapters/main/nodes.ts';
import { openResources, type Resources } from '../../adapters/main/resources.ts';
import { loadSettings, type Settings } from '../../adapters/main/settings.ts';
import { createEngineStore } from '../../adapters/postgres/engine/store.ts';
import { GatewayBooks } from './gateway-books.ts';
import type { Place } from './place.ts';

/**
 * Owns: the services of the platform in this process, without HTTP, on an empty place: production code, production
 * composition, production durability. The partners outside answer at once and cost nothing.
 */
export interface BenchPlatform {
  readonly settings: Settings;
  readonly resources: Resources;
  readonly nodes: Nodes;
  readonly gateway: GatewayBooks;
}

export interface PlatformOptions {
  readonly stock: readonly InitialStock[];
  /** Settings over those of the benches, by their names. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told when a commit that changed orders has landed. */
  readonly onOrders?: (changed: readonly OrderChange[]) => void;
}

export interface OrderChange {
  readonly id: string;
  readonly version: number;
  readonly status: string;
}

/** Payments take no time and never fail; parcels travel in real time, so that they leave when the run is over. */
export const BENCH_SETTINGS = {
  LOG_LEVEL: 'silent',
  PAYMENT_LATENCY_MS: '0',
  PAYMENT_FAILURE_RATE: '0',
  SHIPPING_TIME_SCALE: '1',
  CHECKOUT_LIMIT_PER_MINUTE: '0',
  RATE_LIMIT_PER_MINUTE: '0',
} as const;

/** Stopped before the place is removed. */
export async function openPlatform(place: Place, options: PlatformOptions): Promise<BenchPlatform> {
  const settings = loadSettings({ ...BENCH_SETTINGS, ...options.settings, ...place.settings });
  const opened = await openResources(settings, silentLogger);
  place.defer(() => opened.close());
  const resources = options.onOrders === undefined ? opened : watched(opened, options.onOrders);
  const store = createEngineStore(resources.database, 'inventory', inventoryTables);
  await seedStock(store, options.stock, { partitions: settings.partitions, nowMs: Date.now() });
  const gateway = new GatewayBooks();
  const nodes = await createNodes({
    settings,
    resources,
    metrics: createEngineMetrics(),
    logger: silentLogger,
    partners: {
      gateway: createSimulatedGateway({
        ledger: gateway,
        microBatch,
        clock: systemClock,
        random: Math.random,
        failureRate: settings.paymentFailureRate,
        latencyMs: settings.paymentLatencyMs,
      }),
      carrier: createSimulatedCarrier({ clock: systemClock, timeScale: settings.shippingTimeScale }),
      mailer: undefined,
      close: () => undefined,
    },
  });
  for (const node of nodes.all.values()) {
    place.defer(() => node.stop());
    await node.start();
  }
  return { settings, resources, nodes, gateway };
}

/** Hints for gateways are given right after the commit, in the process that made it. */
function watched(resources: Resources, onOrders: (changed: readonly OrderChange[]) => void): Resources {
  const { broker } = resources;
  const broadcast: Broker['broadcast'] = (topic, payload) => {
    if (topic === 'orders') onOrders(payload as unknown as readonly OrderChange[]);
    broker.broadcast(topic, payload);
  };
  const bound = new Proxy(broker, {
    get: (target, name) => {
      if (name === 'broadcast') return broadcast;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { ...resources, broker: bound };
}
