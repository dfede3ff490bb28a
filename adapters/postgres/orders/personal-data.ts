import { OrreryError } from '../../../core/kernel/errors.ts';
import type { Database } from '../database.ts';

/** What stands where a person's data stood. */
const NOBODY = {
  customerName: 'Closed account',
  email: '',
  shippingAddress: { street: '', city: '', state: '', zip: '', country: '' },
} as const;
/** Of the data of log rows: what says who somebody is or where they live. */
const PERSONAL_FACTS = ['email', 'customerName', 'shippingAddress', 'address'] as const;

/**
 * Forgets a person in the orders service: their orders stay, with what was bought and paid, and no longer say whose they
 * were. Only of orders that have ended, for until then the parcel needs the address, and actors write what they know.
 * Rejects with OrreryError `orders_under_way` while one has not, nothing changed. May be called again.
 */
export async function forgetCustomer(db: Database, userId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const orders = await tx.query<{ readonly id: string; readonly open: boolean }>(
      `select id, final_status is null as open from orders.orders where user_id = $1 order by id for update`,
      [userId],
    );
    const open = orders.filter((order) => order.open).length;
    if (open > 0) {
      throw new OrreryError(
        'orders_under_way',
        `${open === 1 ? 'an order is' : `${String(open)} orders are`} still under way; close the account afterwards`,
      );
    }
    const ids = orders.map(({ id }) => id);
    await tx.query(
      `update orders.orders set customer_name = $2, email = $3, shipping_address = $4::jsonb
       where id = any($1::text[])`,
      [ids, NOBODY.customerName, NOBODY.email, JSON.stringify(NOBODY.shippingAddress)],
    );
    await tx.query(
      `update orders.actor
       set snapshot = jsonb_set(snapshot::jsonb, '{context}', (snapshot::jsonb -> 'context') || $2::jsonb)::json
       where kind = 'order' and id = any($1::text[])`,
      [ids, JSON.stringify(NOBODY)],
    );
    await tx.query(
      `update orders.actor_log set detail = jsonb_set(detail, '{data}', (detail -> 'data') - $2::text[])
       where kind = 'order' and id = any($1::text[])
         and jsonb_typeof(detail -> 'data') = 'object' and (detail -> 'data') ?| $2::text[]`,
      [ids, PERSONAL_FACTS],
    );
    await tx.query(`delete from orders.known_customer where user_id = $1`, [userId]);
  });
}
