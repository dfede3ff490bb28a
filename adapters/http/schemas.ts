import { z } from 'zod';
import { LINE_QUANTITY_MAX, ORDER_LINES_MAX } from '../../core/kernel/limits.ts';
import { paymentMethodTypeSchema } from '../../core/messages/shapes.ts';

/** Text that every store takes: no NUL, no half of a surrogate pair. Spaces around it are dropped. */
export function text(min: number, max: number) {
  return z
    .string()
    .trim()
    .min(min, min === 1 ? 'must not be empty' : `must have at least ${String(min)} characters`)
    .max(max, `must have at most ${String(max)} characters`)
    .refine((value) => !value.includes('\u0000'), 'must not contain NUL characters')
    .refine((value) => !/\p{Surrogate}/u.test(value), 'must be well-formed Unicode');
}

/** A JSON integer, never coerced. */
export const quantity = z
  .int(`must be a whole number from 1 to ${String(LINE_QUANTITY_MAX)}, as a JSON number`)
  .min(1, 'must be at least 1')
  .max(LINE_QUANTITY_MAX, `must be at most ${String(LINE_QUANTITY_MAX)}`);

export const id = text(1, 100);

/** Whole numbers in a query, which are always text. */
export function wholeNumber(min: number, max: number) {
  const allowed = `must be a whole number from ${String(min)} to ${String(max)}`;
  return z
    .string(allowed)
    .regex(/^\d{1,13}$/, allowed)
    .transform(Number)
    .refine((value) => value >= min && value <= max, allowed);
}

const CENTS_MAX = 1_000_000_000_000;

/** An amount in integer cents, as a query writes it. */
export const cents = wholeNumber(0, CENTS_MAX);

/** What is wrong with a range of prices, if anything; in the words of `errors` of a problem. */
export function wrongPrices(min: number | undefined, max: number | undefined) {
  const inverted = min !== undefined && max !== undefined && min > max;
  return inverted ? [{ path: 'price_min', message: 'must not be above price_max' }] : [];
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day or an instant; a day means its first moment, or its last with `end`. UTC, as ISO 8601. */
export function instant(edge: 'start' | 'end') {
  const allowed = 'must be a date (2026-03-31) or a time (2026-03-31T12:00:00Z)';
  return z
    .union([z.iso.date(allowed), z.iso.datetime({ offset: true, error: allowed })], allowed)
    .transform((value) => {
      if (!DAY.test(value)) return new Date(value).toISOString();
      return edge === 'start' ? `${value}T00:00:00.000Z` : `${value}T23:59:59.999Z`;
    });
}

export const cursor = z.string().min(1, 'must not be empty').max(500, 'is not a cursor of ours');

/** What a waiting line gave; whether it is genuine is for the line to say. */
export const queueToken = z.string().min(1, 'must not be empty').max(600, 'is not a token of ours');

/** Where a parcel goes. */
export const address = z.object({
  street: text(1, 200),
  city: text(1, 100),
  state: text(1, 100),
  zip: text(1, 20),
  country: text(2, 60),
});

export const checkoutBody = z.object({
  shippingAddress: address,
  paymentMethod: z.object({ type: paymentMethodTypeSchema, token: text(1, 200).optional() }),
  items: z
    .array(z.object({ productId: id, quantity }))
    .min(1, 'must have at least one item; leave it out to buy the cart')
    .max(ORDER_LINES_MAX, `must have at most ${String(ORDER_LINES_MAX)} items`)
    .optional(),
});
export type CheckoutBody = z.output<typeof checkoutBody>;
