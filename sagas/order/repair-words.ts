import type { Refusal } from '../../core/engine/repair.ts';
import type { Line, OrderContext } from './context.ts';

/* What the repairs of an order say to people. */

/** Reasons travel in messages, where they are bounded. */
const REASON_LENGTH_MAX = 500;

export function notPossible(why: string): { readonly refusal: Refusal } {
  return { refusal: { code: 'not_possible', why } };
}

export function amount({ totalCents, currency }: OrderContext): string {
  return `${String(totalCents)} cents ${currency}`;
}

export function units(lines: readonly Line[]): string {
  return lines.map(({ sku, quantity }) => `${String(quantity)} × ${sku}`).join(', ');
}

export function bounded(text: string): string {
  return text.slice(0, REASON_LENGTH_MAX);
}
