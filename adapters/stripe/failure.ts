import Stripe from 'stripe';
import { errorMessage, OrreryError } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';

/** What a failed request to Stripe says, classified once. */

/** Refusals of a request that are about this payment, and stay as they are however often it is asked. */
const REFUSED_FOR_GOOD: ReadonlySet<string> = new Set([
  'amount_too_large',
  'amount_too_small',
  'payment_method_currency_mismatch',
  'payment_method_not_available',
  'payment_method_provider_decline',
  'payment_method_unactivated',
  'payment_method_unexpected_state',
  'token_already_used',
  'token_in_use',
]);

/** Why the payment is declined for good; undefined: the failure says nothing about the money. */
export function declineReasonOf(error: unknown): string | undefined {
  if (error instanceof Stripe.errors.StripeCardError) {
    // The decline code is absent where the card was refused before its bank was asked.
    return nonEmpty(error.decline_code) ?? nonEmpty(error.code) ?? 'card_declined';
  }
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return undefined;
  if (error.code !== undefined && REFUSED_FOR_GOOD.has(error.code)) return error.code;
  return error.param?.startsWith('payment_method') === true ? 'payment_method_invalid' : undefined;
}

/** Stripe answered as it did the first time, and that was a failure of its own: it stays so under this key. */
export function isRememberedFailure(error: unknown): boolean {
  return (
    error instanceof Stripe.errors.StripeError &&
    (error.statusCode ?? 0) >= 500 &&
    error.headers?.['idempotent-replayed'] === 'true'
  );
}

/** The key was used with other parameters before. */
export function isOtherUseOfKey(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeIdempotencyError;
}

/** The code of a request that Stripe refuses to carry out; undefined: it was something else. */
export function refusalCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return undefined;
  return nonEmpty(error.code) ?? 'refused';
}

/**
 * Nobody knows what became of the money: always retryable, since whoever asks again asks under the same key. What an
 * operator has to put right is logged as an error each time.
 */
export function unknownOutcome(error: unknown, logger: Logger): OrreryError {
  if (error instanceof OrreryError) return error;
  if (!isOurFault(error)) {
    return new OrreryError('gateway_unavailable', `Stripe gave no answer: ${errorMessage(error)}`, {
      retryable: true,
      cause: error,
    });
  }
  const { message, code, requestId } = error;
  logger.error(
    { code: code ?? error.type, requestId, error: message },
    'Stripe refuses our requests: an operator must look at STRIPE_SECRET_KEY and the account',
  );
  return new OrreryError('gateway_refuses_us', `Stripe refused the request: ${message}`, {
    retryable: true,
    cause: error,
  });
}

/** Wrong until someone changes the key, the account or the code; a change of state between two requests is neither. */
function isOurFault(error: unknown): error is Stripe.errors.StripeError {
  if (refusalCodeOf(error) === 'payment_intent_unexpected_state') return false;
  return (
    error instanceof Stripe.errors.StripeAuthenticationError ||
    error instanceof Stripe.errors.StripePermissionError ||
    error instanceof Stripe.errors.StripeInvalidRequestError ||
    error instanceof Stripe.errors.StripeIdempotencyError
  );
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
