import type { Method } from './estimate.ts';
import type { Grouping, Panel } from './panel.ts';

/** With fewer series at a time, a level per point in time would swallow the price. */
const SERIES_PER_PERIOD_MIN = 5;
/** Above this share of rows without sales, leaving them out bends the log-log result. */
const ZEROS_MAX = 0.01;

/** The same groupings of some rows alone. */
export function picked(calendar: readonly Grouping[], rows: readonly number[]): Grouping[] {
  return calendar.map((groups) => Int32Array.from(rows, (row) => groups[row] ?? 0));
}

/** Poisson where many rows sold nothing. */
export function chosenMethod({ units }: Panel): Method {
  const zeros = units.filter((value) => value === 0).length;
  return zeros > ZEROS_MAX * units.length ? 'Poisson' : 'log-log';
}

/** A level per series, and per point in time where enough series share it; else per day of the week and month. */
export function groupingsOf(panel: Panel, calendar: readonly Grouping[]): readonly Grouping[] {
  return sharesPeriods(panel) ? [panel.series, panel.period] : [panel.series, ...calendar];
}

/** Whether enough series share a point in time for it to have a level of its own. */
export function sharesPeriods(panel: Panel): boolean {
  return panel.units.length >= SERIES_PER_PERIOD_MIN * panel.periods;
}
