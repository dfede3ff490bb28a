/** When a parcel is due, as people say it: by the day. Pure. */
export type DueDay = 'today' | 'tomorrow' | 'later';

export interface Due {
  readonly day: DueDay;
  /** The day has passed. During the day itself a parcel is not late: a day is what was promised. */
  readonly late: boolean;
}

/** Midnight of a day, in the reader's own time zone; `daysAhead` whole days later. */
function dayStart(at: Date, daysAhead = 0): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + daysAhead).getTime();
}

/** undefined for a time that cannot be read. */
export function dueOf(estimatedAt: string, nowMs: number): Due | undefined {
  const estimated = new Date(estimatedAt);
  if (Number.isNaN(estimated.getTime())) return undefined;
  const now = new Date(nowMs);
  const due = dayStart(estimated);
  if (due === dayStart(now)) return { day: 'today', late: false };
  if (due === dayStart(now, 1)) return { day: 'tomorrow', late: false };
  return { day: 'later', late: due < dayStart(now) };
}

/** Whether a time falls on the reader's present day: then the clock alone says enough. */
export function isToday(at: string, nowMs: number): boolean {
  return dueOf(at, nowMs)?.day === 'today';
}
