import type { DaySales } from '../rows.ts';

/** What models of daily sales watch for drift. */
export function dayInputs(rows: readonly DaySales[], sinceMs: number): Record<string, ArrayLike<number>> {
  const recent = rows.filter(({ day }) => Date.parse(day) >= sinceMs);
  return {
    'units a day': recent.map(({ units }) => units),
    'price in cents': recent.map(({ units, revenueCents }) => revenueCents / Math.max(1, units)),
  };
}
