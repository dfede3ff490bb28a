import { auditBooks } from '../../adapters/main/drills/books.ts';
import { awaitRest } from '../../adapters/main/drills/rest.ts';
import type { Database } from '../../adapters/postgres/database.ts';
import { BenchInvalid } from './bench.ts';

/** Lets all parcels arrive now; real time would take days. Only once the run is measured. */
export async function deliverParcels(database: Database): Promise<void> {
  await database.query(
    `update shipping.shipment set scheduled_at = now() - interval '1 second', next_update_at = now(),
       booking = jsonb_set(booking, '{estimatedDeliveryAtMs}', to_jsonb((extract(epoch from now()) * 1000)::bigint))
     where next_update_at is not null`,
  );
}

/**
 * Waits until every order is final and nothing is left to send, and audits the books of all services. Throws
 * BenchInvalid when that takes longer than `limitMs`, when a sum does not add up, or when there are not `orders` of them.
 */
export async function checkEndState(
  database: Database,
  { orders, limitMs }: { readonly orders: number; readonly limitMs: number },
): Promise<void> {
  const rest = await awaitRest(database, limitMs);
  if ('unrest' in rest) {
    throw new BenchInvalid(
      `not at rest after ${String(limitMs / 1_000)} s: ${String(rest.unrest.open)} orders are open, ` +
        `${String(rest.unrest.sending)} rows wait to be sent`,
    );
  }
  const [counted] = await database.query<{ orders: number }>(
    'select count(*)::integer as orders from orders.orders',
  );
  if (counted?.orders !== orders) {
    throw new BenchInvalid(`${String(orders)} orders were accepted, ${String(counted?.orders)} are there`);
  }
  const broken = (await auditBooks(database)).filter((entry) => entry.broken.length > 0);
  if (broken.length > 0) {
    throw new BenchInvalid(
      broken.map(({ name, broken: rows }) => `${name}: ${JSON.stringify(rows[0])}`).join('; '),
    );
  }
}
