import type { Random } from '../../../kernel/clock.ts';
import { chance, oneOf, whole } from '../../../kernel/seeded-random.ts';
import type { OrderFacts } from '../orders.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** An order of the simulated shop, before it is known what came before it. */
export interface DrawnOrder extends Omit<OrderFacts, 'orderId'> {
  /** What made it: a kind of honest shopper, or a pattern of fraud. */
  readonly kind: string;
  readonly fraud: boolean;
  readonly declined: boolean;
  readonly refundAskedAtMs: number | null;
}

export type Basket = Pick<OrderFacts, 'lines' | 'totalCents'>;

/** Standard normal (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function logNormal(random: Random, median: number, spread: number): number {
  return median * Math.exp(spread * normal(random));
}

export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** Lines of about so many cents an item; most baskets are small, whoever fills them. */
export function basketOf(
  random: Random,
  medianCents: number,
  shape: { readonly lines: number; readonly quantity: number; readonly spread?: number },
): Basket {
  const lines = Array.from({ length: 1 + Math.floor(shape.lines * random() ** 2) }, () => ({
    quantity: chance(random, 0.6) ? 1 : whole(random, 1, shape.quantity),
    priceCents: Math.max(99, Math.round(logNormal(random, medianCents, shape.spread ?? 0.7))),
  }));
  return { lines, totalCents: lines.reduce((sum, line) => sum + line.quantity * line.priceCents, 0) };
}

/** What some clients do not tell. */
export function maybe<Value>(random: Random, probability: number, value: Value): Value | null {
  return chance(random, probability) ? value : null;
}

/** A time of the day around an hour, on the day of `dayMs`. */
export function atHour(random: Random, dayMs: number, hour: number, spread: number): number {
  const day = Math.floor(dayMs / DAY_MS) * DAY_MS;
  const drawn = (((hour + spread * normal(random)) % 24) + 24) % 24;
  return day + Math.floor(drawn * HOUR_MS);
}

export { chance, oneOf, whole };
