import type { CustomerQueries, CustomerUsual } from '../../../core/services/console/ports.ts';
import type { Queryable } from '../database.ts';

/** The newest orders that tell what is usual; more of them say nothing new and cost time. */
const USUAL = `
with recent as materialized (
  select id, status, total_cents, created_at, shipping_address from orders.orders
  where user_id = $1 order by created_at desc, id desc limit 1001
), usual as (select * from recent where id <> $2 limit 1000)
select count(*)::integer as orders, round(avg(total_cents))::bigint as average_cents,
  max(total_cents)::bigint as largest_cents,
  (count(*) filter (where status = 'delivered'))::integer as delivered,
  (count(*) filter (where status = 'cancelled'))::integer as cancelled,
  min(created_at) as first_at, max(created_at) as last_at,
  (select coalesce(json_agg(place order by place.count desc, place.street), '[]') from (
    select shipping_address->>'street' as street, shipping_address->>'city' as city,
      shipping_address->>'country' as country, count(*)::integer as count
    from usual group by 1, 2, 3 order by 4 desc, 1 limit 5
  ) as place) as addresses
from usual`;

interface UsualRow {
  readonly orders: number;
  readonly average_cents: number | null;
  readonly largest_cents: number | null;
  readonly delivered: number;
  readonly cancelled: number;
  readonly first_at: Date | null;
  readonly last_at: Date | null;
  readonly addresses: CustomerUsual['addresses'];
}

export function createCustomerQueries(db: Queryable): CustomerQueries {
  return {
    async usual(userId, exceptOrderId) {
      const [row] = await db.query<UsualRow>(USUAL, [userId, exceptOrderId], 'orders.customer_usual');
      return {
        orders: row?.orders ?? 0,
        averageCents: row?.average_cents ?? null,
        largestCents: row?.largest_cents ?? null,
        delivered: row?.delivered ?? 0,
        cancelled: row?.cancelled ?? 0,
        firstAt: row?.first_at?.toISOString() ?? null,
        lastAt: row?.last_at?.toISOString() ?? null,
        addresses: row?.addresses ?? [],
      };
    },
  };
}
