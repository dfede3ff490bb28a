import { createRowBatch } from '../../engine/row-batch.ts';
import type { Participant, ParticipantTools } from '../../engine/participant-port.ts';
import { BadMessage, errorMessage, OrreryError } from '../../kernel/errors.ts';
import type { Message } from '../../kernel/message.ts';
import { withinTime } from '../within-time.ts';
import {
  type Charge,
  type ChargeRequest,
  type Evidence,
  type Next,
  PAYMENTS_ACCEPT,
  type RefundRequest,
} from './charge.ts';
import { decideCharge } from './decide-charge.ts';
import { decideRefund } from './decide-refund.ts';
import type { KeyedMoney, PaymentGateway } from './gateway.ts';
import type { PaymentStore } from './store.ts';

/**
 * The payments service: moves money at the gateway and tells the order.
 *
 * Owns: the loop look at the row, ask the gateway, write down what it said, until the answer is durable.
 * Does not own: what is decided (decide-charge, decide-refund), who moves the money, when a message comes again.
 *
 * I1. Before the gateway is asked to charge, a row under the charge key is durable (P15).
 * I2. A charge begins only while its row still counts it as possibly on its way: a void mark waits it out.
 * I3. Silence is never an answer: the gateway is asked by key, and the message comes again later.
 */
export interface PaymentsOptions {
  readonly tools: ParticipantTools;
  readonly store: PaymentStore;
  readonly gateway: PaymentGateway;
  /** How long one call to the gateway may take, milliseconds. */
  readonly callTimeoutMs?: number;
  /** Messages handled at once; most of them wait for the gateway. */
  readonly concurrency?: number;
}

type Request = ChargeRequest | RefundRequest;
interface Item {
  readonly request: Request;
  readonly evidence: Evidence;
  /** The row as the round before left it; null: there was none; undefined: nobody has looked. */
  readonly expected: Charge | null | undefined;
}
interface Round {
  readonly next: Next;
  readonly charge: Charge | null;
}

const CALL_TIMEOUT_MS = 10_000;
/** A call that we stopped waiting for has arrived or died in the network after this long. */
const NETWORK_SLACK_MS = 2_000;
/** A charge goes out this soon after its attempt was written down, or not at all: a paused process lets it be. */
const STALE_AFTER_MS = 2_000;
/** Rounds of look and ask; the longest sensible way has four. */
const ROUNDS_MAX = 8;

export function createPayments(options: PaymentsOptions): Participant {
  const { tools, store } = options;
  const callTimeoutMs = options.callTimeoutMs ?? CALL_TIMEOUT_MS;
  const inFlightMs = STALE_AFTER_MS + callTimeoutMs + NETWORK_SLACK_MS;
  const gateway = gatewayCalls(options.gateway, tools, callTimeoutMs);
  const step = createRowBatch<Charge, Item, Round>({
    tools,
    store,
    keyOf: (item) => item.request.data.chargeKey,
    decide: (charge, { request, evidence }, nowMs) => {
      const decided =
        request.type === 'payment.requested'
          ? decideCharge(charge, request, evidence, nowMs, inFlightMs)
          : decideRefund(charge, request, evidence, nowMs, inFlightMs);
      return { ...decided, result: { next: decided.result, charge: decided.row ?? charge ?? null } };
    },
    expect: ({ expected }) => expected,
  });

  return {
    service: 'payments',
    accepts: PAYMENTS_ACCEPT,
    concurrency: options.concurrency ?? 256,
    handle: async (message) => {
      const request = asRequest(message);
      let evidence: Evidence = { kind: 'nothing' };
      // A charge is nearly always new here, and one to be given back nearly always known.
      let expected: Item['expected'] = request.type === 'payment.requested' ? null : undefined;
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const askedAtMs = tools.clock.now();
        const { next, charge } = await step({ request, evidence, expected });
        expected = charge;
        if (next === 'done') return;
        if (next === 'charge' && tools.clock.now() - askedAtMs > STALE_AFTER_MS) {
          throw unknownYet(request, 'the attempt is stale');
        }
        if (next === 'wait') throw unknownYet(request, 'a charge may still be on its way');
        evidence = await gateway[next](request);
      }
      throw unknownYet(request, 'the gateway and the row did not come to rest');
    },
    giveUp: async (message, error) => {
      const request = asRequest(message);
      tools.logger.error(
        { chargeKey: request.data.chargeKey, orderId: request.data.orderId, error: error.message },
        'payment stays unsettled: an operator must look',
      );
      const evidence: Evidence = { kind: 'gaveUp', reason: error.message.slice(0, 500) };
      await step({ request, evidence, expected: undefined });
    },
  };
}

/** Each call ends in definite evidence, or rejects with a retryable error. */
function gatewayCalls(
  gateway: PaymentGateway,
  tools: ParticipantTools,
  timeoutMs: number,
): Record<'charge' | 'lookup' | 'refund', (request: Request) => Promise<Evidence>> {
  const lookup = async (request: Request): Promise<Evidence> => {
    const money = moneyOf(request);
    const outcome = await withinTime(tools.clock, timeoutMs, (signal) => gateway.lookup(money, signal)).catch(
      (error: unknown) => {
        throw unknownYet(request, 'the gateway is silent', error);
      },
    );
    if (outcome.kind === 'pending') throw unknownYet(request, 'the gateway can not say yet');
    return outcome;
  };
  const charge = async (request: Request): Promise<Evidence> => {
    if (request.type !== 'payment.requested') return lookup(request);
    const { method } = request.data;
    const token = method.token === undefined ? {} : { token: method.token };
    const order = { method: method.type, ...moneyOf(request), ...token };
    try {
      return await withinTime(tools.clock, timeoutMs, (signal) => gateway.charge(order, signal));
    } catch (error) {
      tools.logger.warn(
        { chargeKey: order.key, error: errorMessage(error) },
        'no answer to a charge, asking by key',
      );
      const found = await lookup(request);
      // The charge may still arrive: only a later look can be definite about its absence.
      if (found.kind === 'absent') throw unknownYet(request, 'the gateway is silent', error);
      return found;
    }
  };
  const refund = async (request: Request): Promise<Evidence> => {
    const money = moneyOf(request);
    try {
      return await withinTime(tools.clock, timeoutMs, (signal) => gateway.refund(money, signal));
    } catch (error) {
      throw unknownYet(request, 'no answer to a refund', error);
    }
  };
  return { charge, lookup, refund };
}

function moneyOf({ data }: Request): KeyedMoney {
  const { chargeKey: key, orderId, amountCents, currency } = data;
  return { key, orderId, amountCents, currency };
}

function unknownYet(request: Request, why: string, cause?: unknown): OrreryError {
  return new OrreryError('payment_unknown', `${request.data.chargeKey}: ${why}`, { retryable: true, cause });
}

/** The engine checked the message against the catalogue before it came here. */
function asRequest(message: Message): Request {
  if (message.type === 'payment.requested') return message as ChargeRequest;
  if (message.type === 'payment.refund.requested') return message as RefundRequest;
  throw new BadMessage('unexpected_type', `payments does not handle ${message.type}`);
}
