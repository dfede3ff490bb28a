import { BadInput } from '../evaluation/bad-input.ts';
import { type Calendar, calendarOf, placeOf } from './calendar.ts';
import type { Times } from '../evaluation/table.ts';

/** One series on the panel's grid, from its first value on. */
export interface Series {
  readonly name: string;
  /** Its first place on the grid. */
  readonly start: number;
  /** A number for every step; where nothing was observed, what `observed` 0 was filled with from earlier values. */
  readonly values: Float64Array;
  readonly observed: Uint8Array;
  /** A list per known column, by step as `values`; may go on further than they do, as far as is known ahead. */
  readonly known: readonly Float64Array[];
}

/** What a step without a row means: nothing sold, or not known. */
export type Gaps = 'zero' | 'missing';

/** Series on one grid. */
export interface Panel {
  readonly calendar: Calendar;
  readonly series: readonly Series[];
  /** Names of the columns that are known ahead, e.g. `price`. */
  readonly known: readonly string[];
  readonly gaps: Gaps;
  /** The last place any series has. */
  readonly end: number;
  /** Whether one origin means the same time in all series; else each series is counted back from its own end. */
  readonly aligned: boolean;
  readonly nonNegative: boolean;
  readonly notes: readonly string[];
}

/** Rows as they come: any order, times twice and values missing (NaN) allowed. */
export interface Observations {
  readonly names: readonly string[];
  readonly times: Times;
  readonly values: Float64Array;
  readonly known: ReadonlyMap<string, Float64Array>;
}

/** From this share of steps without a row on, in data without a zero, such steps are taken for zeros. */
const GAPS_ARE_ZERO = 0.05;
/** Steps a series may have for each of its rows: a time far off is a mistake, not a gap. */
const STEPS_PER_ROW = 2_000;
const STEPS_MAX = 60_000_000;
/** When fewer series than this reach the data's end, each is taken to have a clock of its own. */
const ENDING_TOGETHER = 0.5;

interface Cells {
  readonly name: string;
  readonly start: number;
  readonly sums: Float64Array;
  /** Rows per step. */
  readonly rows: Int32Array;
  readonly known: readonly Float64Array[];
}

/**
 * Puts rows on a regular grid, one series per name.
 *
 * Rows of the same series and step are added up. Steps without a row are zeros when the data are sales as a ledger has
 * them (nothing negative, no zero written down, at least 5 % of the steps without a row), else missing; `gaps` decides it
 * otherwise. Notes tell what was done. Throws BadInput when there is no grid to be found.
 */
export function panelOf(given: Observations, gapsWanted: Gaps | 'auto' = 'auto'): Panel {
  const groups = rowsBySeries(given);
  const calendar = calendarOf(
    given.times.kind,
    [...groups.values()].map((rows) => rows.map((row) => given.times.values[row] ?? 0)),
  );
  const knownNames = [...given.known.keys()];
  const cells = [...groups].map(([name, rows]) => cellsOf(given, calendar, name, rows));
  const notes: string[] = [];
  const nonNegative = given.values.every((value) => !(value < 0));
  const gaps = gapsWanted === 'auto' ? gapsOf(given, cells, nonNegative) : gapsWanted;
  const ends = cells.map((each) => each.start + each.sums.length - 1);
  const end = ends.reduce((most, next) => Math.max(most, next), 0);
  const reaching = ends.filter((each) => each === end).length / ends.length;
  const aligned = gaps === 'zero' || reaching >= ENDING_TOGETHER;
  notes.push(...notesOf(cells, gaps));
  if (!aligned) {
    notes.push(
      'Most series end before the data do: each is split by its own clock, counted back from its own last value.',
    );
  }
  const series = cells.map((each) => seriesOf(each, gaps, end));
  return { calendar, series, known: knownNames, gaps, end, aligned, nonNegative, notes };
}

function rowsBySeries(given: Observations): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [row, name] of given.names.entries()) {
    const rows = groups.get(name);
    if (rows === undefined) groups.set(name, [row]);
    else rows.push(row);
  }
  const { values } = given.times;
  for (const rows of groups.values())
    rows.sort((one, other) => (values[one] ?? 0) - (values[other] ?? 0) || one - other);
  // By name, so that the order of rows in a file says nothing.
  return new Map([...groups].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function cellsOf(given: Observations, calendar: Calendar, name: string, rows: readonly number[]): Cells {
  const place = (row: number): number => placeOf(calendar, given.times.values[row] ?? 0);
  const valued = rows.filter((row) => !Number.isNaN(given.values[row] ?? 0));
  const start = place(valued[0] ?? rows[0] ?? 0);
  const length = place(rows.at(-1) ?? 0) - start + 1;
  if (length > STEPS_MAX || length > STEPS_PER_ROW * (rows.length + 10)) {
    throw new BadInput(
      `column time: series "${name}" has ${rows.length} rows over ${length} steps; a time is far off`,
    );
  }
  const sums = new Float64Array(length);
  const counts = new Int32Array(length);
  const columns = [...given.known.values()];
  const known = columns.map(() => new Float64Array(length).fill(Number.NaN));
  for (const row of rows) {
    const at = place(row) - start;
    if (at < 0) continue;
    const value = given.values[row] ?? 0;
    if (!Number.isNaN(value)) {
      sums[at] = (sums[at] ?? 0) + value;
      counts[at] = (counts[at] ?? 0) + 1;
    }
    for (const [column, numbers] of columns.entries()) {
      const number = numbers[row] ?? Number.NaN;
      const into = known[column];
      if (into !== undefined && !Number.isNaN(number)) into[at] = number;
    }
  }
  return { name, start, sums, rows: counts, known };
}

function gapsOf(given: Observations, cells: readonly Cells[], nonNegative: boolean): Gaps {
  if (!nonNegative || given.values.some((value) => value === 0 || Number.isNaN(value))) return 'missing';
  let [steps, empty] = [0, 0];
  for (const { rows } of cells) {
    for (const count of rows) empty += count === 0 ? 1 : 0;
    steps += rows.length;
  }
  return empty >= GAPS_ARE_ZERO * steps ? 'zero' : 'missing';
}

function notesOf(cells: readonly Cells[], gaps: Gaps): string[] {
  let [empty, twice] = [0, 0];
  for (const { rows } of cells) {
    for (const count of rows) {
      empty += count === 0 ? 1 : 0;
      twice += count > 1 ? count - 1 : 0;
    }
  }
  const notes: string[] = [];
  if (twice > 0) notes.push(`${twice} rows share series and step with another: their values were added up.`);
  if (empty > 0 && gaps === 'zero') {
    notes.push(
      `${empty} steps without a row count as zero (nothing sold), and series go on to the data's end.`,
    );
  }
  if (empty > 0 && gaps === 'missing') {
    notes.push(`${empty} steps have no value: filled from the season before for training, not graded.`);
  }
  return notes;
}

function seriesOf(cells: Cells, gaps: Gaps, end: number): Series {
  const { name, start, sums, rows } = cells;
  const length = gaps === 'zero' ? end - start + 1 : sums.length;
  const values = new Float64Array(length);
  values.set(sums);
  const observed = new Uint8Array(length);
  for (let time = 0; time < length; time += 1) {
    observed[time] = gaps === 'zero' || (rows[time] ?? 0) > 0 ? 1 : 0;
    if (observed[time] === 0) values[time] = values[time - 1] ?? 0;
  }
  return { name, start, values, observed, known: cells.known.map((column) => filled(column, length)) };
}

/** Whether a column says of steps only that something is, or is not. */
export function isFlag(column: Float64Array): boolean {
  return column.every((value) => Number.isNaN(value) || value === 0 || value === 1);
}

/** Known values without holes: flags (0 and 1 alone) are off where nothing is said, others stay as they last were. */
function filled(column: Float64Array, length: number): Float64Array {
  const flag = isFlag(column);
  const first = column.find((value) => !Number.isNaN(value)) ?? Number.NaN;
  const result = new Float64Array(length);
  for (let time = 0; time < length; time += 1) {
    const value = column[time] ?? Number.NaN;
    result[time] = !Number.isNaN(value) ? value : flag ? 0 : (result[time - 1] ?? first);
  }
  return result;
}

/** A copy whose missing values are those of one season earlier where there is one: never of later ones. */
export function filledBySeason(panel: Panel, season: number): Panel {
  if (panel.gaps === 'zero') return panel;
  const series = panel.series.map((each) => {
    if (each.observed.every((seen) => seen === 1)) return each;
    const values = Float64Array.from(each.values);
    for (let time = 1; time < values.length; time += 1) {
      if (each.observed[time] === 0) values[time] = values[time - season] ?? values[time - 1] ?? 0;
    }
    return { ...each, values };
  });
  return { ...panel, series };
}
