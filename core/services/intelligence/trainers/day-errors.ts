import type { DaySales } from '../rows.ts';

/** Of all products together: how far what was foretold of a day was from what was sold on it. */
export interface DayError {
  /** `2026-11-21`, UTC. */
  readonly day: string;
  /** Sum over products of the absolute error, units. */
  readonly error: number;
  /** Units. */
  readonly sold: number;
}

/** What was foretold: the last day learnt from, and points of each product after it. */
interface Foretold {
  readonly lastDay: string;
  readonly products: Readonly<
    Record<string, { readonly points: readonly { readonly date: string; readonly mean: number }[] }>
  >;
}

/** Errors are told over so many days. */
const DAYS_KEPT = 28;

/** Of each day after the last that was learnt from, before today, as far as it was foretold; in order of time. */
export function dayErrors(
  rows: readonly DaySales[],
  { lastDay, products }: Foretold,
  today: string,
): readonly DayError[] {
  const soldOn = new Map<string, Map<string, number>>();
  for (const { productId, day, units } of rows) {
    if (day <= lastDay || day >= today) continue;
    const own = soldOn.get(day) ?? new Map<string, number>();
    soldOn.set(day, own.set(productId, (own.get(productId) ?? 0) + units));
  }
  const errors = new Map<string, { error: number; sold: number }>();
  for (const [productId, { points }] of Object.entries(products)) {
    for (const { date, mean } of points) {
      if (date <= lastDay || date >= today) continue;
      const units = soldOn.get(date)?.get(productId) ?? 0;
      const sum = errors.get(date) ?? { error: 0, sold: 0 };
      sum.error += Math.abs(units - mean);
      sum.sold += units;
      errors.set(date, sum);
    }
  }
  return inOrder([...errors].map(([day, sum]) => ({ day, ...sum })));
}

/** The newest days of those of before and of now; a day that was measured again counts as it is now. */
export function lastDays(before: unknown, now: readonly DayError[]): readonly DayError[] {
  const known = Array.isArray(before) ? before.filter(isDayError) : [];
  const again = new Set(now.map(({ day }) => day));
  return inOrder([...known.filter(({ day }) => !again.has(day)), ...now]).slice(-DAYS_KEPT);
}

function inOrder(days: readonly DayError[]): readonly DayError[] {
  return [...days].sort((one, other) => (one.day < other.day ? -1 : 1));
}

function isDayError(value: unknown): value is DayError {
  const { day, error, sold } = (value ?? {}) as Partial<DayError>;
  return typeof day === 'string' && typeof error === 'number' && typeof sold === 'number';
}
