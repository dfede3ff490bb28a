import { badCell, BadInput } from '../evaluation/bad-input.ts';
import { hasColumn, lineOf, numbersOf, shown, textsOf, timesOf, type Table } from '../evaluation/table.ts';
import type { Series } from './compare.ts';
import type { Window } from './nab-score.ts';
import { medianOf } from './seasons.ts';

/** A series with the windows that were labelled in it. */
export interface Labelled extends Series {
  readonly windows: readonly Window[];
}

export interface ReadSeries {
  readonly labelled: readonly Labelled[];
  /** Series that are too short, by name. */
  readonly tooShort: readonly string[];
  /** Windows in which a series has no point. */
  readonly outside: number;
  readonly duplicates: number;
}

interface Timed {
  readonly name: string;
  readonly times: number[];
  readonly values: number[];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const ONLY = '';
const POINTS_MIN = 100;
/** With more gaps than this the points count by their order, as no grid fits them. */
const GRID_SHARE_MAX = 1.5;

/** Series on their grid, windows as indices of its points. Throws BadInput for what can't be used. */
export function readLabelled(table: Table, windows: Table): ReadSeries {
  const times = timesOf(table, 'time');
  const values = numbersOf(table, 'value', { emptyAllowed: true });
  const names = hasColumn(table, 'series') ? textsOf(table, 'series') : undefined;
  const spans = readSpans(windows, times.kind, names);
  const { series, duplicates } = timedSeries(times.values, values, names);
  const labelled: Labelled[] = [];
  const tooShort: string[] = [];
  let outside = 0;
  for (const each of series.values()) {
    if (each.values.filter((value) => !Number.isNaN(value)).length < POINTS_MIN) {
      tooShort.push(each.name);
      continue;
    }
    const grid = onGrid(each, times.kind === 'dates');
    const own = spans.get(each.name) ?? [];
    const placed = own.flatMap((span) => windowOf(grid.times, span));
    outside += own.length - placed.length;
    labelled.push({ name: each.name, stepMs: grid.stepMs, values: grid.values, windows: merged(placed) });
  }
  if (labelled.length === 0) {
    throw new BadInput(`column value: every series has fewer than ${String(POINTS_MIN)} values`);
  }
  return { labelled, tooShort, outside, duplicates };
}

function readSpans(
  windows: Table,
  kind: 'dates' | 'steps',
  names: readonly string[] | undefined,
): ReadonlyMap<string, readonly Span[]> {
  const [starts, ends] = [timesOf(windows, 'start'), timesOf(windows, 'end')];
  for (const [column, { kind: own }] of [['start', starts] as const, ['end', ends] as const]) {
    if (own === kind) continue;
    throw badCell(lineOf(windows, 0), column, `--windows holds ${own}, the column time of --input ${kind}`);
  }
  const known = new Set(names ?? [ONLY]);
  const of = names !== undefined || hasColumn(windows, 'series') ? textsOf(windows, 'series') : undefined;
  const spans = new Map<string, Span[]>();
  for (const [row, start] of starts.values.entries()) {
    const end = ends.values[row] ?? start;
    if (end < start) throw badCell(lineOf(windows, row), 'end', '--windows: is before its start');
    const name = of?.[row] ?? ONLY;
    if (!known.has(name)) {
      throw badCell(lineOf(windows, row), 'series', `--windows: ${shown(name)} is no series of --input`);
    }
    const own = spans.get(name);
    if (own === undefined) spans.set(name, [{ start, end }]);
    else own.push({ start, end });
  }
  return spans;
}

/** Each series in order of time; of several values at one time the last one of the file counts. */
function timedSeries(
  times: Float64Array,
  values: Float64Array,
  names: readonly string[] | undefined,
): { series: ReadonlyMap<string, Timed>; duplicates: number } {
  const rows = new Map<string, Map<number, number>>();
  let duplicates = 0;
  for (const [row, time] of times.entries()) {
    const name = names?.[row] ?? ONLY;
    const own = rows.get(name) ?? new Map<number, number>();
    rows.set(name, own);
    if (own.has(time)) duplicates += 1;
    own.set(time, values[row] ?? Number.NaN);
  }
  const series = new Map<string, Timed>();
  for (const [name, own] of rows) {
    const ordered = [...own].sort(([one], [other]) => one - other);
    series.set(name, {
      name,
      times: ordered.map(([time]) => time),
      values: ordered.map(([, value]) => value),
    });
  }
  return { series, duplicates };
}

/** Points at equal distances, the usual distance of the series; where nothing was measured, NaN. */
function onGrid(
  { times, values }: Timed,
  dates: boolean,
): { times: readonly number[]; values: Float64Array; stepMs: number | undefined } {
  const step = medianOf(times.slice(1).map((time, index) => time - (times[index] ?? time)));
  const [first = 0] = times;
  const last = times.at(-1) ?? first;
  const slots = Math.round((last - first) / step) + 1;
  const stepMs = dates ? step : undefined;
  if (slots > times.length * GRID_SHARE_MAX) return { times, values: Float64Array.from(values), stepMs };
  const grid = new Float64Array(slots).fill(Number.NaN);
  for (const [index, time] of times.entries())
    grid[Math.round((time - first) / step)] = values[index] ?? Number.NaN;
  return { times: Array.from(grid, (_, slot) => first + slot * step), values: grid, stepMs };
}

function windowOf(times: readonly number[], { start, end }: Span): Window[] {
  const first = times.findIndex((time) => time >= start);
  const last = times.findLastIndex((time) => time <= end);
  return first < 0 || last < first ? [] : [{ first, last }];
}

/** In order of time; windows that overlap are one. */
function merged(windows: readonly Window[]): Window[] {
  const result: Window[] = [];
  for (const window of [...windows].sort((one, other) => one.first - other.first)) {
    const before = result.at(-1);
    if (before === undefined || window.first > before.last) result.push(window);
    else result[result.length - 1] = { first: before.first, last: Math.max(before.last, window.last) };
  }
  return result;
}
