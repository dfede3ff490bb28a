import type { Charge } from '../../../core/services/payments/charge.ts';
import type { PaymentStore } from '../../../core/services/payments/store.ts';
import type { Database } from '../database.ts';
import { KeyedRows } from '../keyed-rows.ts';
import { timeText, type KeyedTable } from '../keyed-table.ts';
import { PAYMENTS_SCHEMA } from './schema.ts';

/** A row of the table as the driver brings it. */
export interface StoredCharge {
  readonly charge_key: string;
  readonly order_id: string;
  readonly amount_cents: number;
  readonly currency: string;
  readonly method: string | null;
  readonly status: Charge['status'];
  readonly verdict: Charge['verdict'];
  readonly transaction_id: string | null;
  readonly reason: string | null;
  readonly voided: boolean;
  readonly attempted_at: Date | null;
  readonly refund: Charge['refund'];
  readonly refund_id: string | null;
  readonly refund_reason: string | null;
  readonly refunded_cents: number | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export function readCharge(stored: StoredCharge): Charge {
  return {
    chargeKey: stored.charge_key,
    orderId: stored.order_id,
    amountCents: stored.amount_cents,
    currency: stored.currency,
    method: stored.method,
    status: stored.status,
    verdict: stored.verdict,
    transactionId: stored.transaction_id,
    reason: stored.reason,
    voided: stored.voided,
    attemptedAtMs: stored.attempted_at?.getTime() ?? null,
    refund: stored.refund,
    refundId: stored.refund_id,
    refundReason: stored.refund_reason,
    refundedCents: stored.refunded_cents,
    createdAtMs: stored.created_at.getTime(),
    updatedAtMs: stored.updated_at.getTime(),
  };
}

const CHARGES: KeyedTable<Charge, StoredCharge> = {
  schema: PAYMENTS_SCHEMA,
  table: 'charge',
  key: 'charge_key',
  keyOf: (charge) => charge.chargeKey,
  columns: {
    charge_key: { type: 'text', write: (charge) => charge.chargeKey },
    order_id: { type: 'text', write: (charge) => charge.orderId },
    amount_cents: { type: 'bigint', write: (charge) => charge.amountCents },
    currency: { type: 'text', write: (charge) => charge.currency },
    method: { type: 'text', write: (charge) => charge.method },
    status: { type: 'text', write: (charge) => charge.status },
    verdict: { type: 'text', write: (charge) => charge.verdict },
    transaction_id: { type: 'text', write: (charge) => charge.transactionId },
    reason: { type: 'text', write: (charge) => charge.reason },
    voided: { type: 'boolean', write: (charge) => charge.voided },
    attempted_at: {
      type: 'timestamptz',
      write: ({ attemptedAtMs }) => (attemptedAtMs === null ? null : timeText(attemptedAtMs)),
    },
    refund: { type: 'text', write: (charge) => charge.refund },
    refund_id: { type: 'text', write: (charge) => charge.refundId },
    refund_reason: { type: 'text', write: (charge) => charge.refundReason },
    refunded_cents: { type: 'bigint', write: (charge) => charge.refundedCents },
    created_at: { type: 'timestamptz', write: (charge) => timeText(charge.createdAtMs) },
    updated_at: { type: 'timestamptz', write: (charge) => timeText(charge.updatedAtMs) },
  },
  read: readCharge,
};

/** Charges in Postgres, in the schema that `paymentsMigrations` builds. */
export function createPaymentStore(db: Database): PaymentStore {
  return new KeyedRows(db, CHARGES);
}
