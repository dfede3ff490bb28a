import type { Decision } from '../../core/engine/decide.ts';
import type { Broker } from '../../core/engine/ports.ts';
import type { Json } from '../../core/engine/behaviour.ts';
import { ORDER_PROGRESS_TABLE } from '../../core/services/orders/tables.ts';

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
