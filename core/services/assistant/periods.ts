import type { Span } from './ports.ts';

/** Spans of time in words. Days and hours are UTC, weeks begin on Monday. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_DAYS = 7;
/** Of `last N days` and dates. */
const DAYS_MAX = 366;
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const COUNTS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  fourteen: 14,
  twenty: 20,
  thirty: 30,
};
const COUNT_WORDS = Object.keys(COUNTS).join('|');

export interface Period extends Span {
  /** As tools take it: `today`, `last 7 days`, `2026-03-14`. */
  readonly name: string;
}

/** How periods are written, for whoever calls a tool. */
export const PERIOD_FORMS =
  'today, yesterday, this week, last week, this month, last month, last N days, last N hours, a weekday, ' +
  'a date 2026-03-14, or two of them 2026-03-01..2026-03-14';

/** The span that a period's name means at a moment; undefined: it is no period. */
export function periodOf(name: string, nowMs: number): Period | undefined {
  const words = name.trim().toLowerCase();
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const monday = today - ((new Date(today).getUTCDay() + 6) % WEEK_DAYS) * DAY_MS;
  const span = (from: number, to: number): Period => ({
    name: words,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  });
  switch (words) {
    case 'today':
      return span(today, nowMs);
    case 'yesterday':
      return span(today - DAY_MS, today);
    case 'this week':
      return span(monday, nowMs);
    case 'last week':
      return span(monday - WEEK_DAYS * DAY_MS, monday);
    case 'this month':
      return span(monthOf(nowMs, 0), nowMs);
    case 'last month':
      return span(monthOf(nowMs, -1), monthOf(nowMs, 0));
  }
  const weekday = WEEKDAYS.indexOf(words);
  if (weekday >= 0) {
    const ago = (new Date(today).getUTCDay() - weekday + WEEK_DAYS) % WEEK_DAYS || WEEK_DAYS;
    return span(today - ago * DAY_MS, today - (ago - 1) * DAY_MS);
  }
  const [, count, unit] = /^last (\d{1,4}) (minutes|hours|days)$/.exec(words) ?? [];
  if (count !== undefined) {
    const unitMs = unit === 'days' ? DAY_MS : unit === 'hours' ? HOUR_MS : 60_000;
    const length = Number(count) * unitMs;
    return length > 0 && length <= DAYS_MAX * DAY_MS ? span(nowMs - length, nowMs) : undefined;
  }
  return datesOf(words, nowMs, span);
}

function datesOf(
  words: string,
  nowMs: number,
  span: (from: number, to: number) => Period,
): Period | undefined {
  const [, first, second] = /^(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?$/.exec(words) ?? [];
  if (first === undefined) return undefined;
  const [from, to] = [dayOf(first), dayOf(second ?? first)];
  if (from === undefined || to === undefined || to < from || to - from > DAYS_MAX * DAY_MS) return undefined;
  return span(from, Math.max(from, Math.min(nowMs, to + DAY_MS)));
}

/** Undefined: there is no such day (`2026-02-30`). */
function dayOf(date: string): number | undefined {
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date ? undefined : at;
}

function monthOf(nowMs: number, ahead: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1);
}

/** The same weekdays and times of day before it: a whole number of weeks earlier. */
export function periodBefore({ name, from, to }: Period): Period {
  const length = Date.parse(to) - Date.parse(from);
  const weeks = Math.max(1, Math.ceil(length / (WEEK_DAYS * DAY_MS)));
  const earlier = (at: string): string => new Date(Date.parse(at) - weeks * WEEK_DAYS * DAY_MS).toISOString();
  const when = weeks === 1 ? 'a week before' : `${String(weeks)} weeks before`;
  return { name: `${name}, ${when}`, from: earlier(from), to: earlier(to) };
}

const FOUND: readonly (readonly [RegExp, (...groups: string[]) => string])[] = [
  [
    /\b(\d{4}-\d{2}-\d{2})\s*(?:\.\.|to|until|till|through|and|–|-)\s*(\d{4}-\d{2}-\d{2})\b/,
    (one, two) => [one, two].join('..'),
  ],
  [/\b(\d{4}-\d{2}-\d{2})\b/, (day = '') => day],
  [
    new RegExp(
      `\\b(?:last|past|previous|recent) (\\d{1,4}|${COUNT_WORDS}) (minute|hour|day|week|month)s?\\b`,
    ),
    (count = '1', unit = 'day') => spanned(COUNTS[count] ?? Number(count), unit),
  ],
  [
    /\b(?:last|past|previous) (hour|24h|24 h)\b/,
    (unit) => (unit === 'hour' ? 'last 1 hours' : 'last 24 hours'),
  ],
  [/\b(?:past|previous|last) (week|month)\b/, (unit = '') => `last ${unit}`],
  [/\b(?:this|current) (week|month)\b/, (unit = '') => `this ${unit}`],
  [/\b(?:month to date|month so far)\b/, () => 'this month'],
  [/\byesterday\b/, () => 'yesterday'],
  [/\b(?:today|this morning|this afternoon|this evening|so far)\b/, () => 'today'],
  [new RegExp(`\\b(?:last |on )?(${WEEKDAYS.join('|')})\\b`), (day = '') => day],
];

function spanned(count: number, unit: string): string {
  if (unit === 'week') return `last ${String(count * WEEK_DAYS)} days`;
  if (unit === 'month') return `last ${String(count * 30)} days`;
  return `last ${String(count)} ${unit}s`;
}

/** The first period that words tell of, and the words without it. */
export function findPeriod(words: string): { readonly name: string | undefined; readonly rest: string } {
  let first: { readonly at: number; readonly name: string; readonly length: number } | undefined;
  for (const [pattern, nameOf] of FOUND) {
    const match = pattern.exec(words);
    if (match === null || (first !== undefined && first.at <= match.index)) continue;
    first = { at: match.index, name: nameOf(...match.slice(1)), length: match[0].length };
  }
  if (first === undefined) return { name: undefined, rest: words };
  return { name: first.name, rest: `${words.slice(0, first.at)} ${words.slice(first.at + first.length)}` };
}

/** A number written as a word, as far as people write them so. */
export function countOf(word: string): number | undefined {
  return COUNTS[word];
}
