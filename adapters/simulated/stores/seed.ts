import { seedStock as stockUp } from '../../../core/services/inventory/seed.ts';
import type { MemoryDatabase } from './database.ts';
import { MemoryEngineStore } from './engine.ts';

/** What a simulated world has of one SKU. */
export interface FirstStock {
  readonly sku: string;
  readonly levels: readonly { readonly warehouseId: string; readonly units: number }[];
}

/** Stocks the SKUs as the platform does at its start: actors, rows and ledger. Resolves with how many were new. */
export function seedStock(
  database: MemoryDatabase,
  skus: readonly FirstStock[],
  partitions: number,
  nowMs: number,
): Promise<number> {
  const stock = skus.map(({ sku, levels }) => ({
    sku,
    warehouses: levels.map(({ warehouseId, units }) => ({ id: warehouseId, onHand: units })),
  }));
  return stockUp(new MemoryEngineStore(database, 'inventory'), stock, { partitions, nowMs });
}
