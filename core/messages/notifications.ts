import { z } from 'zod';
import { defineMessage } from './define.ts';
import { emailSchema, idSchema } from './shapes.ts';

export const channelSchema = z.enum(['email', 'sms']);

/** A letter that no order event stands for, such as "your cancellation came too late". */
export const notificationRequested = defineMessage(
  'notification.requested',
  'commands',
  z.object({
    userId: idSchema,
    email: emailSchema,
    channel: channelSchema,
    subject: z.string().min(1).max(200),
    text: z.string().min(1).max(10_000),
    orderId: idSchema.optional(),
    /** Its text is a secret between us and the mailbox: it is not kept for reading, unless only who may read it gets there. */
    confidential: z.boolean().optional(),
  }),
);
export const notificationSent = defineMessage(
  'notification.sent',
  'events',
  z.object({
    notificationId: idSchema,
    userId: idSchema,
    channel: channelSchema,
    subject: z.string(),
    orderId: idSchema.optional(),
  }),
);

export const notificationMessages = [notificationRequested, notificationSent] as const;
