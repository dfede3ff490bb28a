import type { MyOrdersFilter, OrderQueries, SagaLogEntry } from '../../../core/services/orders/ports.ts';
import type { OrderStatus } from '../../../core/messages/status.ts';
import type { Database } from '../database.ts';
import { ofStatus } from './admin-filter.ts';
import { adminOrders } from './admin-orders.ts';
import { orderCounters } from './counters.ts';
import { between, Conditions, containing, priced } from './filter.ts';
import { list } from './list.ts';
import { adminOutline, beginningAnywhere } from './outline.ts';
import { ORDER_COLUMNS, type OrderRow, ordersById, withItems } from './views.ts';

/**
 * Reads of the orders service. Lists go by keyset over an index; counts end at a cap; a search by part of a name
 * goes through the tables of known products and customers, so that none of them reads every order.
 */

export function orderQueries(db: Database): OrderQueries {
  const admin = adminOrders(db);
  return {
    async find(orderId) {
      const rows = await db.query<OrderRow>(
        `select ${ORDER_COLUMNS} from orders.orders o where o.id = $1`,
        [orderId],
        'orders.find',
      );
      return (await withItems(db, rows)).at(0);
    },

    async findMany(orderIds) {
      return new Map((await ordersById(db, [...orderIds])).map((order) => [order.id, order]));
    },

    async myOrders(filter) {
      const { limit, cursor } = filter;
      const listing = { sort: '-created_at', limit, cursor } as const;
      const { items, nextCursor } = await list(db, mine(filter), { over: 'orders' }, listing);
      return { items, nextCursor };
    },

    adminOrders: beginningAnywhere(admin),
    adminOutline: adminOutline(db, admin),

    counters: orderCounters(db),

    async sagaLog(orderId, after, limit) {
      const rows = await db.query<LogRow>(
        `select version, message_id, type, causation_id, from_state, to_state, at, detail
         from orders.actor_log where kind = 'order' and id = $1 and version > $2 order by version limit $3`,
        [orderId, after, limit],
        'orders.saga_log',
      );
      return rows.map(logEntry);
    },

    async sagaLogs(after, limit) {
      const rows = await db.query<LogRow & { readonly id: string }>(
        `select wanted.id, log.* from unnest($1::text[], $2::bigint[]) as wanted(id, after)
         cross join lateral (
           select version, message_id, type, causation_id, from_state, to_state, at, detail
           from orders.actor_log where kind = 'order' and id = wanted.id and version > wanted.after
           order by version limit $3
         ) as log
         order by wanted.id, log.version`,
        [[...after.keys()], [...after.values()], limit],
        'orders.saga_logs',
      );
      const logs = new Map<string, SagaLogEntry[]>();
      for (const row of rows) logs.set(row.id, [...(logs.get(row.id) ?? []), logEntry(row)]);
      return logs;
    },

    async versions(orderIds) {
      const rows = await db.query<{
        readonly id: string;
        readonly user_id: string;
        readonly version: number;
        readonly status: OrderStatus;
      }>(
        `select id, user_id, version, status from orders.orders where id = any($1::text[])`,
        [[...orderIds]],
        'orders.versions',
      );
      return new Map(
        rows.map(({ id, user_id: userId, version, status }) => [id, { userId, version, status }]),
      );
    },
  };
}

function mine(filter: MyOrdersFilter): Conditions {
  const { userId, status, from, to, q } = filter;
  const conditions = new Conditions();
  conditions.when(userId, (value) => `o.user_id = ${value}`);
  ofStatus(conditions, status, false);
  between(conditions, 'o.created_at', from, to);
  priced(conditions, 'o.total_cents', filter.priceMinCents, filter.priceMaxCents);
  if (q !== undefined) {
    const id = conditions.parameter(q.trim());
    const name = conditions.parameter(containing(q.trim()));
    // `offset 0` has the lines of the shopper's own orders looked up; without it Postgres would rather read through the
    // lines of the whole shop once.
    conditions.add(
      `(o.id = ${id} or exists (
         select 1 from orders.order_item i where i.order_id = o.id and i.name ilike ${name} offset 0
       ))`,
    );
  }
  return conditions;
}

interface LogRow {
  readonly version: number;
  readonly message_id: string;
  readonly type: string;
  readonly causation_id: string | null;
  readonly from_state: string;
  readonly to_state: string;
  readonly at: Date;
  readonly detail: unknown;
}

function logEntry(row: LogRow): SagaLogEntry {
  return {
    seq: row.version,
    messageId: row.message_id,
    type: row.type,
    causationId: row.causation_id,
    from: row.from_state,
    to: row.to_state,
    at: row.at.toISOString(),
    detail: row.detail,
  };
}
