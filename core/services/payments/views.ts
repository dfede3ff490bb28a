import type { Charge } from './charge.ts';
import type { TransactionView } from './ports.ts';

/** A charge as people see it: the charge itself, then its refund where there is one. */
export function viewsOf(charge: Charge): readonly TransactionView[] {
  const shared = {
    orderId: charge.orderId,
    amountCents: charge.amountCents,
    currency: charge.currency,
    method: charge.method,
    createdAt: new Date(charge.createdAtMs).toISOString(),
    updatedAt: new Date(charge.updatedAtMs).toISOString(),
  };
  const taken: TransactionView = {
    ...shared,
    id: charge.transactionId ?? charge.chargeKey,
    kind: 'charge',
    status: charge.status === 'processed' ? moneyStatus(charge) : charge.status,
    reason: charge.reason,
  };
  if (charge.refund === 'none') return [taken];
  const givenBack: TransactionView = {
    ...shared,
    id: charge.refundId ?? `${charge.chargeKey}/refund`,
    kind: 'refund',
    status: charge.refund,
    reason: charge.refundReason,
  };
  return [taken, givenBack];
}

/** Money that moved is with us, back with the shopper, or stuck where an operator must look. */
function moneyStatus(charge: Charge): 'processed' | 'refunded' | 'unsettled' {
  if (charge.refund === 'refunded') return 'refunded';
  return charge.refund === 'failed' ? 'unsettled' : 'processed';
}
