import { OrreryError } from '../../../core/kernel/errors.ts';
import type { Database, Queryable } from '../database.ts';

/** What stands where a person's data stood. */
const NOBODY = {
  customerName: 'Closed account',
  email: '',
  shippingAddress: { street: '', city: '', state: '', zip: '', country: '' },
} as const;
/** Of the data of log rows: what says who somebody is or where they live; corrections by hand may. */
const PERSONAL_FACTS = ['email', 'customerName', 'shippingAddress', 'address', 'changes', 'origin'] as const;
/** Orders forgotten in one transaction: their partitions commit nothing meanwhile. */
const ORDERS_AT_ONCE = 200;

interface StoredSnapshot {
  readonly id: string;
  readonly snapshot: { readonly context?: object };
}

/**
 * Forgets a person in the orders service: their orders stay, with what was bought and paid, and no longer say whose they
 * were. Only of orders that have ended, for until then the parcel needs the address, and actors write what they know.
 * Rejects with OrreryError `orders_under_way` while one has not, nothing changed. May be called again, and after a
 * failure must be.
 *
 * I1. No commit that was decided on an order as it was before writes the person back: the partitions are locked as a
 *     takeover locks them (P2), so that none is under way, and the actor's version rises, so that one that comes later
 *     fails and is decided again from the store (P7).
 */
export async function forgetCustomer(db: Database, userId: string): Promise<void> {
  await refuseOpenOrders(db, userId);
  let forgotten: number;
  do forgotten = await db.transaction((tx) => forgetSome(tx, userId));
  while (forgotten === ORDERS_AT_ONCE);
  await db.query(`delete from orders.known_customer where user_id = $1`, [userId]);
}

async function refuseOpenOrders(db: Queryable, userId: string): Promise<void> {
  const [row] = await db.query<{ readonly open: number }>(
    `select count(*)::integer as open from orders.orders where user_id = $1 and final_status is null`,
    [userId],
  );
  const open = row?.open ?? 0;
  if (open === 0) return;
  throw new OrreryError(
    'orders_under_way',
    `${open === 1 ? 'an order is' : `${String(open)} orders are`} still under way; close the account afterwards`,
  );
}

/** Resolves with the number of orders that were forgotten now. */
async function forgetSome(tx: Queryable, userId: string): Promise<number> {
  const orders = await tx.query<{ readonly id: string }>(
    `select id from orders.orders where user_id = $1 and final_status is not null and email <> '' limit $2`,
    [userId, ORDERS_AT_ONCE],
  );
  if (orders.length === 0) return 0;
  const ids = orders.map(({ id }) => id);
  await tx.query(
    `select partition from orders.partition
     where partition in (select partition from orders.actor where kind = 'order' and id = any($1::text[]))
     order by partition for update`,
    [ids],
  );
  await forgetInActors(tx, ids);
  await tx.query(
    `update orders.orders set customer_name = $2, email = $3, shipping_address = $4::jsonb
     where id = any($1::text[])`,
    [ids, NOBODY.customerName, NOBODY.email, JSON.stringify(NOBODY.shippingAddress)],
  );
  await tx.query(
    `update orders.actor_log set detail = jsonb_set(detail, '{data}', (detail -> 'data') - $2::text[])
     where kind = 'order' and id = any($1::text[])
       and jsonb_typeof(detail -> 'data') = 'object' and (detail -> 'data') ?| $2::text[]`,
    [ids, PERSONAL_FACTS],
  );
  return ids.length;
}

/** Not in SQL: what `json` holds `jsonb` may refuse, a NUL above all. */
async function forgetInActors(tx: Queryable, ids: readonly string[]): Promise<void> {
  const actors = await tx.query<StoredSnapshot>(
    `select id, snapshot from orders.actor where kind = 'order' and id = any($1::text[])`,
    [ids],
  );
  const snapshots = actors.map(({ snapshot }) =>
    JSON.stringify({ ...snapshot, context: { ...snapshot.context, ...NOBODY } }),
  );
  await tx.query(
    `update orders.actor as stored set snapshot = forgotten.snapshot::json, version = stored.version + 1
     from unnest($1::text[], $2::text[]) as forgotten(id, snapshot)
     where stored.kind = 'order' and stored.id = forgotten.id`,
    [actors.map(({ id }) => id), snapshots],
  );
}
