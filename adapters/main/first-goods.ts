import { FenceLost, ValueRefused } from '../../core/kernel/errors.ts';
import { DEMO_CATEGORIES, DEMO_PRODUCTS, demoStock } from '../../core/services/catalog/demo.ts';
import { seedStock } from '../../core/services/inventory/seed.ts';
import { inventoryTables } from '../../core/services/inventory/tables.ts';
import { DEMO_WAREHOUSES } from '../../core/services/inventory/warehouses.ts';
import { seedCatalog } from '../postgres/catalog/seed.ts';
import type { Database } from '../postgres/database.ts';
import { createEngineStore } from '../postgres/engine/store.ts';

/** The demo shop's products and first stock, at first start; what is there stays as it is. */
export async function seedFirstGoods(
  database: Database,
  options: { readonly partitions: number; readonly nowMs: number },
): Promise<void> {
  await seedCatalog(database, DEMO_CATEGORIES, DEMO_PRODUCTS);
  const store = createEngineStore(database, 'inventory', inventoryTables);
  const stock = demoStock(DEMO_WAREHOUSES.map(({ id }) => id));
  try {
    await seedStock(store, stock, options);
  } catch (error) {
    if (!(error instanceof FenceLost || error instanceof ValueRefused)) throw error;
    // Another process that starts at this moment was faster; what it left over is ours.
    await seedStock(store, stock, options);
  }
}
