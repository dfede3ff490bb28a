import autocannon from 'autocannon';
import { type Checkout, checkoutHeaders, wallMs } from './checkouts.ts';

const TIMEOUT_SECONDS = 60;

/**
 * `connections` shoppers, by autocannon, each of whom sends a checkout as soon as the last was answered; resolves once
 * the time is over or `amount` have been answered. When the time is over, those under way stay without an answer.
 */
export async function shopOnConnections(
  url: string,
  offer: { readonly connections: number } & ({ readonly seconds: number } | { readonly amount: number }),
  next: () => Checkout,
): Promise<void> {
  // A context lives as long as one request of one connection.
  const underWay = new WeakMap<object, Checkout>();
  await autocannon({
    url,
    connections: 'amount' in offer ? Math.min(offer.connections, offer.amount) : offer.connections,
    ...('amount' in offer ? { amount: offer.amount } : { duration: offer.seconds }),
    timeout: TIMEOUT_SECONDS,
    requests: [
      {
        method: 'POST',
        path: '/api/orders/checkout',
        setupRequest: (request, context) => {
          const checkout = next();
          underWay.set(context, checkout);
          return { ...request, headers: checkoutHeaders(checkout), body: checkout.body };
        },
        onResponse: (status, _body, context) => {
          const checkout = underWay.get(context);
          if (checkout !== undefined) checkout.answer = { status, atMs: wallMs() };
        },
      },
    ],
  });
}
