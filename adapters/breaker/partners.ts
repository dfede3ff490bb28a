import type { Mailer } from '../../core/services/notifications/mailer.ts';
import type { PaymentGateway } from '../../core/services/payments/gateway.ts';
import type { Carrier } from '../../core/services/shipping/carrier.ts';
import type { Breaker } from './breaker.ts';

/** The partners behind a circuit each; what a refused or declined call says is an answer, not a failure. */

/**
 * Charges have a circuit of their own: silence about new charges must not keep us from asking about old ones.
 */
export function guardGateway(
  gateway: PaymentGateway,
  circuits: { readonly charges: Breaker; readonly inquiries: Breaker },
): PaymentGateway {
  return {
    charge: (order, signal) => circuits.charges.guard(() => gateway.charge(order, signal)),
    lookup: (money, signal) => circuits.inquiries.guard(() => gateway.lookup(money, signal)),
    refund: (money, signal) => circuits.inquiries.guard(() => gateway.refund(money, signal)),
  };
}

export function guardCarrier(carrier: Carrier, breaker: Breaker): Carrier {
  return {
    book: (order, signal) => breaker.guard(() => carrier.book(order, signal)),
    cancel: (key, signal) => breaker.guard(() => carrier.cancel(key, signal)),
  };
}

export function guardMailer(mailer: Mailer, breaker: Breaker): Mailer {
  return { send: (letter, signal) => breaker.guard(() => mailer.send(letter, signal)) };
}
