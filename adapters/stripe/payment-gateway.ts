import type Stripe from 'stripe';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type {
  ChargeOrder,
  ChargeOutcome,
  PaymentGateway,
  RefundOutcome,
} from '../../core/services/payments/gateway.ts';
import { declineReasonOf, isRememberedFailure, refusalCodeOf, unknownOutcome } from './failure.ts';
import { createIntents, type Intents, outcomeOf, pastRememberedFailures } from './intents.ts';

/**
 * Stripe as payment gateway: one PaymentIntent per charge key.
 *
 * Owns: the requests that move money, and what Stripe's answers mean.
 * Does not own: which intent a key stands for (intents.ts), when something is asked again, circuit and time-out.
 *
 * A charge is two requests: the intent is made under the charge key, then confirmed. Made and confirmed in one, its
 * outcome could be found only by repeating the charge, which an inquiry must not do, or by Stripe's search, which
 * lags behind by minutes.
 *
 * I1. A key has one intent, and Stripe lets an intent be paid once. The idempotency keys below only keep a decline a
 *     decline when the same charge is asked again.
 * I2. No request that moves money begins after the caller has stopped waiting.
 * I3. `declined` is Stripe's own word about this card or this amount. Everything else rejects, retryable.
 *
 * The shopper is not there when the order is charged: cards that ask for authentication are declined with
 * `authentication_required`. A token is a PaymentMethod (`pm_…`) or a card token (`tok_…`) of Stripe.
 */
export function createStripeGateway(options: {
  readonly api: Stripe;
  readonly logger: Logger;
}): PaymentGateway {
  const { api, logger } = options;
  const intents = createIntents(api);
  const classified = async <Outcome>(call: () => Promise<Outcome>): Promise<Outcome> => {
    try {
      return await call();
    } catch (error) {
      throw unknownOutcome(error, logger);
    }
  };
  return {
    charge: (order, signal) => classified(() => charge(api, intents, order, signal)),
    lookup: (money, signal) => classified(async () => (await intents.find(money, signal)).outcome),
    refund: (money, signal) =>
      classified(async () => {
        const { intent, outcome } = await intents.find(money, signal);
        if (outcome.kind === 'pending') throw undecided('the charge is not decided yet');
        if (outcome.kind !== 'approved') return { kind: 'refundRefused', reason: 'nothing was charged' };
        return await giveBack(api, intent, money.key, signal);
      }),
  };
}

async function charge(
  api: Stripe,
  intents: Intents,
  order: ChargeOrder,
  signal: AbortSignal,
): Promise<ChargeOutcome> {
  const means = meansOf(order.token);
  if (typeof means === 'string') return { kind: 'declined', reason: means };
  let outcome;
  try {
    const { id } = await intents.open(order, signal);
    outcome = outcomeOf(await confirm(api, intents, { id, key: order.key, means }, signal));
  } catch (error) {
    const reason = declineReasonOf(error);
    if (reason === undefined) throw error;
    return { kind: 'declined', reason };
  }
  if (outcome.kind === 'approved' || outcome.kind === 'declined') return outcome;
  throw undecided('Stripe has not decided yet');
}

/** Resolves with the intent as the confirmation left it, or as an earlier one did. */
async function confirm(
  api: Stripe,
  intents: Intents,
  { id, key, means }: { readonly id: string; readonly key: string; readonly means: Means },
  signal: AbortSignal,
): Promise<Stripe.PaymentIntent> {
  let settled: Stripe.PaymentIntent | undefined;
  try {
    return await pastRememberedFailures(`confirm/${key}`, signal, async (idempotencyKey) => {
      if (settled !== undefined && outcomeOf(settled).kind !== 'absent') return settled;
      try {
        return await api.paymentIntents.confirm(id, { ...means, off_session: true }, { idempotencyKey });
      } catch (error) {
        // A failure of Stripe's own may have come after the money moved.
        if (isRememberedFailure(error)) settled = await intents.settle(id, signal);
        throw error;
      }
    });
  } catch (error) {
    if (refusalCodeOf(error) !== 'payment_intent_unexpected_state') throw error;
    return await intents.settle(id, signal);
  }
}

type Means =
  | { readonly payment_method: string }
  | { readonly payment_method_data: { readonly type: 'card'; readonly card: { readonly token: string } } };

/** What the shopper pays with, or why that can not be. */
function meansOf(token: string | undefined): Means | string {
  if (token === undefined) return 'payment_method_missing';
  if (/^pm_\w+$/.test(token)) return { payment_method: token };
  if (/^tok_\w+$/.test(token)) return { payment_method_data: { type: 'card', card: { token } } };
  return 'payment_method_invalid';
}

/**
 * Gives back whatever of the intent is still with us. Refunds that failed are followed by one under a new key, which
 * is safe because Stripe never gives back more than was paid.
 */
async function giveBack(
  api: Stripe,
  intent: Stripe.PaymentIntent,
  key: string,
  signal: AbortSignal,
): Promise<RefundOutcome> {
  signal.throwIfAborted();
  const { data: before } = await api.refunds.list({ payment_intent: intent.id, limit: 100 });
  const done = refundedAlready(before, intent.amount_received);
  if (done !== undefined) return done;
  const failures = before.filter(({ status }) => status === 'failed' || status === 'canceled').length;
  const refundKey = `refund/${key}${failures === 0 ? '' : `/after-${String(failures)}`}`;
  try {
    const refund = await pastRememberedFailures(refundKey, signal, (idempotencyKey) =>
      api.refunds.create({ payment_intent: intent.id, metadata: { chargeKey: key } }, { idempotencyKey }),
    );
    if (refund.status === 'succeeded') return { kind: 'refunded', refundId: refund.id };
    if (refund.status === 'failed' || refund.status === 'canceled') {
      return { kind: 'refundRefused', reason: refund.failure_reason ?? 'refund_failed' };
    }
  } catch (error) {
    const refusal = refusalCodeOf(error);
    if (refusal === undefined) throw error;
    if (refusal !== 'charge_already_refunded') return { kind: 'refundRefused', reason: refusal };
  }
  throw undecided('the refund is on its way');
}

/** Undefined: there is something left to give back. Throws while a refund is neither made nor refused. */
function refundedAlready(refunds: readonly Stripe.Refund[], paidCents: number): RefundOutcome | undefined {
  if (refunds.some(({ status }) => status === 'pending' || status === 'requires_action')) {
    throw undecided('the refund is on its way');
  }
  const made = refunds.filter(({ status }) => status === 'succeeded');
  const [latest] = made;
  const backCents = made.reduce((sum, { amount }) => sum + amount, 0);
  return latest === undefined || backCents < paidCents
    ? undefined
    : { kind: 'refunded', refundId: latest.id };
}

function undecided(why: string): OrreryError {
  return new OrreryError('gateway_undecided', why, { retryable: true });
}
