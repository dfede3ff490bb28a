import type { Queryable } from '../../postgres/database.ts';
import { say, type Verdicts } from './run.ts';
import type { Tally } from './shoppers.ts';

/**
 * Owns: the sums that must hold once every order has come to its end, read straight from the tables of all services.
 * Only drills may look across services like this.
 */
export interface BookEntry {
  readonly name: string;
  /** Rows that break the rule; the rule holds when there are none. At most ten. */
  readonly broken: readonly object[];
}

interface Rule {
  readonly name: string;
  readonly sql: string;
}

const RULES: readonly Rule[] = [
  {
    name: 'every order is final',
    sql: `select id, status, saga_state, waiting_for from orders.orders where status not in ('delivered', 'cancelled')`,
  },
  {
    name: 'one order per idempotency key, one key per order',
    sql: `select coalesce(o.id, i.order_id) as order_id
          from orders.orders o full join orders.idempotency i on i.order_id = o.id
          group by 1 having count(o.id) <> 1 or count(i.order_id) <> 1`,
  },
  {
    name: 'stock is what it was, less what delivered orders took (per SKU)',
    sql: `with first as (
            select sku, sum(on_hand_delta) as units from inventory.stock_ledger where kind = 'seeded' group by sku
          ), sold as (
            select i.sku, sum(i.quantity) as units from orders.order_item i
            join orders.orders o on o.id = i.order_id where o.status = 'delivered' group by i.sku
          ), now as (select sku, sum(on_hand) as units from inventory.stock group by sku)
          select sku, first.units as first, coalesce(sold.units, 0) as sold, now.units as now
          from first join now using (sku) left join sold using (sku)
          where first.units - coalesce(sold.units, 0) <> now.units`,
  },
  {
    name: 'nothing is reserved for orders that are over, and never less than nothing is on hand',
    sql: `select sku, warehouse_id, on_hand, reserved from inventory.stock where reserved <> 0 or on_hand < 0`,
  },
  {
    name: 'reserved counters equal the held reservations (per SKU)',
    sql: `with held as (
            select sku, sum(quantity) as units from inventory.reservation where status = 'held' group by sku
          ), counted as (select sku, sum(reserved) as units from inventory.stock group by sku)
          select sku, counted.units as counted, coalesce(held.units, 0) as held
          from counted left join held using (sku) where counted.units <> coalesce(held.units, 0)`,
  },
  {
    name: 'on hand equals the sum of the ledger (per SKU and warehouse)',
    sql: `select s.sku, s.warehouse_id, s.on_hand, l.on_hand as ledger, s.reserved, l.reserved as ledger_reserved
          from inventory.stock s join (
            select sku, warehouse_id, sum(on_hand_delta) as on_hand, sum(reserved_delta) as reserved
            from inventory.stock_ledger group by sku, warehouse_id
          ) l using (sku, warehouse_id) where s.on_hand <> l.on_hand or s.reserved <> l.reserved`,
  },
  {
    name: 'every delivered order is paid once, in full, at the gateway',
    sql: `select o.id, o.total_cents, count(l.key) as charges, sum(l.amount_cents) as cents
          from orders.orders o
          left join payments.charge c on c.order_id = o.id
          left join simulated_gateway.ledger l
            on l.key = c.charge_key and l.transaction_id is not null and l.refund_id is null
          where o.status = 'delivered'
          group by o.id, o.total_cents having count(l.key) <> 1 or sum(l.amount_cents) <> o.total_cents`,
  },
  {
    name: 'no money is kept for any other order',
    sql: `select l.key, l.amount_cents, o.status from simulated_gateway.ledger l
          left join payments.charge c on c.charge_key = l.key
          left join orders.orders o on o.id = c.order_id
          where l.transaction_id is not null and l.refund_id is null and o.status is distinct from 'delivered'`,
  },
  {
    name: 'every delivered order travelled in one parcel, no other order did',
    sql: `select o.id, o.status, count(s.shipment_key) as parcels from orders.orders o
          left join shipping.shipment s on s.order_id = o.id and s.status = 'delivered'
          group by o.id, o.status
          having count(s.shipment_key) <> case when o.status = 'delivered' then 1 else 0 end`,
  },
  {
    name: "each saga's log has no gap and ends where the order stands",
    sql: `select o.id, o.version, count(l.version) as entries, max(l.version) as last from orders.orders o
          left join orders.actor_log l on l.kind = 'order' and l.id = o.id
          group by o.id, o.version having count(l.version) <> o.version or max(l.version) <> o.version`,
  },
  {
    name: 'everything that was to be sent has been sent',
    sql: `select 'orders' as service, count(*) as rows from orders.outbox having count(*) > 0
          union all select 'inventory', count(*) from inventory.outbox having count(*) > 0
          union all select 'payments', count(*) from payments.outbox having count(*) > 0
          union all select 'shipping', count(*) from shipping.outbox having count(*) > 0
          union all select 'notifications', count(*) from notifications.outbox having count(*) > 0
          union all select 'intelligence', count(*) from intelligence.outbox having count(*) > 0`,
  },
];

/** Checks every rule; the caller has made sure that nothing moves any more. */
export async function auditBooks(database: Queryable): Promise<readonly BookEntry[]> {
  const entries: BookEntry[] = [];
  for (const { name, sql } of RULES) {
    entries.push({ name, broken: await database.query(`select * from (${sql}) as broken limit 10`) });
  }
  return entries;
}

/** The same as verdicts, and that the orders in the books are those that were accepted. */
export async function checkBooks(
  database: Queryable,
  { accepted, orderIds }: Pick<Tally, 'accepted' | 'orderIds'>,
  verdicts: Verdicts,
): Promise<void> {
  const counted = await database.query<{ status: string; orders: number }>(
    'select status, count(*) as orders from orders.orders group by status order by status',
  );
  say(counted.map(({ status, orders }) => `${orders} ${status}`).join(', '));
  const placed = counted.reduce((sum, { orders }) => sum + orders, 0);
  const [missing] = await database.query<{ orders: number }>(
    'select count(*) as orders from unnest($1::text[]) as told(id) where id not in (select o.id::text from orders.orders o)',
    [[...orderIds]],
  );
  verdicts.check(
    'every accepted order exists, and no other',
    placed === accepted && orderIds.size === accepted && missing?.orders === 0,
    `(${accepted} accepted, ${placed} placed)`,
  );
  for (const { name, broken } of await auditBooks(database)) {
    const holds = broken.length === 0;
    verdicts.check(name, holds, holds ? '' : `\n${JSON.stringify(broken, null, 2)}`);
  }
}

/** Every request got a proper answer in the end: a yes, a no of its own, or "come back later" and then one of these. */
export function checkAnswers(
  { failures, givenUp }: Pick<Tally, 'failures' | 'givenUp'>,
  verdicts: Verdicts,
): void {
  const told = [...failures].map(([said, times]) => `\n  ${times} × ${said}`).join('');
  verdicts.check(
    'no answer is a failure of ours (5xx other than 503 with Retry-After)',
    failures.size === 0,
    told,
  );
  verdicts.check('every shopper got an answer', givenUp === 0, givenUp === 0 ? '' : `(${givenUp} gave up)`);
}
