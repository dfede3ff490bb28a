import { followUp } from '../../engine/compose.ts';
import type { RowStep } from '../../engine/row-batch.ts';
import { unreachable } from '../../kernel/assert.ts';
import { currentVersionOf } from '../../messages/catalogue.ts';
import {
  isOpen,
  learn,
  newCharge,
  requireSameMoney,
  VOID_REASON,
  type Charge,
  type Evidence,
  type Next,
  type RefundRequest,
} from './charge.ts';

/**
 * What a refund request does to its row, given what is known (P15). Pure.
 *
 * I1. The void mark is laid at once: no charge attempt begins after it.
 * I2. `payment.refunded` goes out only when the gateway gave the money back, or is known never to have taken it
 *     (`amountCents` 0).
 * I3. While it is unknown whether money moved, the gateway is asked by key and nothing is told.
 */
export function decideRefund(
  stored: Charge | undefined,
  request: RefundRequest,
  evidence: Evidence,
  nowMs: number,
  inFlightMs: number,
): RowStep<Charge, Next> {
  if (stored === undefined) return firstSight(request, evidence, nowMs);
  requireSameMoney(stored, request);
  const charge: Charge = learn({ ...stored, voided: true, updatedAtMs: nowMs }, evidence, nowMs, inFlightMs);
  if (evidence.kind === 'gaveUp') return givenUp(charge, request, evidence.reason, nowMs);
  switch (charge.status) {
    case 'processed':
      if (charge.refund === 'refunded') return tellRefunded(charge, request, charge.amountCents, nowMs);
      return evidence.kind === 'refundRefused'
        ? tellRefundFailed(charge, request, evidence.reason, nowMs)
        : { row: { ...charge, refund: 'requested' }, messages: [], result: 'refund' };
    case 'failed':
    case 'void':
      return tellRefunded(charge, request, 0, nowMs);
    case 'requested':
    case 'unsettled':
      return { row: charge, messages: [], result: evidence.kind === 'absent' ? 'wait' : 'lookup' };
    default:
      return unreachable(charge.status);
  }
}

/** No charge under this key: the void mark refuses one that comes later. */
function firstSight(request: RefundRequest, evidence: Evidence, nowMs: number): RowStep<Charge, Next> {
  const fresh = newCharge(request, nowMs);
  if (evidence.kind === 'gaveUp') {
    const unsettled: Charge = { ...fresh, status: 'unsettled', voided: true, reason: evidence.reason };
    return tellRefundFailed(unsettled, request, evidence.reason, nowMs);
  }
  return tellRefunded({ ...fresh, status: 'void', voided: true, reason: VOID_REASON }, request, 0, nowMs);
}

function givenUp(
  charge: Charge,
  request: RefundRequest,
  reason: string,
  nowMs: number,
): RowStep<Charge, Next> {
  if (isOpen(charge))
    return tellRefundFailed({ ...charge, status: 'unsettled', reason }, request, reason, nowMs);
  const owed = charge.status === 'processed' && charge.refund !== 'refunded';
  if (owed) return tellRefundFailed(charge, request, reason, nowMs);
  return tellRefunded(charge, request, charge.status === 'processed' ? charge.amountCents : 0, nowMs);
}

/** The first answer stands: a repeat is told the same amount, whatever happened under the void mark since (P14). */
function tellRefunded(
  charge: Charge,
  request: RefundRequest,
  cents: number,
  nowMs: number,
): RowStep<Charge, Next> {
  const refundedCents = charge.refundedCents ?? cents;
  const { orderId, chargeKey, currency } = charge;
  const refundId = refundedCents === 0 ? null : charge.refundId;
  const data = { orderId, chargeKey, amountCents: refundedCents, currency, refundId };
  const draft = { type: 'payment.refunded', subject: orderId, to: orderId, data };
  const messages = [followUp(request, draft, 0, nowMs, currentVersionOf)];
  return { row: { ...charge, refundedCents }, messages, result: 'done' };
}

/** Has an id of its own: a refund that succeeds after an operator sent it again is news. */
function tellRefundFailed(
  charge: Charge,
  request: RefundRequest,
  reason: string,
  nowMs: number,
): RowStep<Charge, Next> {
  const { orderId, chargeKey, amountCents, currency } = charge;
  const data = { orderId, chargeKey, amountCents, currency, reason };
  const draft = { type: 'payment.refund.failed', subject: orderId, to: orderId, data };
  const messages = [followUp(request, draft, 1, nowMs, currentVersionOf)];
  return { row: { ...charge, refund: 'failed', refundReason: reason }, messages, result: 'done' };
}
