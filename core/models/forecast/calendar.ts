import { BadInput } from '../evaluation/bad-input.ts';
import type { Times } from '../evaluation/table.ts';

/** How far it is from one value of a series to the next. */
export type Step =
  | { readonly unit: 'steps'; readonly size: number }
  | { readonly unit: 'time'; readonly milliseconds: number }
  | { readonly unit: 'months'; readonly months: number };

/** A regular grid of times; places on it are whole numbers, 0 being the first time of the data. */
export interface Calendar {
  readonly step: Step;
  /** The time at place 0: milliseconds since 1970 UTC, or a step's number. */
  readonly origin: number;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** A distance counts as the step if at least this share of neighbours has it. */
const STEP_SHARE = 0.1;
const MONTH_DAYS = [28, 31] as const;
const MONTHS_OF_YEAR = 12;
const [DATE_CHARACTERS, MINUTE_CHARACTERS] = ['2026-11-21'.length, '2026-11-21T08:15'.length];

/**
 * The grid that times lie on: the shortest distance between neighbours of the same series that is not rare. Months,
 * quarters and years are recognised by their 28 to 31 days each; times that follow no grid are put into days.
 *
 * @param groups the times of each series, ascending
 */
export function calendarOf(kind: Times['kind'], groups: readonly ArrayLike<number>[]): Calendar {
  const counts = new Map<number, number>();
  let neighbours = 0;
  let origin = Number.POSITIVE_INFINITY;
  for (const times of groups) {
    origin = Math.min(origin, times[0] ?? origin);
    for (let index = 1; index < times.length; index += 1) {
      const distance = (times[index] ?? 0) - (times[index - 1] ?? 0);
      if (distance <= 0) continue;
      counts.set(distance, (counts.get(distance) ?? 0) + 1);
      neighbours += 1;
    }
  }
  if (neighbours === 0) throw new BadInput('column time: no series has two different times');
  const common = [...counts.keys()].filter(
    (distance) => (counts.get(distance) ?? 0) >= STEP_SHARE * neighbours,
  );
  const shortest = common.length === 0 ? undefined : Math.min(...common);
  if (kind === 'steps')
    return { step: { unit: 'steps', size: shortest ?? Math.min(...counts.keys()) }, origin };
  if (shortest === undefined) {
    // Noon, so that the nearest day of any hour is its own.
    return {
      step: { unit: 'time', milliseconds: DAY_MS },
      origin: (Math.floor(origin / DAY_MS) + 0.5) * DAY_MS,
    };
  }
  const fourWeeks = shortest === MONTH_DAYS[0] * DAY_MS && common.length === 1;
  const months = fourWeeks ? undefined : monthsOf(shortest / DAY_MS);
  return months === undefined
    ? { step: { unit: 'time', milliseconds: shortest }, origin }
    : { step: { unit: 'months', months }, origin };
}

/** The place on the grid that a time belongs to: the nearest one. */
export function placeOf(calendar: Calendar, time: number): number {
  const { step, origin } = calendar;
  switch (step.unit) {
    case 'steps':
      return Math.round((time - origin) / step.size);
    case 'time':
      return Math.round((time - origin) / step.milliseconds);
    case 'months':
      return Math.round((monthNumber(time) - monthNumber(origin)) / step.months);
  }
}

/** The time at a place of the grid. */
export function timeAt(calendar: Calendar, place: number): number {
  const { step, origin } = calendar;
  switch (step.unit) {
    case 'steps':
      return origin + place * step.size;
    case 'time':
      return origin + place * step.milliseconds;
    case 'months': {
      const first = new Date(origin);
      const month = first.getUTCMonth() + place * step.months;
      const last = new Date(Date.UTC(first.getUTCFullYear(), month + 1, 0)).getUTCDate();
      return Date.UTC(first.getUTCFullYear(), month, Math.min(first.getUTCDate(), last));
    }
  }
}

/** A place as reports show it: a date, a time, or a step's number. */
export function labelAt(calendar: Calendar, place: number): string {
  const time = timeAt(calendar, place);
  if (calendar.step.unit === 'steps') return String(time);
  const daily = calendar.step.unit === 'months' || calendar.step.milliseconds % DAY_MS === 0;
  return new Date(time).toISOString().slice(0, daily ? DATE_CHARACTERS : MINUTE_CHARACTERS);
}

/** What a step is called, e.g. `1 day`. */
export function stepName(step: Step): string {
  if (step.unit === 'steps') return step.size === 1 ? '1 step' : `${step.size} steps`;
  if (step.unit === 'months') return step.months === 1 ? '1 month' : `${step.months} months`;
  const days = step.milliseconds / DAY_MS;
  if (Number.isInteger(days)) return days === 1 ? '1 day' : `${days} days`;
  const hours = step.milliseconds / HOUR_MS;
  return Number.isInteger(hours)
    ? hours === 1
      ? '1 hour'
      : `${hours} hours`
    : `${step.milliseconds / 60_000} minutes`;
}

export interface Habits {
  /** Steps after which a pattern returns. */
  readonly season: number;
  /** A longer one that contains it, 0 without: a week of hours, a year of days. */
  readonly longSeason: number;
  readonly horizon: number;
}

/** What is usual for a step: its seasons, and how far one looks ahead. */
export function habitsOf(step: Step): Habits {
  if (step.unit === 'months') {
    const season = Math.max(1, Math.round(MONTHS_OF_YEAR / step.months));
    return { season, longSeason: 0, horizon: season === 12 ? 12 : season === 4 ? 8 : 6 };
  }
  if (step.unit === 'steps') return { season: 1, longSeason: 0, horizon: 12 };
  const perDay = DAY_MS / step.milliseconds;
  if (perDay > 1 && Number.isInteger(perDay))
    return { season: perDay, longSeason: 7 * perDay, horizon: 2 * perDay };
  if (perDay === 1) return { season: 7, longSeason: 364, horizon: 28 };
  if (perDay * 7 === 1) return { season: 52, longSeason: 0, horizon: 8 };
  return { season: 1, longSeason: 0, horizon: 12 };
}

function monthsOf(days: number): number | undefined {
  for (const months of [1, 2, 3, 4, 6, MONTHS_OF_YEAR]) {
    const [least, most] = [months * MONTH_DAYS[0], months * MONTH_DAYS[1]];
    // Of two months or more at most one is February.
    if (days >= least + (months - 1) * 2 && days <= most && Number.isInteger(days)) return months;
  }
  return undefined;
}

function monthNumber(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * MONTHS_OF_YEAR + date.getUTCMonth();
}
