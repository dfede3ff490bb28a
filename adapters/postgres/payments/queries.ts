import type { PaymentQueries } from '../../../core/services/payments/ports.ts';
import { viewsOf } from '../../../core/services/payments/views.ts';
import type { Queryable } from '../database.ts';
import { readCharge, type StoredCharge } from './store.ts';

/** Charges and refunds of one order; an order has a handful at most, the limit only bounds a mistake. */
const TRANSACTIONS_OF_ORDER = `
select * from payments.charge where order_id = $1 order by created_at, charge_key limit 100`;

export function createPaymentQueries(db: Queryable): PaymentQueries {
  return {
    transactions: async (orderId) => {
      const rows = await db.query<StoredCharge>(TRANSACTIONS_OF_ORDER, [orderId], 'payments.transactions');
      return rows.map(readCharge).flatMap(viewsOf);
    },
  };
}
