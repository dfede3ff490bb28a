import type {
  ExportRow,
  OrderFacts,
  OrderWalk,
  Walked,
  WalkStep,
} from '../../../core/services/console/order-walk.ts';
import type { OrdersFilter } from '../../../core/services/console/ports.ts';
import type { Queryable } from '../database.ts';
import { named, wanted } from './admin-filter.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Conditions } from './filter.ts';

/**
 * Reads of many orders for the console's jobs, a batch at a time. Every order that matches and was placed by `until` comes
 * once, however many batches it takes; what it says is of the moment its batch is read.
 */

const FACTS = `o.id, o.status, o.saga_state, o.version, o.payment->>'status' as payment, o.shipment->>'status' as shipment,
  exists (select 1 from orders.actor a where a.kind = 'order' and a.id = o.id) as has_saga`;

/** Only what a row shows leaves the database: taking whole orders apart here would cost the checkouts beside it. */
const EXPORTED = `o.id, o.created_at, o.updated_at, o.status, o.customer_name, o.email, o.user_id, o.total_cents,
  o.currency, o.reason, o.payment->>'method' as payment_method, o.payment->>'status' as payment_status,
  (o.payment->>'refundedCents')::bigint as refunded_cents, o.shipment->>'carrier' as carrier,
  o.shipment->>'trackingNumber' as tracking_number, o.shipping_address->>'city' as city,
  o.shipping_address->>'country' as country,
  (select string_agg(i.quantity || ' × ' || i.name, '; ' order by i.line)
   from orders.order_item i where i.order_id = o.id) as items`;

interface FactsRow {
  readonly id: string;
  readonly status: OrderFacts['status'];
  readonly saga_state: string;
  readonly version: number;
  readonly payment: OrderFacts['payment'];
  readonly shipment: OrderFacts['shipment'];
  readonly has_saga: boolean;
}

interface ExportedRow {
  readonly id: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly status: ExportRow['status'];
  readonly customer_name: string;
  readonly email: string;
  readonly user_id: string;
  readonly total_cents: number;
  readonly currency: string;
  readonly reason: string | null;
  readonly payment_method: string;
  readonly payment_status: string;
  readonly refunded_cents: number;
  readonly carrier: string | null;
  readonly tracking_number: string | null;
  readonly city: string;
  readonly country: string;
  readonly items: string | null;
}

export function createOrderWalk(db: Queryable): OrderWalk {
  return {
    facts: (step) => walk(db, step, { columns: FACTS, shown: factsOf, idOf }),
    rows: (step) => walk(db, step, { columns: EXPORTED, shown: exported, idOf }),

    async count(filter, until, max) {
      const conditions = await matching(db, filter, until);
      const limit = conditions.parameter(max);
      const [row] = await db.query<{ readonly count: number }>(
        `select count(*)::integer as count
         from (select 1 from orders.orders o where ${conditions.where()} limit ${limit}::bigint) as capped`,
        conditions.values,
      );
      return row?.count ?? 0;
    },

    async factsOf(orderIds) {
      const rows = await db.query<FactsRow>(
        `select ${FACTS} from orders.orders o where o.id = any($1::text[])`,
        [[...orderIds]],
        'orders.facts_of',
      );
      return new Map(rows.map((row) => [row.id, factsOf(row)]));
    },
  };
}

async function matching(db: Queryable, filter: OrdersFilter, until: string): Promise<Conditions> {
  const full = { ...filter, limit: 1 };
  const conditions = wanted(full, await named(db, full));
  conditions.add(`o.created_at <= ${conditions.parameter(until)}::timestamptz`);
  return conditions;
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}

/** What is read of an order, and what becomes of it. */
interface Reading<Row, Shown> {
  readonly columns: string;
  readonly shown: (row: Row) => Shown;
  readonly idOf: (row: Row) => string;
}

async function walk<Row, Shown>(
  db: Queryable,
  { filter, until, limit, after }: WalkStep,
  reading: Reading<Row, Shown>,
): Promise<Walked<Shown>> {
  const conditions = await matching(db, filter, until);
  if (after !== undefined) {
    const { value, id } = decodeCursor(after, 'created_at');
    const last = `(${conditions.parameter(value)}::text::timestamptz, ${conditions.parameter(id)}::text)`;
    conditions.add(`(o.created_at, o.id) < ${last}`);
  }
  const rows = await db.query<Row & { readonly placed: string }>(
    `select ${reading.columns}, o.created_at::text as placed from orders.orders o where ${conditions.where()}
     order by o.created_at desc, o.id desc limit ${conditions.parameter(limit)}::bigint`,
    conditions.values,
  );
  const last = rows.at(-1);
  const next =
    rows.length < limit || last === undefined
      ? null
      : encodeCursor({ sort: 'created_at', value: last.placed, id: reading.idOf(last) });
  return { rows: rows.map(reading.shown), next };
}

function factsOf({ saga_state: sagaState, has_saga: hasSaga, ...row }: FactsRow): OrderFacts {
  const { id, status, version, payment, shipment } = row;
  return { id, status, sagaState, version, payment, shipment, hasSaga };
}

function exported(row: ExportedRow): ExportRow {
  return {
    id: row.id,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    status: row.status,
    customerName: row.customer_name,
    email: row.email,
    userId: row.user_id,
    totalCents: row.total_cents,
    currency: row.currency,
    paymentMethod: row.payment_method,
    paymentStatus: row.payment_status,
    refundedCents: row.refunded_cents,
    carrier: row.carrier,
    trackingNumber: row.tracking_number,
    city: row.city,
    country: row.country,
    reason: row.reason,
    items: row.items ?? '',
  };
}
