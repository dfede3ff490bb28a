import { PLANNED_BY_DEMO } from '../../../core/services/demo/ports.ts';
import type { Database, Queryable } from '../database.ts';
import { demoUserIds } from './store.ts';

/*
 * Owns: taking the demo's rows out of every service, a schema at a time in one transaction.
 * Does not own: the stock, which only its actors change; it goes back before (adapters/main/demo/removal.ts).
 *
 * I1. An order is removed once nothing can come of it any more: it has ended, and its money has settled.
 * I2. As when a person is forgotten, the partitions of the orders are locked as a takeover locks them (P2): no commit that was
 *     decided on an order as it was before is under way.
 */

/** Units that a demo order has taken for good. */
export interface SoldUnits {
  readonly orderId: string;
  readonly sku: string;
  readonly warehouseId: string;
  readonly units: number;
}

/** So long after its last change whatever an order has sent has been handled. */
const SETTLED_AFTER = `interval '3 seconds'`;

const FINISHED = `
select id from orders.orders
where user_id = any($1::text[]) and final_status is not null and updated_at < now() - ${SETTLED_AFTER}
order by id limit $2`;

const OPEN_MONEY = `
select distinct order_id from payments.charge
where order_id = any($1::text[]) and (status in ('requested', 'unsettled') or refund = 'requested')`;

/** Demo orders that can be removed now, at most `limit`. */
export async function removableOrders(db: Queryable, limit: number): Promise<readonly string[]> {
  const users = await demoUserIds(db);
  const found = await db.query<{ id: string }>(FINISHED, [users, limit]);
  const ids = found.map(({ id }) => id);
  const open = new Set((await db.query<{ order_id: string }>(OPEN_MONEY, [ids])).map((row) => row.order_id));
  return ids.filter((id) => !open.has(id));
}

export async function soldUnits(db: Queryable, orderIds: readonly string[]): Promise<readonly SoldUnits[]> {
  return db.query<SoldUnits>(
    `select r.order_id as "orderId", r.sku, a.value->>0 as "warehouseId", (a.value->>1)::integer as units
     from inventory.reservation r cross join lateral jsonb_array_elements(r.allocations) a
     where r.order_id = any($1::text[]) and r.status = 'committed' and (a.value->>1)::integer > 0`,
    [orderIds],
  );
}

/** Demo orders that have not ended, with those among them that a cancellation may still end. */
export async function openOrders(
  db: Queryable,
): Promise<readonly { readonly id: string; readonly status: string }[]> {
  return db.query<{ id: string; status: string }>(
    `select id, status from orders.orders where user_id = any($1::text[]) and final_status is null`,
    [await demoUserIds(db)],
  );
}

/** Whatever the services know of these orders. */
export async function removeOrders(db: Database, orderIds: readonly string[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(
      `select partition from orders.partition
       where partition in (select partition from orders.actor where kind = 'order' and id = any($1::text[]))
       order by partition for update`,
      [orderIds],
    );
    for (const statement of [
      `delete from orders.actor where kind = 'order' and id = any($1::text[])`,
      `delete from orders.actor_log where kind = 'order' and id = any($1::text[])`,
      `delete from orders.order_item where order_id = any($1::text[])`,
      `delete from orders.idempotency where order_id = any($1::text[])`,
      `delete from orders.orders where id = any($1::text[])`,
      `delete from inventory.reservation where order_id = any($1::text[])`,
      `delete from simulated_gateway.ledger where key = any($1::text[])`,
      `delete from payments.charge where order_id = any($1::text[])`,
      `delete from shipping.shipment where order_id = any($1::text[])`,
      `delete from notifications.notification where order_id = any($1::text[])`,
      `delete from dead_letters.letter where letter->'message'->>'correlationId' = any($1::text[])`,
    ]) {
      await tx.query(statement, [orderIds]);
    }
  });
}

/** What is left once no order is: people, letters, places in lines, sales. */
export async function removeTheRest(db: Database): Promise<void> {
  const users = await demoUserIds(db);
  await db.transaction(async (tx) => {
    await tx.query('delete from orders.known_customer where user_id = any($1::text[])', [users]);
    await tx.query('delete from orders.idempotency where user_id = any($1::text[])', [users]);
    await tx.query('delete from notifications.notification where user_id = any($1::text[])', [users]);
    const sales = await tx.query<{ id: string }>(
      'delete from catalog.flash_sale where planned_by = $1 returning id',
      [PLANNED_BY_DEMO],
    );
    const saleIds = sales.map(({ id }) => id);
    await tx.query('delete from gateway.place where sale_id = any($1::text[])', [saleIds]);
    await tx.query('delete from gateway.line where sale_id = any($1::text[])', [saleIds]);
    await tx.query('delete from accounts.users where id = any($1::text[])', [users]);
    await tx.query('delete from demo.account');
  });
}
