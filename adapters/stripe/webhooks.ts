import type Stripe from 'stripe';
import type { Clock } from '../../core/kernel/clock.ts';
import { errorMessage, OrreryError } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Message } from '../../core/kernel/message.ts';
import { currentVersionOf, parseMessage } from '../../core/messages/catalogue.ts';
import type { PaymentQueries } from '../../core/services/payments/ports.ts';

/**
 * What Stripe tells by itself.
 *
 * Owns: whether it was Stripe who told it, and what each event means here.
 * Does not own: the verdict about a charge. That is asked for by key, by whoever handles the charge; an event only
 * says that there is something to hear, may come late, twice or in any order, and so never changes the books.
 *
 * I1. Nothing happens for a body whose signature is wrong or older than five minutes.
 * I2. A repeat has no second effect: what is sent carries the id of the dispute, and the order knows its inbox.
 * I3. `taken` is answered only once what the event asks for is durable; until then Stripe tells it again, for days.
 */
export interface StripeWebhooks {
  /** `refused`: not signed by Stripe, or long ago. Rejects, retryable, when it must be told again. */
  take(body: Uint8Array, signature: string | undefined): Promise<'taken' | 'refused'>;
}

export interface StripeWebhooksOptions {
  readonly api: Stripe;
  /** `whsec_…` of this endpoint. */
  readonly secret: string;
  readonly charges: PaymentQueries;
  /** Resolves once the message is durable. */
  readonly send: (message: Message) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const SIGNATURE_AGE_SECONDS_MAX = 300;

export function createStripeWebhooks(options: StripeWebhooksOptions): StripeWebhooks {
  const { api, secret, logger, clock } = options;
  return {
    take: async (body, signature) => {
      if (signature === undefined) return 'refused';
      let event: Stripe.Event;
      try {
        event = api.webhooks.constructEvent(
          Buffer.from(body),
          signature,
          secret,
          SIGNATURE_AGE_SECONDS_MAX,
          undefined,
          clock.now(),
        );
      } catch (error) {
        logger.warn({ error: errorMessage(error).slice(0, 200) }, 'a webhook was not signed by Stripe');
        return 'refused';
      }
      await hear(event, options);
      return 'taken';
    },
  };
}

async function hear(event: Stripe.Event, options: StripeWebhooksOptions): Promise<void> {
  switch (event.type) {
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed':
    case 'payment_intent.canceled':
      await compareBooks(event.id, event.data.object, options);
      return;
    case 'charge.dispute.created':
      await tellDispute(event, options);
      return;
    default:
      options.logger.debug(
        { eventId: event.id, eventType: event.type },
        'an event of Stripe that changes nothing',
      );
  }
}

/**
 * Money that moved while our books are closed without it has nobody left who would ask: an operator must look. A
 * charge that is still open is asked about by its own message within a minute.
 */
async function compareBooks(
  eventId: string,
  intent: Stripe.PaymentIntent,
  { charges, logger }: StripeWebhooksOptions,
): Promise<void> {
  const keyed = keysOf(intent);
  if (keyed === undefined) return;
  const { orderId, chargeKey } = keyed;
  const books = await charges.transactions(orderId);
  const status = books.find(({ kind }) => kind === 'charge')?.status;
  const facts = { eventId, orderId, chargeKey, intentId: intent.id, intent: intent.status, books: status };
  const closedWithout = status === undefined || status === 'failed' || status === 'void';
  if (intent.status === 'succeeded' && closedWithout) {
    logger.error(facts, 'Stripe took money that our books do not have: an operator must look');
    return;
  }
  logger.debug(facts, 'Stripe told about a payment');
}

async function tellDispute(
  { id: eventId, data }: Stripe.ChargeDisputeCreatedEvent,
  { api, charges, send, clock, logger }: StripeWebhooksOptions,
): Promise<void> {
  const dispute = data.object;
  const intent = await intentOf(api, dispute);
  const keyed = intent === undefined ? undefined : keysOf(intent);
  if (keyed === undefined || (await charges.transactions(keyed.orderId)).length === 0) {
    logger.warn({ eventId, disputeId: dispute.id }, 'a dispute about a payment that is not ours');
    return;
  }
  const { orderId, chargeKey } = keyed;
  const message = parseMessage({
    id: `stripe/${dispute.id}`,
    type: 'payment.disputed',
    subject: orderId,
    to: orderId,
    correlationId: orderId,
    causationId: null,
    time: new Date(clock.now()).toISOString(),
    version: currentVersionOf('payment.disputed'),
    data: {
      orderId,
      chargeKey,
      amountCents: dispute.amount,
      currency: dispute.currency.toUpperCase(),
      reason: dispute.reason,
    },
  });
  await send(message);
  logger.warn({ eventId, orderId, disputeId: dispute.id, reason: dispute.reason }, 'a payment is disputed');
}

/** A dispute does not carry the metadata of its payment. */
async function intentOf(api: Stripe, dispute: Stripe.Dispute): Promise<Stripe.PaymentIntent | undefined> {
  const { payment_intent: intent } = dispute;
  if (intent === null) return undefined;
  if (typeof intent !== 'string') return intent;
  try {
    return await api.paymentIntents.retrieve(intent);
  } catch (error) {
    throw new OrreryError('gateway_unavailable', `Stripe gave no answer: ${errorMessage(error)}`, {
      retryable: true,
      cause: error,
    });
  }
}

function keysOf({ metadata }: Stripe.PaymentIntent): { orderId: string; chargeKey: string } | undefined {
  const { orderId, chargeKey } = metadata;
  return orderId === undefined || chargeKey === undefined ? undefined : { orderId, chargeKey };
}
