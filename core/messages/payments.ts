import { z } from 'zod';
import { centsSchema, currencySchema } from '../kernel/money.ts';
import { defineMessage } from './define.ts';
import { idSchema, orderIdSchema, paymentMethodSchema, reasonSchema } from './shapes.ts';

/** `chargeKey` is the business key of the money: one charge per key, ever (P15). */
const charge = z.object({
  orderId: orderIdSchema,
  chargeKey: idSchema,
  amountCents: centsSchema,
  currency: currencySchema,
});

export const paymentRequested = defineMessage(
  'payment.requested',
  'commands',
  charge.extend({ userId: idSchema, method: paymentMethodSchema }),
);
export const paymentProcessed = defineMessage(
  'payment.processed',
  'events',
  charge.extend({ transactionId: idSchema }),
);
/** Only a definite decline (or a void mark) is a failure; silence is not (P15). */
export const paymentFailed = defineMessage(
  'payment.failed',
  'events',
  charge.extend({ reason: reasonSchema }),
);
export const refundRequested = defineMessage(
  'payment.refund.requested',
  'commands',
  charge.extend({ reason: reasonSchema }),
);
/** `amountCents` 0: no money had moved, and the key is void from now on (P15). */
export const refunded = defineMessage(
  'payment.refunded',
  'events',
  charge.extend({ refundId: idSchema.nullable() }),
);
export const refundFailed = defineMessage(
  'payment.refund.failed',
  'events',
  charge.extend({ reason: reasonSchema }),
);
/** The shopper's bank takes the money back, or asks to. */
export const paymentDisputed = defineMessage(
  'payment.disputed',
  'events',
  charge.extend({ reason: reasonSchema }),
);

export const paymentMessages = [
  paymentRequested,
  paymentProcessed,
  paymentFailed,
  refundRequested,
  refunded,
  refundFailed,
  paymentDisputed,
] as const;
