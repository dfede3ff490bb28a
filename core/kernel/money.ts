import { z } from 'zod';

/** Integer minor units (cents). Never a fraction, never a float sum. */
export const centsSchema = z.int().min(0).max(1_000_000_000_000);

/** ISO 4217 code. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/);

/** The one currency of a deployment's catalogue. */
export const DEFAULT_CURRENCY = 'USD';
