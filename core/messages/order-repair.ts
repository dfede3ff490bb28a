import { z } from 'zod';
import { centsSchema } from '../kernel/money.ts';
import { addressSchema, emailSchema, paymentMethodSchema, skuSchema, timeSchema } from './shapes.ts';

/** What an operator can do to an order's saga. */
export const REPAIR_OPERATIONS = [
  'resend',
  'skip',
  'edit',
  'compensate',
  'cancel',
  'restart',
  'migrate',
  'park',
  'unpark',
] as const;
export type RepairOperation = (typeof REPAIR_OPERATIONS)[number];

/** Times of an order's policy that an operator may change, 1 s to 90 days. */
const policyMs = z.int().min(1_000).max(7_776_000_000);
/** How often something may fail. */
const failures = z.int().min(1).max(100);

/**
 * Facts of an order that an operator may correct. Those of stock, money and parcels say what the order believes; changing
 * them moves nothing.
 */
export const orderChangesSchema = z
  .strictObject({
    email: emailSchema,
    customerName: z.string().min(1).max(200),
    shippingAddress: addressSchema,
    paymentMethod: paymentMethodSchema,
    policy: z
      .strictObject({
        reserveTimeoutMs: policyMs,
        paymentTimeoutMs: policyMs,
        commitTimeoutMs: policyMs,
        shippingTimeoutMs: policyMs,
        shippingRetryMs: policyMs,
        shipmentFailuresMax: failures,
        dispatchTimeoutMs: policyMs,
        deliveryTimeoutMs: policyMs,
        withdrawTimeoutMs: policyMs,
        settleTimeoutMs: policyMs,
        refundRetryMs: policyMs,
        refundFailuresMax: failures,
      })
      .partial(),
    lines: z
      .array(
        z.strictObject({
          sku: skuSchema,
          state: z.enum(['requested', 'reserved', 'refused', 'committing', 'committed', 'lost', 'released']),
        }),
      )
      .min(1)
      .max(100),
    payment: z
      .strictObject({
        state: z.enum(['requested', 'declined', 'paid', 'refundFailed', 'refunded']),
        transactionId: z.string().min(1).max(200).nullable(),
        refundedCents: centsSchema,
        reason: z.string().min(1).max(500).nullable(),
      })
      .partial(),
    shipment: z
      .strictObject({
        state: z.enum(['requested', 'scheduled', 'withdrawn', 'dispatched', 'failed']),
        tracking: z.strictObject({
          trackingNumber: z.string().min(1).max(100),
          carrier: z.string().min(1).max(100),
        }),
        estimatedDeliveryAt: timeSchema,
      })
      .partial(),
  })
  .partial();
export type OrderChanges = z.output<typeof orderChangesSchema>;

/** A step is a state of the saga: `awaitingPayment`, `confirmed.requestingParcel`. */
const step = z.string().min(1).max(100);

/** Each operation with what it needs, `common` added to each. */
export function repairCommands<Common extends z.ZodRawShape>(common: Common) {
  return z.discriminatedUnion('operation', [
    /** Sends the open requests again, or the one of that id. */
    z.object({ ...common, operation: z.literal('resend'), messageId: z.string().min(1).max(200).optional() }),
    /** `step`: what the operator believes is skipped; refused when the order is elsewhere. */
    z.object({ ...common, operation: z.literal('skip'), step: step.optional() }),
    z.object({ ...common, operation: z.literal('edit'), changes: orderChangesSchema }),
    z.object({ ...common, operation: z.literal('compensate') }),
    z.object({ ...common, operation: z.literal('cancel') }),
    z.object({ ...common, operation: z.literal('restart'), step }),
    z.object({ ...common, operation: z.literal('migrate') }),
    z.object({ ...common, operation: z.literal('park') }),
    z.object({ ...common, operation: z.literal('unpark') }),
  ]);
}

/** What to do, without who asks and why: the body of a preview. */
export const repairCommandSchema = repairCommands({});
export type RepairCommand = z.output<typeof repairCommandSchema>;
