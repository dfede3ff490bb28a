import { z } from 'zod';
import { LINE_QUANTITY_MAX, ORDER_LINES_MAX } from '../kernel/limits.ts';
import { centsSchema, currencySchema } from '../kernel/money.ts';

/** Shapes that several services' messages share. Every text is bounded. */
export const idSchema = z.string().min(1).max(100);
export const orderIdSchema = idSchema;
export const skuSchema = z.string().min(1).max(64);
export const reasonSchema = z.string().min(1).max(500);
export const timeSchema = z.iso.datetime();
export const quantitySchema = z.int().min(1).max(LINE_QUANTITY_MAX);
/** Units of one SKU in one order, lines of the same SKU added up. */
export const mergedQuantitySchema = z
  .int()
  .min(1)
  .max(LINE_QUANTITY_MAX * ORDER_LINES_MAX);
export const emailSchema = z.string().min(3).max(320);

export const addressSchema = z.object({
  street: z.string().min(1).max(200),
  city: z.string().min(1).max(100),
  state: z.string().min(1).max(100),
  zip: z.string().min(1).max(20),
  country: z.string().min(2).max(60),
});
export type Address = z.infer<typeof addressSchema>;

export const orderItemSchema = z.object({
  productId: idSchema,
  sku: skuSchema,
  name: z.string().min(1).max(300),
  quantity: quantitySchema,
  priceCents: centsSchema,
});
export type OrderItem = z.infer<typeof orderItemSchema>;

export const paymentMethodTypeSchema = z.enum(['credit_card', 'paypal']);
export const paymentMethodSchema = z.object({
  type: paymentMethodTypeSchema,
  token: z.string().min(1).max(200).optional(),
});
export type PaymentMethod = z.infer<typeof paymentMethodSchema>;

export const moneySchema = z.object({ amountCents: centsSchema, currency: currencySchema });
