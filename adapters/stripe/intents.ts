import type Stripe from 'stripe';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { ChargeOutcome, KeyedMoney, LookupOutcome } from '../../core/services/payments/gateway.ts';
import { isOtherUseOfKey, isRememberedFailure } from './failure.ts';

/**
 * The PaymentIntents that stand for a charge key.
 *
 * Owns: finding the intent of a key, what its state says about the money.
 * Does not own: confirming it, which is what moves money; giving money back.
 *
 * I1. An intent is made with the charge key as its idempotency key and never confirmed in the same request, so making
 *     it again to find it is harmless: Stripe answers with the first one.
 * I2. `absent` is said only after a write to the intent went through. Stripe locks an intent while it is being
 *     confirmed (`lock_timeout`), so an untouched one that takes a write has no confirmation under way.
 * I3. Stripe forgets idempotency keys after a day. Before `absent` is said, intents of an earlier day are therefore
 *     looked for by their metadata. The search lags behind by minutes, which is why it answers for nothing younger.
 */
export interface Intents {
  /** The intent of the key as it was when it was made; makes it when there is none. */
  open(money: KeyedMoney, signal: AbortSignal): Promise<Stripe.PaymentIntent>;
  /** What has become of the key's money, and the intent that says so. */
  find(money: KeyedMoney, signal: AbortSignal): Promise<Found>;
  /** The intent as it is now. */
  settle(id: string, signal: AbortSignal): Promise<Stripe.PaymentIntent>;
}

export interface Found {
  readonly intent: Stripe.PaymentIntent;
  readonly outcome: LookupOutcome;
}

/** Failures that Stripe remembers under a key, each of which costs a fresh key. */
const REMEMBERED_FAILURES_MAX = 5;
/** Intents of one key: more than one only when a key outlived Stripe's memory. */
const INTENTS_OF_KEY_MAX = 20;

/** How an intent is given up whose shopper would have to confirm with the bank: nobody is there to be asked. */
const UNAUTHENTICATED = { cancellation_reason: 'abandoned' } as const;

export function createIntents(api: Stripe): Intents {
  const settle = async (id: string, signal: AbortSignal): Promise<Stripe.PaymentIntent> => {
    signal.throwIfAborted();
    const seen = await api.paymentIntents.retrieve(id);
    signal.throwIfAborted();
    if (seen.status === 'requires_action') return await api.paymentIntents.cancel(id, UNAUTHENTICATED);
    if (outcomeOf(seen).kind !== 'absent') return seen;
    // I2: the answer to a write is the state after whatever was under way.
    return await api.paymentIntents.update(id, { metadata: { ...seen.metadata } });
  };

  const search = async (money: KeyedMoney, signal: AbortSignal): Promise<readonly Stripe.PaymentIntent[]> => {
    signal.throwIfAborted();
    const page = await api.paymentIntents.search({
      query: `metadata['chargeKey']:${quoted(money.key)}`,
      limit: INTENTS_OF_KEY_MAX,
    });
    // The search ignores case and splits words; the metadata itself decides.
    return page.data.filter((intent) => isFor(intent, money));
  };

  const open = async (money: KeyedMoney, signal: AbortSignal): Promise<Stripe.PaymentIntent> => {
    try {
      return await pastRememberedFailures(money.key, signal, (idempotencyKey) =>
        api.paymentIntents.create(intentOf(money), { idempotencyKey }),
      );
    } catch (error) {
      if (!isOtherUseOfKey(error)) throw error;
      // An older build of ours made it, with other parameters; or the key stands for other money.
      const [intent] = await search(money, signal);
      if (intent === undefined) throw error;
      return intent;
    }
  };

  const find = async (money: KeyedMoney, signal: AbortSignal): Promise<Found> => {
    const { id } = await open(money, signal);
    const intent = await settle(id, signal);
    const found: Found = { intent, outcome: outcomeOf(intent) };
    if (found.outcome.kind !== 'absent') return found;
    const others: Found[] = [];
    for (const other of await search(money, signal)) {
      if (other.id === id) continue;
      const settled = await settle(other.id, signal);
      others.push({ intent: settled, outcome: outcomeOf(settled) });
    }
    for (const kind of ['approved', 'pending', 'declined'] as const) {
      const telling = others.find(({ outcome }) => outcome.kind === kind);
      if (telling !== undefined) return telling;
    }
    return found;
  };

  return { open, find, settle };
}

/**
 * Sends a request under its key, or under the next one where Stripe remembers a failure of its own: it would answer
 * with that failure for a day. Every caller walks the same way and ends at the same key.
 */
export async function pastRememberedFailures<Answer>(
  key: string,
  signal: AbortSignal,
  request: (idempotencyKey: string) => Promise<Answer>,
): Promise<Answer> {
  for (let number = 1; ; number += 1) {
    signal.throwIfAborted();
    try {
      return await request(number === 1 ? key : `${key}/${String(number)}`);
    } catch (error) {
      if (!isRememberedFailure(error) || number === REMEMBERED_FAILURES_MAX) throw error;
    }
  }
}

/** What an intent says about the money. */
export function outcomeOf(intent: Stripe.PaymentIntent): LookupOutcome {
  switch (intent.status) {
    case 'succeeded':
      return { kind: 'approved', transactionId: intent.id };
    case 'requires_payment_method':
    case 'requires_confirmation':
      return intent.last_payment_error === null ? { kind: 'absent' } : declined(intent);
    case 'canceled':
      return declined(intent);
    default:
      return { kind: 'pending' };
  }
}

function declined(intent: Stripe.PaymentIntent): ChargeOutcome {
  const { last_payment_error: error, cancellation_reason: because } = intent;
  const reason = error?.decline_code ?? error?.code;
  if (reason !== undefined && reason !== '') return { kind: 'declined', reason };
  const unauthenticated = because === UNAUTHENTICATED.cancellation_reason;
  return { kind: 'declined', reason: unauthenticated ? 'authentication_required' : 'canceled' };
}

/** The same for every request about one key, or Stripe takes it for another use of the key. */
function intentOf({ key, orderId, amountCents, currency }: KeyedMoney): Stripe.PaymentIntentCreateParams {
  return {
    amount: amountCents,
    currency: currency.toLowerCase(),
    // Cards say yes or no at once; an order does not wait days for a transfer.
    allowed_payment_method_types: ['card'],
    metadata: { chargeKey: key, orderId },
  };
}

/** Throws OrreryError `key_reused` when the key stands for other money. */
function isFor({ metadata, amount, currency }: Stripe.PaymentIntent, money: KeyedMoney): boolean {
  if (metadata['chargeKey'] !== money.key) return false;
  if (amount === money.amountCents && currency === money.currency.toLowerCase()) return true;
  throw new OrreryError('key_reused', `${money.key} was used for another amount before`);
}

/** A text in Stripe's query language. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
