import type { Queryable } from '../database.ts';

/** Rows of one statement, so that none holds up the stock actors. */
const ROWS_MAX = 10_000;

/**
 * Drops the tombstones of orders that were released before they reserved (P16), once they are older than `before`:
 * by then the late request they wait for is too old to be handled (INBOX_DAYS). Real reservations stay. Resolves
 * with how many went.
 */
export async function forgetTombstones(db: Queryable, before: Date): Promise<number> {
  for (let gone = 0; ;) {
    const rows = await db.query(
      `delete from inventory.reservation where (order_id, sku) in (
         select order_id, sku from inventory.reservation
         where expires_at is null and status = 'released' and updated_at < $1::timestamptz
         limit ${String(ROWS_MAX)})
       returning 1`,
      [before.toISOString()],
      'inventory.forget_tombstones',
    );
    gone += rows.length;
    if (rows.length < ROWS_MAX) return gone;
  }
}
