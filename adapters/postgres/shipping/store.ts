import type { RowDecision } from '../../../core/engine/row-batch.ts';
import type { Shipment } from '../../../core/services/shipping/shipment.ts';
import type { ShippingStore } from '../../../core/services/shipping/store.ts';
import type { Database } from '../database.ts';
import { KeyedRows } from '../keyed-rows.ts';
import { timeText, type KeyedTable } from '../keyed-table.ts';
import { SHIPPING_SCHEMA } from './schema.ts';

/** A row of the table as the driver brings it. */
export interface StoredShipment {
  readonly shipment_key: string;
  readonly order_id: string;
  readonly status: Shipment['status'];
  readonly booking: Shipment['booking'];
  readonly reason: string | null;
  readonly origin: Shipment['origin'];
  readonly scheduled_at: Date;
  readonly steps_done: number;
  readonly next_update_at: Date | null;
  readonly location: Shipment['location'];
  readonly created_at: Date;
  readonly updated_at: Date;
}

export function readShipment(stored: StoredShipment): Shipment {
  return {
    shipmentKey: stored.shipment_key,
    orderId: stored.order_id,
    status: stored.status,
    booking: stored.booking,
    reason: stored.reason,
    origin: stored.origin,
    scheduledAtMs: stored.scheduled_at.getTime(),
    stepsDone: stored.steps_done,
    nextUpdateAtMs: stored.next_update_at?.getTime() ?? null,
    location: stored.location,
    createdAtMs: stored.created_at.getTime(),
    updatedAtMs: stored.updated_at.getTime(),
  };
}

const SHIPMENTS: KeyedTable<Shipment, StoredShipment> = {
  schema: SHIPPING_SCHEMA,
  table: 'shipment',
  key: 'shipment_key',
  keyOf: (shipment) => shipment.shipmentKey,
  columns: {
    shipment_key: { type: 'text', write: (shipment) => shipment.shipmentKey },
    order_id: { type: 'text', write: (shipment) => shipment.orderId },
    status: { type: 'text', write: (shipment) => shipment.status },
    booking: { type: 'jsonb', write: ({ booking }) => jsonText(booking) },
    reason: { type: 'text', write: (shipment) => shipment.reason },
    origin: { type: 'jsonb', write: ({ origin }) => jsonText(origin) },
    scheduled_at: { type: 'timestamptz', write: (shipment) => timeText(shipment.scheduledAtMs) },
    steps_done: { type: 'integer', write: (shipment) => shipment.stepsDone },
    next_update_at: {
      type: 'timestamptz',
      write: ({ nextUpdateAtMs }) => (nextUpdateAtMs === null ? null : timeText(nextUpdateAtMs)),
    },
    location: { type: 'jsonb', write: ({ location }) => jsonText(location) },
    created_at: { type: 'timestamptz', write: (shipment) => timeText(shipment.createdAtMs) },
    updated_at: { type: 'timestamptz', write: (shipment) => timeText(shipment.updatedAtMs) },
  },
  read: readShipment,
};

const LOCK_DUE = `
select * from shipping.shipment where next_update_at <= $1::timestamptz
order by next_update_at limit $2 for no key update skip locked`;

/** Shipments in Postgres, in the schema that `shippingMigrations` builds. */
export function createShippingStore(db: Database): ShippingStore {
  const shipments = new KeyedRows(db, SHIPMENTS);
  return {
    transact: (keys, decide) => shipments.transact(keys, decide),
    transactDue: <Result>(
      nowMs: number,
      limit: number,
      decide: (due: readonly Shipment[]) => RowDecision<Shipment, Result>,
    ) =>
      db.transaction(async (tx) => {
        const due = await tx.query<StoredShipment>(LOCK_DUE, [timeText(nowMs), limit], 'shipping.lock_due');
        return await shipments.commit(tx, due, (rows) => decide([...rows.values()]));
      }),
  };
}

function jsonText(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
