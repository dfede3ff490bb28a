import { BadMessage } from '../../kernel/errors.ts';
import type { MessageOf } from '../../messages/catalogue.ts';

/**
 * One row per charge key: what is known of the money under it (P15).
 *
 * `status` is about the money at the gateway, `verdict` about what the order was told, `refund` about the way back.
 * They are kept apart because the gateway's word outranks whatever we said before it spoke.
 */
export interface Charge {
  readonly chargeKey: string;
  readonly orderId: string;
  readonly amountCents: number;
  readonly currency: string;
  /** Null when a refund came first. */
  readonly method: string | null;
  /**
   * `requested`: unknown; `processed`: the money moved; `failed`: declined; `void`: no money moved and none may;
   * `unsettled`: still unknown after the last try, an operator must look.
   */
  readonly status: 'requested' | 'processed' | 'failed' | 'void' | 'unsettled';
  /** What the charge request was answered; every repeat gets the same again (P14). */
  readonly verdict: 'processed' | 'failed' | null;
  readonly transactionId: string | null;
  /** Why it failed or is unsettled. */
  readonly reason: string | null;
  /** The void mark: no money may stay taken under this key. */
  readonly voided: boolean;
  /** When the latest attempt at the gateway began; null: never. */
  readonly attemptedAtMs: number | null;
  readonly refund: 'none' | 'requested' | 'refunded' | 'failed';
  readonly refundId: string | null;
  readonly refundReason: string | null;
  /** What the refund request was answered; every repeat gets the same again (P14). */
  readonly refundedCents: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Message types of the service's queue. */
export const PAYMENTS_ACCEPT = ['payment.requested', 'payment.refund.requested'] as const;
export type ChargeRequest = MessageOf<'payment.requested'>;
export type RefundRequest = MessageOf<'payment.refund.requested'>;

/** What has been found out since the row was last looked at. */
export type Evidence =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'approved'; readonly transactionId: string }
  | { readonly kind: 'declined'; readonly reason: string }
  /** The gateway has never heard of the key. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'refunded'; readonly refundId: string }
  | { readonly kind: 'refundRefused'; readonly reason: string }
  /** The last try failed. */
  | { readonly kind: 'gaveUp'; readonly reason: string };

/** What to do at the gateway next; `wait`: come again later; `done`: the answer is durable. */
export type Next = 'charge' | 'lookup' | 'refund' | 'wait' | 'done';

/** Reason told when a refund came before the charge. */
export const VOID_REASON = 'void';

/** A row for a key nobody has heard of. */
export function newCharge(request: ChargeRequest | RefundRequest, nowMs: number): Charge {
  return {
    chargeKey: request.data.chargeKey,
    orderId: request.data.orderId,
    amountCents: request.data.amountCents,
    currency: request.data.currency,
    method: request.type === 'payment.requested' ? request.data.method.type : null,
    status: 'requested',
    verdict: null,
    transactionId: null,
    reason: null,
    voided: false,
    attemptedAtMs: null,
    refund: 'none',
    refundId: null,
    refundReason: null,
    refundedCents: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** Throws BadMessage `charge_mismatch` when a key is used for other money than before. */
export function requireSameMoney(charge: Charge, { data }: ChargeRequest | RefundRequest): void {
  const same =
    charge.orderId === data.orderId &&
    charge.amountCents === data.amountCents &&
    charge.currency === data.currency;
  if (same) return;
  throw new BadMessage(
    'charge_mismatch',
    `chargeKey ${data.chargeKey} stands for ${String(charge.amountCents)} ${charge.currency} of order ` +
      `${charge.orderId}, not for ${String(data.amountCents)} ${data.currency} of order ${data.orderId}`,
  );
}

/**
 * Writes the gateway's word into the row, whatever the row said before: the gateway outranks it (P15). `inFlightMs`:
 * so long after an attempt began, its charge may still be on its way, and `absent` is not yet definite.
 */
export function learn(charge: Charge, evidence: Evidence, nowMs: number, inFlightMs: number): Charge {
  switch (evidence.kind) {
    case 'approved':
      return charge.status === 'processed'
        ? charge
        : { ...charge, status: 'processed', transactionId: evidence.transactionId, reason: null };
    case 'declined':
      return isOpen(charge) ? { ...charge, status: 'failed', reason: evidence.reason } : charge;
    case 'absent':
      return isOpen(charge) && charge.voided && !mayBeInFlight(charge, nowMs, inFlightMs)
        ? { ...charge, status: 'void', reason: VOID_REASON }
        : charge;
    case 'refunded':
      return { ...charge, refund: 'refunded', refundId: evidence.refundId, refundReason: null };
    case 'refundRefused':
      return charge.refund === 'refunded'
        ? charge
        : { ...charge, refund: 'failed', refundReason: evidence.reason };
    case 'nothing':
    case 'gaveUp':
      return charge;
  }
}

/** Whether nobody knows yet if the money moved. */
export function isOpen(charge: Charge): boolean {
  return charge.status === 'requested' || charge.status === 'unsettled';
}

function mayBeInFlight(charge: Charge, nowMs: number, inFlightMs: number): boolean {
  return charge.attemptedAtMs !== null && nowMs - charge.attemptedAtMs < inFlightMs;
}
