import { z } from 'zod';
import { defineMessage } from './define.ts';
import {
  addressSchema,
  idSchema,
  mergedQuantitySchema,
  orderIdSchema,
  reasonSchema,
  skuSchema,
  timeSchema,
} from './shapes.ts';

/** `shipmentKey` is the business key of one parcel: a withdrawn parcel that is sent again has a new key. */
const parcel = z.object({ orderId: orderIdSchema, shipmentKey: idSchema });
const tracked = parcel.extend({
  trackingNumber: z.string().min(1).max(64),
  carrier: z.string().min(1).max(64),
});

export const shippingRequested = defineMessage(
  'shipping.requested',
  'commands',
  parcel.extend({
    userId: idSchema,
    address: addressSchema,
    items: z.array(z.object({ sku: skuSchema, quantity: mergedQuantitySchema })).min(1),
  }),
);
export const shippingScheduled = defineMessage(
  'shipping.scheduled',
  'events',
  tracked.extend({ estimatedDeliveryAt: timeSchema }),
);
export const shippingDispatched = defineMessage(
  'shipping.dispatched',
  'events',
  tracked.extend({ at: timeSchema }),
);
export const shippingProgressed = defineMessage(
  'shipping.progressed',
  'events',
  tracked.extend({
    at: timeSchema,
    /** Share of the route done, 0 to 1. */
    progress: z.number().min(0).max(1),
    location: z.object({ name: z.string().max(100), latitude: z.number(), longitude: z.number() }),
  }),
);
export const shippingDelivered = defineMessage(
  'shipping.delivered',
  'events',
  tracked.extend({ at: timeSchema }),
);
/** The carrier refuses the parcel for good; nothing is under way. */
export const shippingFailed = defineMessage(
  'shipping.failed',
  'events',
  parcel.extend({ reason: reasonSchema }),
);
export const shippingCancelRequested = defineMessage(
  'shipping.cancel.requested',
  'commands',
  parcel.extend({ reason: reasonSchema }),
);
export const shippingCancelled = defineMessage('shipping.cancelled', 'events', parcel);
/** The warehouse hands the parcel over now, whatever its plan was; one that can't leave any more stays. */
export const shippingDispatchRequested = defineMessage(
  'shipping.dispatch.requested',
  'commands',
  parcel.extend({ requestedBy: idSchema, reason: reasonSchema }),
);
/** Dispatch came first, and wins (P18). */
export const shippingCancelRefused = defineMessage(
  'shipping.cancel.refused',
  'events',
  parcel.extend({ reason: reasonSchema }),
);

export const shippingMessages = [
  shippingRequested,
  shippingScheduled,
  shippingDispatched,
  shippingProgressed,
  shippingDelivered,
  shippingFailed,
  shippingCancelRequested,
  shippingCancelled,
  shippingDispatchRequested,
  shippingCancelRefused,
] as const;
