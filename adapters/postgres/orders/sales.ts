import type { SalesFigures, SalesTotal, Span } from '../../../core/services/assistant/ports.ts';
import type { Queryable } from '../database.ts';

/**
 * What was sold in a span of time. Totals come from an index alone; products and customers are those of the newest orders of
 * the span, up to a cap, so that a month of a large shop costs no more than a busy day.
 */
const ORDERS_MAX = 200_000;

const TOTALS = `count(*)::integer as orders,
  (count(*) filter (where stage = 'cancelled'))::integer as cancelled,
  (count(*) filter (where stage = 'failed'))::integer as failed,
  coalesce(sum(total_cents) filter (where stage not in ('cancelled', 'failed')), 0)::bigint as "revenueCents"`;
const IN_SPAN = 'created_at >= $1::timestamptz and created_at < $2::timestamptz';
/** Those that were neither cancelled nor failed. */
const KEPT = `select id, user_id, total_cents, created_at from orders.orders
  where ${IN_SPAN} and stage not in ('cancelled', 'failed') order by created_at desc, id desc limit $3::bigint`;

export function createSalesFigures(db: Queryable, ordersMax = ORDERS_MAX): SalesFigures {
  const complete = async (values: readonly unknown[]): Promise<boolean> => {
    const [row] = await db.query<{ readonly more: boolean }>(
      `select exists (select 1 from orders.orders where ${IN_SPAN} and stage not in ('cancelled', 'failed')
         offset $3::bigint) as more`,
      [...values, ordersMax],
      'orders.sales.more',
    );
    return row?.more !== true;
  };
  return {
    async total(span) {
      const [row] = await db.query<SalesTotal>(
        `select ${TOTALS} from orders.orders where ${IN_SPAN}`,
        valuesOf(span),
        'orders.sales.total',
      );
      return row ?? { orders: 0, cancelled: 0, failed: 0, revenueCents: 0 };
    },

    async steps(span, by) {
      const rows = await db.query<SalesTotal & { readonly step: Date }>(
        `select date_trunc($3::text, created_at, 'UTC') as step, ${TOTALS} from orders.orders where ${IN_SPAN}
         group by 1 order by 1`,
        [...valuesOf(span), by],
        'orders.sales.steps',
      );
      return rows.map(({ step, ...total }) => ({ at: step.toISOString(), ...total }));
    },

    async products(span, limit) {
      const [items, all] = await Promise.all([
        db.query<{ productId: string; sku: string; name: string; units: number; revenueCents: number }>(
          `with kept as materialized (${KEPT})
           select i.product_id as "productId", min(i.sku) as sku, min(i.name) as name,
             sum(i.quantity)::integer as units, sum(i.quantity * i.price_cents)::bigint as "revenueCents"
           from kept join orders.order_item i on i.order_id = kept.id
           group by i.product_id order by units desc, "revenueCents" desc, i.product_id limit $4::bigint`,
          [...valuesOf(span), ordersMax, limit],
          'orders.sales.products',
        ),
        complete(valuesOf(span)),
      ]);
      return { items, complete: all };
    },

    async customers(span, limit) {
      const [items, all] = await Promise.all([
        db.query<{ userId: string; name: string; orders: number; revenueCents: number }>(
          `with kept as materialized (${KEPT}), best as (
             select user_id, count(*)::integer as orders, sum(total_cents)::bigint as cents from kept
             group by user_id order by cents desc, user_id limit $4::bigint)
           select best.user_id as "userId", coalesce(known.customer_name, best.user_id) as name, best.orders,
             best.cents as "revenueCents"
           from best left join orders.known_customer known on known.user_id = best.user_id
           order by best.cents desc, best.user_id`,
          [...valuesOf(span), ordersMax, limit],
          'orders.sales.customers',
        ),
        complete(valuesOf(span)),
      ]);
      return { items, complete: all };
    },

    async cancellations(span, limit) {
      return db.query<{ reason: string; orders: number; totalCents: number }>(
        `select coalesce(reason, 'no reason told') as reason, count(*)::integer as orders,
           sum(total_cents)::bigint as "totalCents"
         from orders.orders where ${IN_SPAN} and stage = 'cancelled'
         group by 1 order by 2 desc, 1 limit $3::bigint`,
        [...valuesOf(span), limit],
        'orders.sales.cancellations',
      );
    },
  };
}

function valuesOf({ from, to }: Span): readonly [string, string] {
  return [from, to];
}
