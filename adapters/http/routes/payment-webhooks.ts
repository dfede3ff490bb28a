import type { App } from '../app.ts';
import { HttpProblem } from '../problem.ts';

/** What a payment gateway tells by itself. */
export interface PaymentWebhooks {
  /** Resolves once the effect is durable. `refused`: nobody we know signed it. A rejection asks to be told again. */
  take(body: Uint8Array, signature: string | undefined): Promise<'taken' | 'refused'>;
}

/** An event carries a whole object of the gateway. */
const EVENT_BYTES_MAX = 512 * 1024;

/** Signed calls of payment gateways; without `webhooks` there is no such route. */
export function paymentWebhookRoutes(app: App, webhooks: PaymentWebhooks | undefined): void {
  if (webhooks === undefined) return;
  app.post(
    '/api/payments/webhooks/stripe',
    { bodyLimit: EVENT_BYTES_MAX, schema: { tags: ['payments'] } },
    async (request) => {
      const signature = request.headers['stripe-signature'];
      // The signature is over the bytes as they came.
      const told = await webhooks.take(
        request.rawBody ?? new Uint8Array(),
        typeof signature === 'string' ? signature : undefined,
      );
      if (told === 'refused') {
        throw new HttpProblem(
          400,
          'webhook_signature',
          'Stripe-Signature: is missing, too old or does not fit the body',
          { errors: [{ path: 'stripe-signature', message: 'is missing, too old or does not fit the body' }] },
        );
      }
      return { received: true };
    },
  );
}
