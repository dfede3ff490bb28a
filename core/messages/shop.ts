import { z } from 'zod';
import { ORDER_LINES_MAX } from '../kernel/limits.ts';
import { defineMessage } from './define.ts';
import { idSchema } from './shapes.ts';

/*
 * What shoppers do before they order. Best effort: such an event may be lost, and nothing but figures may rest on it. The
 * shopper is a keyed hash, equal in all of one shopper's events: it tells them apart and says of nobody who they are.
 */

export const cartChanged = defineMessage(
  'cart.changed',
  'events',
  z.object({
    shopperId: idSchema,
    /** The whole cart as it is now. */
    items: z.array(z.object({ productId: idSchema, quantity: z.int().min(1) })),
    /** Products that this change put into it; none where something was taken out, bought, or its quantity changed. */
    put: z.array(idSchema).max(ORDER_LINES_MAX),
  }),
);
/** A shopper opened the page of a product; the same shopper and product once in ten minutes. */
export const productViewed = defineMessage(
  'product.viewed',
  'events',
  z.object({ productId: idSchema, shopperId: idSchema }),
);

export const shopMessages = [cartChanged, productViewed] as const;
