import { z } from 'zod';
import { defineMessage } from './define.ts';
import { orderIdSchema } from './shapes.ts';

/** How suspicious an order looks, 0 to 100. The scorer being away never holds an order. */
export const fraudScored = defineMessage(
  'fraud.scored',
  'events',
  z.object({
    orderId: orderIdSchema,
    score: z.number().min(0).max(100),
    reasons: z.array(z.string().max(200)).max(20),
  }),
);

export const intelligenceMessages = [fraudScored] as const;
