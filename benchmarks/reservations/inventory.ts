import type { Broker } from '../../core/engine/ports.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import { type InitialStock, seedStock } from '../../core/services/inventory/seed.ts';
import { inventoryTables } from '../../core/services/inventory/tables.ts';
import { createEmbeddedBroker } from '../../adapters/embedded/broker.ts';
import { createEngineMetrics } from '../../adapters/main/metrics.ts';
import { createNodes } from '../../adapters/main/nodes.ts';
import { openResources, type Resources } from '../../adapters/main/resources.ts';
import { loadSettings } from '../../adapters/main/settings.ts';
import { platformTopology } from '../../adapters/main/topology.ts';
import type { Database } from '../../adapters/postgres/database.ts';
import { createEngineStore } from '../../adapters/postgres/engine/store.ts';
import type { Place } from '../harness/place.ts';
import { BENCH_SETTINGS } from '../harness/platform.ts';

/** Owns: the inventory service alone in this process: production code and durability, no order and no payment. */
export interface InventoryAlone {
  readonly database: Database;
  readonly broker: Broker;
  readonly partitions: number;
}

export interface InventoryOptions {
  readonly stock: readonly InitialStock[];
  /** Messages go through this process instead of the broker of the place. */
  readonly withoutBroker: boolean;
}

/** Stopped before the place is removed. */
export async function openInventory(place: Place, options: InventoryOptions): Promise<InventoryAlone> {
  const settings = {
    ...loadSettings({ ...BENCH_SETTINGS, ...place.settings }),
    services: ['inventory'] as const,
  };
  const { partitions } = settings;
  const opened = await openResources(settings, silentLogger);
  place.defer(() => opened.close());
  const resources = options.withoutBroker ? inProcess(opened, partitions, place) : opened;
  const { database, broker } = resources;
  const store = createEngineStore(database, 'inventory', inventoryTables);
  await seedStock(store, options.stock, { partitions, nowMs: Date.now() });
  const nodes = await createNodes({
    settings,
    resources,
    metrics: createEngineMetrics(),
    logger: silentLogger,
  });
  place.defer(() => {
    nodes.closePartners();
    return Promise.resolve();
  });
  const node = nodes.all.get('inventory');
  if (node === undefined) throw new Error('every process has a node of the inventory service');
  place.defer(() => node.stop());
  await node.start();
  return { database, broker, partitions };
}

function inProcess(opened: Resources, partitions: number, place: Place): Resources {
  const broker = createEmbeddedBroker({ topology: platformTopology(partitions) });
  place.defer(() => broker.close());
  return { ...opened, broker };
}
