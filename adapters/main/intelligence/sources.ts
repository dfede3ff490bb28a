import type { FraudRows } from '../../../core/services/intelligence/fraud/rows.ts';
import type { PaymentAttempts } from '../../../core/services/intelligence/payments/outlook.ts';
import type { ModelName } from '../../../core/services/intelligence/ports.ts';
import type { CustomerHistory, SalesHistory } from '../../../core/services/intelligence/rows.ts';

/** Rows of one training, in slices: plain data that can be sent to a thread. */
export type RowSource = (nowMs: number) => AsyncIterable<readonly unknown[]>;

const PURCHASES_MAX = 200_000;
const PURCHASES_SLICE = 500;
const CUSTOMER_ORDERS_MAX = 300_000;
const CUSTOMER_ORDERS_SLICE = 1_000;
const SEEN_ORDERS_MAX = 100_000;
const PAID_ORDERS_MAX = 100_000;
const DAYS = 400;
/** A forecast costs 0.05 s and 8 kB each; tens of thousands would keep all other models waiting for an hour. */
const FORECAST_PRODUCTS_MAX = 3_000;
const DAY_MS = 86_400_000;

/** Where the rows of each model come from that is trained here (core/services/intelligence/trainers/all.ts). */
export function createSources({
  sales,
  fraud,
  payments,
  customers,
}: {
  readonly sales: SalesHistory;
  readonly fraud: FraudRows;
  readonly payments: Pick<PaymentAttempts, 'newest'>;
  readonly customers: Pick<CustomerHistory, 'purchases'>;
}): ReadonlyMap<ModelName, RowSource> {
  const daySales: RowSource = (nowMs) =>
    // Today is not over, so it would look like a day of few sales.
    sales.daySales({
      fromDay: dayOf(nowMs - DAYS * DAY_MS),
      toDay: dayOf(nowMs),
      products: FORECAST_PRODUCTS_MAX,
    });
  return new Map<ModelName, RowSource>([
    ['recommendations', () => sales.purchases({ most: PURCHASES_MAX, slice: PURCHASES_SLICE })],
    ['demand', daySales],
    ['pricing', daySales],
    ['churn', () => customers.purchases({ most: CUSTOMER_ORDERS_MAX, slice: CUSTOMER_ORDERS_SLICE })],
    ['fraud', () => fraud.newest(SEEN_ORDERS_MAX)],
    ['payments', () => payments.newest(PAID_ORDERS_MAX)],
  ]);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
