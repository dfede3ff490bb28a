import type { MicroBatch } from '../../core/engine/participant-port.ts';
import { sleep, type Clock, type Random } from '../../core/kernel/clock.ts';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { ChargeOrder, PaymentGateway } from '../../core/services/payments/gateway.ts';
import type { GatewayLedger, LedgerEntry } from '../../core/services/payments/gateway-ledger.ts';
import { uniformOf } from './key-hash.ts';

/**
 * A payment gateway that plays by the rules of a real one: idempotent by key, and it remembers (GatewayLedger).
 *
 * Test tokens: `tok_ok` always approves; `tok_declined`, `tok_insufficient_funds` and `tok_expired_card` always fail
 * with that reason; `tok_timeout` never answers and never moves money; any other token fails with `invalid_token`.
 * Without a token the failure rate applies, decided by the key, so that a repeat has the same verdict.
 */
export interface SimulatedGatewayOptions {
  readonly ledger: GatewayLedger;
  readonly microBatch: MicroBatch;
  readonly clock: Clock;
  /** Spreads the latency. */
  readonly random: Random;
  /** Share of charges without a token that are declined, 0 to 1. */
  readonly failureRate: number;
  /** How long an answer takes on average, milliseconds; 0: as long as the ledger takes. */
  readonly latencyMs: number;
}

const DECLINED_BY_TOKEN: ReadonlyMap<string, string> = new Map([
  ['tok_declined', 'declined'],
  ['tok_insufficient_funds', 'insufficient_funds'],
  ['tok_expired_card', 'expired_card'],
]);

export function createSimulatedGateway(options: SimulatedGatewayOptions): PaymentGateway {
  const { ledger, microBatch, clock, random, failureRate, latencyMs } = options;
  const record = microBatch<LedgerEntry, LedgerEntry>((entries) => ledger.record(entries));
  const find = microBatch<string, LedgerEntry | undefined>((keys) => ledger.find(keys));
  const giveBack = microBatch<{ readonly key: string; readonly refundId: string }, LedgerEntry | undefined>(
    (refunds) => ledger.refund(refunds),
  );
  const onTheWay = async (signal: AbortSignal): Promise<void> => {
    if (latencyMs > 0) await sleep(clock, latencyMs * (0.5 + random()));
    signal.throwIfAborted();
  };

  return {
    charge: async (order, signal) => {
      if (order.token === 'tok_timeout') return await silence(signal);
      await onTheWay(signal);
      const entry = await record(firstEntry(order, failureRate));
      if (entry.amountCents !== order.amountCents || entry.currency !== order.currency) {
        throw new OrreryError('key_reused', `${order.key} was used for another amount before`);
      }
      return verdict(entry);
    },
    lookup: async ({ key }, signal) => {
      await onTheWay(signal);
      const entry = await find(key);
      return entry === undefined ? { kind: 'absent' } : verdict(entry);
    },
    refund: async ({ key }, signal) => {
      await onTheWay(signal);
      const entry = await giveBack({ key, refundId: `re_${key}` });
      return entry === undefined || entry.refundId === null
        ? { kind: 'refundRefused', reason: 'nothing was charged' }
        : { kind: 'refunded', refundId: entry.refundId };
    },
  };
}

/** What the ledger keeps when the key is new to it. */
function firstEntry(order: ChargeOrder, failureRate: number): LedgerEntry {
  const { key, amountCents, currency } = order;
  const reason = reasonAgainst(order, failureRate);
  return {
    key,
    amountCents,
    currency,
    transactionId: reason === null ? `tx_${key}` : null,
    reason,
    refundId: null,
  };
}

function reasonAgainst({ key, token }: ChargeOrder, failureRate: number): string | null {
  if (token === undefined) return uniformOf(key, 'charge') < failureRate ? 'declined' : null;
  if (token === 'tok_ok') return null;
  return DECLINED_BY_TOKEN.get(token) ?? 'invalid_token';
}

function verdict({ transactionId, reason }: LedgerEntry) {
  return transactionId === null
    ? { kind: 'declined' as const, reason: reason ?? 'declined' }
    : { kind: 'approved' as const, transactionId };
}

/** Ends only when the caller stops waiting. */
function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(new OrreryError('gateway_silent', 'the gateway did not answer', { retryable: true }));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
