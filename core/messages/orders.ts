import { z } from 'zod';
import { centsSchema, currencySchema } from '../kernel/money.ts';
import { defineMessage } from './define.ts';
import { repairCommands } from './order-repair.ts';
import {
  addressSchema,
  emailSchema,
  idSchema,
  orderIdSchema,
  orderItemSchema,
  paymentMethodTypeSchema,
  reasonSchema,
  timeSchema,
} from './shapes.ts';

/** What every order event tells about the order, so that its readers need no table of the orders service. */
const orderFacts = z.object({
  orderId: orderIdSchema,
  userId: idSchema,
  email: emailSchema,
  customerName: z.string().max(200),
  totalCents: centsSchema,
  currency: currencySchema,
});

/** A keyed hash: equal for equal things, and not to be turned back. */
const hashSchema = z.string().min(1).max(64);

/** Where a checkout came from, as far as it is known; left out where nothing is. */
export const orderOriginSchema = z.object({
  /** The network (address of the caller) and the browser, as hashes. */
  network: hashSchema.optional(),
  device: hashSchema.optional(),
});
export type OrderOrigin = z.infer<typeof orderOriginSchema>;

export const orderPlaced = defineMessage(
  'order.placed',
  'events',
  orderFacts.extend({
    items: z.array(orderItemSchema).min(1),
    shippingAddress: addressSchema,
    paymentMethod: paymentMethodTypeSchema,
    placedAt: timeSchema,
    origin: orderOriginSchema.optional(),
  }),
);
export const orderConfirmed = defineMessage('order.confirmed', 'events', orderFacts);
export const orderProcessing = defineMessage(
  'order.processing',
  'events',
  orderFacts.extend({ trackingNumber: z.string(), carrier: z.string(), estimatedDeliveryAt: timeSchema }),
);
export const orderShipped = defineMessage(
  'order.shipped',
  'events',
  orderFacts.extend({ trackingNumber: z.string(), carrier: z.string() }),
);
export const orderDelivered = defineMessage('order.delivered', 'events', orderFacts);
export const orderCancelled = defineMessage(
  'order.cancelled',
  'events',
  orderFacts.extend({ reason: reasonSchema, refundedCents: centsSchema }),
);
/** A compensation kept failing: an operator must repair what `unsettled` names. */
export const orderFailed = defineMessage(
  'order.failed',
  'events',
  orderFacts.extend({ reason: reasonSchema, unsettled: z.array(z.string()) }),
);
export const orderCancelRequested = defineMessage(
  'order.cancel.requested',
  'commands',
  z.object({ orderId: orderIdSchema, requestedBy: idSchema, reason: reasonSchema }),
);
/** Money back for an order that has arrived; the goods stay where they are. Before that, a cancellation refunds. */
export const orderRefundRequested = defineMessage(
  'order.refund.requested',
  'commands',
  z.object({ orderId: orderIdSchema, requestedBy: idSchema, reason: reasonSchema }),
);
export const orderReviewDecided = defineMessage(
  'order.review.decided',
  'commands',
  z.object({
    orderId: orderIdSchema,
    decision: z.enum(['approve', 'reject']),
    decidedBy: idSchema,
    reason: reasonSchema,
  }),
);
/** An operator repairs the saga by hand: the operation, what it was decided on, and who vouches for it. */
export const orderRepairRequested = defineMessage(
  'order.repair.requested',
  'commands',
  repairCommands({
    orderId: orderIdSchema,
    repairId: idSchema,
    requestedBy: idSchema,
    reason: reasonSchema,
    expectedVersion: z.int().min(1),
    acknowledge: z.boolean(),
  }),
);

export const orderMessages = [
  orderPlaced,
  orderConfirmed,
  orderProcessing,
  orderShipped,
  orderDelivered,
  orderCancelled,
  orderFailed,
  orderCancelRequested,
  orderRefundRequested,
  orderReviewDecided,
  orderRepairRequested,
] as const;
