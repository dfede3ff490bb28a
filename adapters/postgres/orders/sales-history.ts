import type { DaySales, DaySpan, Purchase, SalesHistory } from '../../../core/services/intelligence/rows.ts';
import type { Queryable } from '../database.ts';

interface PurchaseRow {
  readonly id: string;
  readonly user_id: string;
  readonly created_at: Date;
  readonly product_ids: readonly string[];
}

interface DayRow {
  readonly product_id: string;
  readonly day: string;
  readonly units: number;
  readonly cents: number;
}

/** How many products' days are added up by one statement, and of how many what they sold lately. */
const PRODUCTS_AT_ONCE = 5;
const RANKED_AT_ONCE = 50;
const LATELY_DAYS = 28;

const PURCHASE = `o.id, o.user_id, o.created_at,
  (select array_agg(distinct i.product_id) from orders.order_item i where i.order_id = o.id) as product_ids`;
const NOT_CALLED_OFF = `o.status not in ('cancelled', 'failed')`;

/** Read in slices that are short in any database, so that nothing else waits for them. */
export function createSalesHistory(db: Queryable): SalesHistory {
  const daySalesOf = async (
    productIds: readonly string[],
    { fromDay, toDay }: { readonly fromDay: string; readonly toDay: string },
  ): Promise<readonly DaySales[]> => {
    const rows = await db.query<DayRow>(
      `select product_id, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day,
         sum(quantity)::bigint as units, sum(quantity * price_cents)::bigint as cents
       from orders.order_item
       where product_id = any($1::text[])
         and created_at >= $2::timestamp at time zone 'UTC' and created_at < $3::timestamp at time zone 'UTC'
       group by 1, 2 order by 1, 2`,
      [productIds, fromDay, toDay],
      'orders.day-sales',
    );
    return rows.map(({ product_id, day, units, cents }) => ({
      productId: product_id,
      day,
      units,
      revenueCents: cents,
    }));
  };

  /** By id. */
  const mostSold = async (most: number, { toDay }: DaySpan): Promise<readonly string[]> => {
    const known = await db.query<{ product_id: string }>(
      'select product_id from orders.known_product order by product_id',
    );
    const ids = known.map(({ product_id: id }) => id);
    if (ids.length <= most) return ids;
    const sold: { readonly product_id: string; readonly units: number }[] = [];
    for (let at = 0; at < ids.length; at += RANKED_AT_ONCE) {
      const rows = await db.query<{ product_id: string; units: number }>(
        `select product_id, sum(quantity)::bigint as units from orders.order_item
         where product_id = any($1::text[])
           and created_at >= ($2::timestamp - make_interval(days => ${String(LATELY_DAYS)})) at time zone 'UTC'
           and created_at < $2::timestamp at time zone 'UTC'
         group by 1`,
        [ids.slice(at, at + RANKED_AT_ONCE), toDay],
        'orders.sold-lately',
      );
      sold.push(...rows);
    }
    const first = sold.sort((one, other) => other.units - one.units).slice(0, most);
    return first.map(({ product_id: id }) => id).sort();
  };

  return {
    async *purchases({ most, slice }) {
      let told = 0;
      let after: { readonly at: string; readonly id: string } | undefined;
      while (told < most) {
        const wanted = Math.min(slice, most - told);
        // The page is found by the index alone, before any line is looked at.
        const rows: (PurchaseRow & { readonly exactly: string; readonly status: string })[] = await db.query(
          `select ${PURCHASE}, o.status, o.exactly from (
             select id, user_id, created_at, status, created_at::text as exactly from orders.orders
             ${after === undefined ? '' : 'where (created_at, id) < ($1::timestamptz, $2)'}
             order by created_at desc, id desc limit ${String(wanted)}) o`,
          after === undefined ? [] : [after.at, after.id],
        );
        const last = rows.at(-1);
        if (last === undefined) return;
        told += rows.length;
        after = { at: last.exactly, id: last.id };
        yield rows.filter(({ status }) => status !== 'cancelled' && status !== 'failed').map(purchaseOf);
        if (rows.length < wanted) return;
      }
    },
    async *daySales({ products: most, ...span }) {
      const products = await mostSold(most, span);
      for (let at = 0; at < products.length; at += PRODUCTS_AT_ONCE) {
        yield await daySalesOf(products.slice(at, at + PRODUCTS_AT_ONCE), span);
      }
    },
    daySalesOf: (productId, span) => daySalesOf([productId], span),
    async purchasesOf(userId, most) {
      const rows = await db.query<PurchaseRow>(
        `select ${PURCHASE} from (
           select id, user_id, created_at from orders.orders o
           where user_id = $1 and ${NOT_CALLED_OFF}
           order by created_at desc, id desc limit $2) o
         order by o.created_at, o.id`,
        [userId, most],
        'orders.purchases-of-user',
      );
      return rows.map(purchaseOf);
    },
    async boughtAfter(shown, withinMs) {
      const rows = await db.query<{ place: number }>(
        `select place::integer from unnest($1::text[], $2::text[], $3::timestamptz[])
           with ordinality as shown(user_id, product_id, at, place)
         where exists (
           select from orders.orders o join orders.order_item i on i.order_id = o.id
           where o.user_id = shown.user_id and o.created_at >= shown.at
             and o.created_at < shown.at + $4 * interval '1 millisecond'
             and ${NOT_CALLED_OFF} and i.product_id = shown.product_id)`,
        [
          shown.map(({ userId }) => userId),
          shown.map(({ productId }) => productId),
          shown.map(({ atMs }) => new Date(atMs)),
          withinMs,
        ],
        'orders.bought-after',
      );
      const bought = new Set(rows.map(({ place }) => place - 1));
      return shown.map((_, index) => bought.has(index));
    },
  };
}

function purchaseOf({ id, user_id, created_at, product_ids }: PurchaseRow): Purchase {
  return {
    orderId: id,
    userId: user_id,
    atMs: created_at.getTime(),
    productIds: product_ids,
  };
}
