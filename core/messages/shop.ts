import { z } from 'zod';
import { defineMessage } from './define.ts';
import { idSchema } from './shapes.ts';

export const cartChanged = defineMessage(
  'cart.changed',
  'events',
  z.object({
    shopperId: idSchema,
    items: z.array(z.object({ productId: idSchema, quantity: z.int().min(1) })),
  }),
);
export const productViewed = defineMessage(
  'product.viewed',
  'events',
  z.object({ productId: idSchema, shopperId: idSchema }),
);

export const shopMessages = [cartChanged, productViewed] as const;
