import type { CustomerHistory } from '../../../core/services/intelligence/rows.ts';
import type { Queryable } from '../database.ts';

/** Customers' purchases out of the orders, in slices that are short in any database. */
export function createCustomerHistory(db: Queryable): CustomerHistory {
  return {
    async *purchases({ most, slice }) {
      let told = 0;
      let after: { readonly at: string; readonly id: string } | undefined;
      while (told < most) {
        const wanted = Math.min(slice, most - told);
        const rows: {
          id: string;
          user_id: string;
          at_ms: number;
          exactly: string;
          stage: string;
          cents: number;
        }[] = await db.query(
          `select id, user_id, stage, total_cents as cents, created_at::text as exactly,
               (extract(epoch from created_at) * 1000)::bigint as at_ms from orders.orders
             ${after === undefined ? '' : 'where (created_at, id) < ($1::timestamptz, $2)'}
             order by created_at desc, id desc limit ${String(wanted)}`,
          after === undefined ? [] : [after.at, after.id],
        );
        const last = rows.at(-1);
        if (last === undefined) return;
        told += rows.length;
        after = { at: last.exactly, id: last.id };
        yield rows
          .filter(({ stage }) => stage !== 'cancelled' && stage !== 'failed')
          .map(({ user_id: userId, at_ms: atMs, cents }) => ({ userId, atMs, cents }));
        if (rows.length < wanted) return;
      }
    },
    async names(userIds) {
      const rows = await db.query<{ id: string; name: string; email: string }>(
        `select user_id as id, customer_name as name, email from orders.known_customer
         where user_id = any($1::text[])`,
        [userIds],
        'orders.customer_names',
      );
      return new Map(rows.map(({ id, name, email }) => [id, { name, email }]));
    },
  };
}
