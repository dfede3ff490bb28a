import {
  NETWORK_MS,
  OWN_MS,
  PAST_ATTEMPTS_MAX,
  type PaymentAttempt,
  RECENT_ATTEMPTS,
} from '../../../core/models/payments/attempts.ts';
import { timeOfId } from '../../../core/services/intelligence/account-age.ts';
import type { PaymentAttempts } from '../../../core/services/intelligence/payments/outlook.ts';
import type { Queryable } from '../database.ts';

const SLICE = 1_000;

interface Stored {
  readonly order_id: string;
  readonly user_id: string;
  readonly network: string | null;
  readonly charge_key: string | null;
  readonly at: Date;
  readonly amount_cents: number;
  readonly method: string | null;
  readonly status: string;
}

/** Attempts of chosen orders (`o`); orders that were never charged have a row without a key. */
const ATTEMPTS = `
  select o.id as order_id, o.user_id, s.network, c.charge_key, c.created_at as at, c.amount_cents, c.method, c.status`;
const JOINED = `
  left join payments.charge c on c.order_id = o.id
  left join intelligence.seen_order s on s.order_id = o.id`;

/** Orders whose attempts tell of those of order $1; what came later is left out when they are looked at. */
const AROUND = `
  with asked as (
    select o.user_id, s.network, (select max(created_at) from payments.charge where order_id = $1) as at
    from orders.orders o left join intelligence.seen_order s on s.order_id = o.id where o.id = $1
  ), related as (
    select $1::text as id
    union (select o.id from orders.orders o, asked
      where o.user_id = asked.user_id and o.created_at <= asked.at
        and o.created_at > asked.at - $2 * interval '1 millisecond'
      order by o.created_at desc limit $4)
    union (select s.order_id from intelligence.seen_order s, asked
      where s.network = asked.network and s.placed_at <= asked.at
        and s.placed_at > asked.at - $3 * interval '1 millisecond'
      order by s.placed_at desc limit $4)
    union (select o.id from orders.orders o, asked where o.created_at <= asked.at
      order by o.created_at desc, o.id desc limit $5)
  )
  ${ATTEMPTS} from related join orders.orders o on o.id = related.id ${JOINED}`;

/** Attempts to take money, with the shopper of the order and the network that it was placed from. */
export function createPaymentAttempts(db: Queryable): PaymentAttempts {
  return {
    async *newest(ordersMax) {
      let after: { readonly exactly: string; readonly order_id: string } | undefined;
      for (let left = ordersMax; left > 0; left -= SLICE) {
        const rows: (Stored & { readonly exactly: string })[] = await db.query(
          `${ATTEMPTS}, o.exactly from (
             select id, user_id, created_at, created_at::text as exactly from orders.orders
             where (created_at, id) < ($1::timestamptz, $2::text)
             order by created_at desc, id desc limit $3) o ${JOINED}
           order by o.created_at desc, o.id desc`,
          [after?.exactly ?? 'infinity', after?.order_id ?? '', Math.min(left, SLICE)],
          'intelligence.payments.newest',
        );
        const last = rows.at(-1);
        if (last === undefined) return;
        after = last;
        yield rows.flatMap(attemptOf);
      }
    },

    async around(orderId) {
      const rows = await db.query<Stored>(
        AROUND,
        [orderId, OWN_MS, NETWORK_MS, PAST_ATTEMPTS_MAX, RECENT_ATTEMPTS],
        'intelligence.payments.around',
      );
      return rows.flatMap(attemptOf);
    },
  };
}

/** None of an order that was not charged, or given back before it could be. */
function attemptOf(row: Stored): PaymentAttempt[] {
  const { charge_key: chargeKey, method } = row;
  if (chargeKey === null || method === null) return [];
  return [
    {
      chargeKey,
      orderId: row.order_id,
      userId: row.user_id,
      network: row.network,
      atMs: row.at.getTime(),
      amountCents: row.amount_cents,
      method,
      accountCreatedAtMs: timeOfId(row.user_id),
      succeeded: row.status === 'processed' ? true : row.status === 'failed' ? false : null,
    },
  ];
}
