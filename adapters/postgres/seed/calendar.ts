import { assert } from '../../../core/kernel/assert.ts';
import { FLASH_SALE, HOLIDAYS, HOURS, type SeedPlan } from './shape.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 365;

/** An hour of the year and how many of the orders came in it. */
export interface SeedHour {
  readonly startsAtMs: number;
  readonly orders: number;
  /** Whether the month's flash sale ran. */
  readonly sale: boolean;
}

/** The hours of the year before `until`, oldest first, with all orders of the plan spread over them. */
export function hoursOf({ orders, until }: Pick<SeedPlan, 'orders' | 'until'>): readonly SeedHour[] {
  const endMs = Date.parse(until);
  const starts = Array.from({ length: DAYS * 24 }, (_, index) => endMs - (DAYS * 24 - index) * HOUR_MS);
  const holiday = holidayWeight(starts);
  const weights = starts.map((at) => weightOf(at, holiday));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let reached = 0;
  let given = 0;
  return starts.map((startsAtMs, index) => {
    reached += weights[index] ?? 0;
    // Rounded where the sum stands, so that no rounding adds up.
    const upTo = index === starts.length - 1 ? orders : Math.round((orders * reached) / total);
    const here = upTo - given;
    given = upTo;
    assert(here >= 0, 'orders come in the order of time');
    return { startsAtMs, orders: here, sale: isSale(new Date(startsAtMs)) };
  });
}

/** What an ordinary day of November and December weighs, a normal day being 1, for them to have their share. */
function holidayWeight(starts: readonly number[]): number {
  const counted = { normal: 0, holiday: 0, peak: 0 };
  for (const at of starts) counted[kindOf(at)] += HOURS[new Date(at).getUTCHours()] ?? 0;
  const all = (counted.normal * HOLIDAYS.share) / (1 - HOLIDAYS.share);
  return Math.max(1, (all - counted.peak * HOLIDAYS.peak) / counted.holiday);
}

function weightOf(atMs: number, holiday: number): number {
  const ofDay = { normal: 1, holiday, peak: HOLIDAYS.peak }[kindOf(atMs)];
  return ofDay * (HOURS[new Date(atMs).getUTCHours()] ?? 0);
}

function kindOf(atMs: number): 'normal' | 'holiday' | 'peak' {
  const at = new Date(atMs);
  if (at.getUTCMonth() < 10) return 'normal';
  const blackFriday = blackFridayOf(at.getUTCFullYear());
  const day = Math.floor(atMs / DAY_MS) * DAY_MS;
  return day === blackFriday || day === blackFriday + 3 * DAY_MS ? 'peak' : 'holiday';
}

/** The day after the fourth Thursday of November, its first millisecond. */
function blackFridayOf(year: number): number {
  const first = Date.UTC(year, 10, 1);
  const toThursday = (4 - new Date(first).getUTCDay() + 7) % 7;
  return first + (toThursday + 3 * 7 + 1) * DAY_MS;
}

function isSale(at: Date): boolean {
  return at.getUTCDate() === FLASH_SALE.day && at.getUTCHours() === FLASH_SALE.hour;
}
