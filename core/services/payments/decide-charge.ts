import { followUp } from '../../engine/compose.ts';
import type { RowStep } from '../../engine/row-batch.ts';
import type { Message } from '../../kernel/message.ts';
import { unreachable } from '../../kernel/assert.ts';
import { currentVersionOf } from '../../messages/catalogue.ts';
import {
  isOpen,
  learn,
  newCharge,
  requireSameMoney,
  VOID_REASON,
  type Charge,
  type ChargeRequest,
  type Evidence,
  type Next,
} from './charge.ts';

/**
 * What a charge request does to its row, given what is known (P15). Pure.
 *
 * I1. `payment.failed` goes out only for a definite decline or a void mark, never for silence.
 * I2. `payment.processed` goes out only when the money moved and no void mark stands.
 * I3. Money that moved under a void mark, or after a decline was told, is refunded before the answer.
 */
export function decideCharge(
  stored: Charge | undefined,
  request: ChargeRequest,
  evidence: Evidence,
  nowMs: number,
  inFlightMs: number,
): RowStep<Charge, Next> {
  if (stored === undefined) return firstSight(request, evidence, nowMs);
  requireSameMoney(stored, request);
  const charge = { ...learn(stored, evidence, nowMs, inFlightMs), method: request.data.method.type };
  if (evidence.kind === 'gaveUp') return givenUp(charge, request, evidence.reason, nowMs);
  switch (charge.status) {
    case 'processed':
      return moneyMoved(charge, request, evidence, nowMs);
    case 'failed':
      return tellFailed(charge, request, nowMs);
    case 'void':
      // An earlier attempt may have reached the gateway after the void mark was laid: it is asked once more.
      return charge.attemptedAtMs !== null && evidence.kind === 'nothing'
        ? { messages: [], result: 'lookup' }
        : tellFailed(charge, request, nowMs);
    case 'requested':
    case 'unsettled':
      return unknownSoFar(charge, evidence, nowMs);
    default:
      return unreachable(charge.status);
  }
}

function firstSight(request: ChargeRequest, evidence: Evidence, nowMs: number): RowStep<Charge, Next> {
  const charge = newCharge(request, nowMs);
  if (evidence.kind === 'gaveUp') {
    return { row: { ...charge, status: 'unsettled', reason: evidence.reason }, messages: [], result: 'done' };
  }
  return { row: { ...charge, attemptedAtMs: nowMs }, messages: [], result: 'charge' };
}

function unknownSoFar(charge: Charge, evidence: Evidence, nowMs: number): RowStep<Charge, Next> {
  const row = { ...charge, updatedAtMs: nowMs };
  if (charge.voided) return { row, messages: [], result: evidence.kind === 'absent' ? 'wait' : 'lookup' };
  // The key makes a second charge the same charge, so asking again by charging is safe.
  return evidence.kind === 'absent'
    ? { row: { ...row, status: 'requested', attemptedAtMs: nowMs }, messages: [], result: 'charge' }
    : { row, messages: [], result: 'lookup' };
}

function moneyMoved(
  charge: Charge,
  request: ChargeRequest,
  evidence: Evidence,
  nowMs: number,
): RowStep<Charge, Next> {
  const wanted = charge.verdict === 'processed' || (charge.verdict === null && !charge.voided);
  if (wanted) {
    const row: Charge = { ...charge, verdict: 'processed', reason: null, updatedAtMs: nowMs };
    return { row, messages: [processed(row, request, nowMs)], result: 'done' };
  }
  if (charge.refund === 'refunded') return tellFailed(charge, request, nowMs);
  if (evidence.kind === 'refundRefused') return undoFailed(charge, request, evidence.reason, nowMs);
  return { row: { ...charge, refund: 'requested', updatedAtMs: nowMs }, messages: [], result: 'refund' };
}

/** Money moved that nobody wants, and the gateway keeps it: the order and the operator are told. */
function undoFailed(
  charge: Charge,
  request: ChargeRequest,
  reason: string,
  nowMs: number,
): RowStep<Charge, Next> {
  const told = tellFailed({ ...charge, refund: 'failed', refundReason: reason }, request, nowMs);
  const { orderId, chargeKey, amountCents, currency } = charge;
  const alarm = followUp(
    request,
    {
      type: 'payment.refund.failed',
      subject: orderId,
      to: orderId,
      data: { orderId, chargeKey, amountCents, currency, reason },
    },
    1,
    nowMs,
    currentVersionOf,
  );
  return { ...told, messages: [...told.messages, alarm] };
}

function givenUp(
  charge: Charge,
  request: ChargeRequest,
  reason: string,
  nowMs: number,
): RowStep<Charge, Next> {
  if (isOpen(charge)) {
    return {
      row: { ...charge, status: 'unsettled', reason, updatedAtMs: nowMs },
      messages: [],
      result: 'done',
    };
  }
  const undoing = charge.status === 'processed' && charge.voided && charge.refund !== 'refunded';
  if (undoing && charge.verdict !== 'processed') return undoFailed(charge, request, reason, nowMs);
  return { messages: [], result: 'done' };
}

function tellFailed(charge: Charge, request: ChargeRequest, nowMs: number): RowStep<Charge, Next> {
  const row: Charge = {
    ...charge,
    verdict: 'failed',
    reason: charge.reason ?? VOID_REASON,
    updatedAtMs: nowMs,
  };
  const { orderId, chargeKey, amountCents, currency, reason } = row;
  const data = { orderId, chargeKey, amountCents, currency, reason };
  const draft = { type: 'payment.failed', subject: orderId, to: orderId, data };
  return { row, messages: [followUp(request, draft, 0, nowMs, currentVersionOf)], result: 'done' };
}

function processed(charge: Charge, request: ChargeRequest, nowMs: number): Message {
  const { orderId, chargeKey, amountCents, currency, transactionId } = charge;
  const data = { orderId, chargeKey, amountCents, currency, transactionId };
  const draft = { type: 'payment.processed', subject: orderId, to: orderId, data };
  return followUp(request, draft, 0, nowMs, currentVersionOf);
}
