import { auditBooks } from '../../adapters/main/drills/books.ts';
import { awaitRest } from '../../adapters/main/drills/rest.ts';
import { pause } from '../../adapters/main/drills/run.ts';
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
 * Waits until every order is final, nothing is left to send and the books of all services add up. Throws BenchInvalid
 * when that takes longer than `limitMs`, or when there are not `orders` of them.
 */
export async function checkEndState(
  database: Database,
  { orders, limitMs }: { readonly orders: number; readonly limitMs: number },
): Promise<void> {
  const deadline = performance.now() + limitMs;
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
  // Letters may still be on their way; what does not add up for another reason never will.
  for (;;) {
    const broken = (await auditBooks(database)).filter((entry) => entry.broken.length > 0);
    if (broken.length === 0) return;
    if (performance.now() > deadline) {
      throw new BenchInvalid(
        broken.map(({ name, broken: rows }) => `${name}: ${JSON.stringify(rows[0])}`).join('; '),
      );
    }
    await pause(AGAIN_MS);
  }
}

const AGAIN_MS = 500;
