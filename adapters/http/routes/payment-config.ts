import type { App } from '../app.ts';
import type { PaymentPage } from '../deps.ts';

/** What a checkout page needs to know to ask for a payment; nothing of it is secret. */
export function paymentConfigRoute(app: App, payment: PaymentPage = { gateway: 'simulated' }): void {
  app.get(
    '/api/payments/config',
    { schema: { tags: ['orders'], summary: 'Who takes the payments, and how a page asks for a card' } },
    (_request, reply) => reply.header('cache-control', 'no-cache').send(payment),
  );
}
