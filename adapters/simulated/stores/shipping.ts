import type { RowDecision } from '../../../core/engine/row-batch.ts';
import type { ShipmentView, ShippingQueries } from '../../../core/services/shipping/ports.ts';
import type { Shipment } from '../../../core/services/shipping/shipment.ts';
import type { ShippingStore } from '../../../core/services/shipping/store.ts';
import { viewOf } from '../../../core/services/shipping/views.ts';
import type { MemoryDatabase } from './database.ts';
import { MemoryRows } from './rows.ts';
import { compareText, SortedList } from './sorted-list.ts';

/** A parcel whose next step has its time. */
interface Due {
  readonly shipmentKey: string;
  readonly atMs: number;
}

/** The shipping service's tables in memory. */
export class MemoryShippingStore extends MemoryRows<Shipment> implements ShippingStore, ShippingQueries {
  /** Earliest first: the poll that finds nothing due, nearly every one, looks at one of them. */
  readonly #due = new SortedList<Due>(
    (one, other) => one.atMs - other.atMs || compareText(one.shipmentKey, other.shipmentKey),
  );

  constructor(database: MemoryDatabase) {
    super({
      tables: database.service('shipping'),
      table: 'shipment',
      keyOf: (shipment) => shipment.shipmentKey,
      landed: (writes, outbox) => ({ kind: 'rows', service: 'shipping', writes, outbox }),
    });
  }

  transactDue<Result>(
    nowMs: number,
    limit: number,
    decide: (due: readonly Shipment[]) => RowDecision<Shipment, Result>,
  ): Promise<Result> {
    const due: Shipment[] = [];
    for (const { shipmentKey, atMs } of this.#due.items) {
      if (atMs > nowMs || due.length === limit) break;
      const shipment = this.rows.get(shipmentKey);
      if (shipment !== undefined) due.push(shipment);
    }
    return this.apply(() => decide(due));
  }

  shipments(orderId: string): Promise<readonly ShipmentView[]> {
    const found = [...this.rows.values()].filter((shipment) => shipment.orderId === orderId);
    found.sort((one, other) => one.createdAtMs - other.createdAtMs);
    return Promise.resolve(found.map(viewOf));
  }
  protected override changed(before: Shipment | undefined, after: Shipment): void {
    if (before !== undefined && before.nextUpdateAtMs !== null)
      this.#due.remove(dueOf(before, before.nextUpdateAtMs));
    if (after.nextUpdateAtMs !== null) this.#due.add(dueOf(after, after.nextUpdateAtMs));
  }
}

function dueOf({ shipmentKey }: Shipment, atMs: number): Due {
  return { shipmentKey, atMs };
}
