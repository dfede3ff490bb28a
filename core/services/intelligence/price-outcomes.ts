import type { DaySales } from './rows.ts';

/** What sold before and after a price began to hold. */
export interface PriceOutcome {
  readonly id: string;
  readonly priceCents: number;
  readonly previousCents: number | null;
  readonly from: string;
  /** Whole days (UTC) that are counted on each side; 0: none yet. */
  readonly daysBefore: number;
  readonly daysAfter: number;
  readonly unitsPerDayBefore: number | null;
  readonly unitsPerDayAfter: number | null;
}

interface HeldPrice {
  readonly id: string;
  readonly priceCents: number;
  readonly previousCents: number | null;
  readonly from: string;
  readonly state: 'planned' | 'applied' | 'cancelled';
}

const DAYS = 14;
const DAY_MS = 86_400_000;

/**
 * Units a day of the two weeks on each side of each change, the day of the change left out, and no further than to the next
 * change. It tells what happened, not what the price did.
 *
 * @param changes the latest first
 */
export function priceOutcomes(
  changes: readonly HeldPrice[],
  days: readonly DaySales[],
  nowMs: number,
): readonly PriceOutcome[] {
  const applied = changes.filter(({ state }) => state === 'applied');
  const today = Math.floor(nowMs / DAY_MS);
  const units = new Map(days.map((row) => [Date.parse(row.day) / DAY_MS, row.units]));
  const first = Math.min(...units.keys());
  const perDay = (from: number, to: number): number | null => {
    let sum = 0;
    for (let day = from; day < to; day += 1) sum += units.get(day) ?? 0;
    return to > from ? sum / (to - from) : null;
  };
  return applied.map(({ id, priceCents, previousCents, from }, index) => {
    const day = dayNumber(from);
    const next = applied[index - 1];
    const earlier = applied[index + 1];
    const begin = Math.max(day - DAYS, earlier === undefined ? first : dayNumber(earlier.from) + 1, first);
    const end = Math.min(day + 1 + DAYS, next === undefined ? today : dayNumber(next.from), today);
    return {
      id,
      priceCents,
      previousCents,
      from,
      daysBefore: Math.max(0, day - begin),
      daysAfter: Math.max(0, end - day - 1),
      unitsPerDayBefore: perDay(begin, day),
      unitsPerDayAfter: perDay(day + 1, end),
    };
  });
}

function dayNumber(time: string): number {
  return Math.floor(Date.parse(time) / DAY_MS);
}
