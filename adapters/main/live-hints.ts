import type { Decision } from '../../core/engine/decide.ts';
import type { Broker } from '../../core/engine/ports.ts';
import type { Json } from '../../core/engine/behaviour.ts';
import { stockTable } from '../../core/services/inventory/tables.ts';
import { ORDER_PROGRESS_TABLE } from '../../core/services/orders/tables.ts';

/** A hot SKU commits hundreds of times a second; who watches it needs to hear of it a few times. */
const STOCK_BUNDLE_MS = 100;

/**
 * Tells all gateways which orders changed. Hints only: whoever is interested reads the order's log, so a lost hint
 * costs time, never an update.
 */
export function announceOrders(broker: Pick<Broker, 'broadcast'>): (decision: Decision) => void {
  return ({ rows }) => {
    const changed = new Map<string, Json>();
    for (const { table, row } of rows) {
      if (table !== ORDER_PROGRESS_TABLE.name) continue;
      const { id, version, status } = row as { id: string; version: number; status: string };
      changed.set(id, { id, version, status });
    }
    if (changed.size > 0) broker.broadcast('orders', [...changed.values()]);
  };
}

/** Tells all gateways of which SKUs the levels changed, a bundle at a time. Hints only, as above. */
export function announceStock(broker: Pick<Broker, 'broadcast'>): (decision: Decision) => void {
  const changed = new Set<string>();
  let bundling: NodeJS.Timeout | undefined;
  return ({ rows }) => {
    for (const { table, row } of rows) {
      if (table === stockTable.name && typeof row['sku'] === 'string') changed.add(row['sku']);
    }
    if (changed.size === 0) return;
    bundling ??= setTimeout(() => {
      bundling = undefined;
      broker.broadcast('stock', [...changed]);
      changed.clear();
    }, STOCK_BUNDLE_MS).unref();
  };
}
