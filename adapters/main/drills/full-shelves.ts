import { DEMO_PRODUCTS } from '../../../core/services/catalog/demo.ts';
import { seedStock } from '../../../core/services/inventory/seed.ts';
import { inventoryTables } from '../../../core/services/inventory/tables.ts';
import { DEMO_WAREHOUSES } from '../../../core/services/inventory/warehouses.ts';
import type { Database } from '../../postgres/database.ts';
import { createEngineStore } from '../../postgres/engine/store.ts';
import { migrate } from '../../postgres/migrate.ts';
import { ALL_MIGRATIONS } from '../resources.ts';

/** What no drill sells out. */
const UNITS = 1_000_000;

/** Stocks the demo shop, before any process is started on the database, so that nothing sells out under load. */
export async function fillShelves(database: Database, partitions: number): Promise<void> {
  await migrate(database, ALL_MIGRATIONS);
  const stock = DEMO_PRODUCTS.map(({ sku }) => ({
    sku,
    warehouses: DEMO_WAREHOUSES.map(({ id }) => ({ id, onHand: UNITS })),
  }));
  const store = createEngineStore(database, 'inventory', inventoryTables);
  await seedStock(store, stock, { partitions, nowMs: Date.now() });
}
