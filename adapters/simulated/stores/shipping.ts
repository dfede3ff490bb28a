import type { RowDecision } from '../../../core/engine/row-batch.ts';
import type { ShipmentView, ShippingQueries } from '../../../core/services/shipping/ports.ts';
import type { Shipment } from '../../../core/services/shipping/shipment.ts';
import type { ShippingStore } from '../../../core/services/shipping/store.ts';
import { viewOf } from '../../../core/services/shipping/views.ts';
import { MemoryRows, type MemoryOutbox } from './rows.ts';

/** The shipping service's tables in memory. */
export class MemoryShippingStore extends MemoryRows<Shipment> implements ShippingStore, ShippingQueries {
  constructor(outbox: MemoryOutbox = []) {
    super((shipment) => shipment.shipmentKey, outbox);
  }

  transactDue<Result>(
    nowMs: number,
    limit: number,
    decide: (due: readonly Shipment[]) => RowDecision<Shipment, Result>,
  ): Promise<Result> {
    const due: (Shipment & { readonly nextUpdateAtMs: number })[] = [];
    for (const shipment of this.rows.values()) {
      const { nextUpdateAtMs } = shipment;
      if (nextUpdateAtMs !== null && nextUpdateAtMs <= nowMs) due.push({ ...shipment, nextUpdateAtMs });
    }
    due.sort((one, other) => one.nextUpdateAtMs - other.nextUpdateAtMs);
    return this.apply(() => decide(due.slice(0, limit)));
  }

  shipments(orderId: string): Promise<readonly ShipmentView[]> {
    const found = [...this.rows.values()].filter((shipment) => shipment.orderId === orderId);
    found.sort((one, other) => one.createdAtMs - other.createdAtMs);
    return Promise.resolve(found.map(viewOf));
  }
}
