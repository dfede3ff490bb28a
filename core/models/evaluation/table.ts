import { badCell, BadInput } from './bad-input.ts';
import type { PackedColumn } from './packed-column.ts';

/**
 * A file of comma-separated values, column by column.
 *
 * Every column has one text per row, trimmed; an empty cell is ''. `lines[row]` is the row's line in the file.
 */
export interface Table {
  readonly header: readonly string[];
  readonly columns: ReadonlyMap<string, readonly string[] | PackedColumn>;
  readonly lines: readonly number[];
}

/** Bounds of a column of numbers. */
export interface NumberRule {
  readonly min?: number;
  readonly max?: number;
  readonly whole?: boolean;
  /** Empty cells become NaN; without it they are refused. */
  readonly emptyAllowed?: boolean;
}

/** Times of a column: milliseconds since 1970 UTC for `dates`, the numbers themselves for `steps`. */
export interface Times {
  readonly kind: 'dates' | 'steps';
  readonly values: Float64Array;
}

const SHOWN_CHARACTERS = 40;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const WHOLE = /^[+-]?\d+$/;
const DATE =
  /^(\d{4})-(\d{2})(?:-(\d{2}))?(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;
const COMPACT_DATE = /^(\d{4})(\d{2})(\d{2})$/;

/** A cell as messages show it. */
export function shown(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? `"${text}"` : `"${text.slice(0, SHOWN_CHARACTERS)}…"`;
}

export function hasColumn(table: Table, name: string): boolean {
  return table.columns.has(name);
}

/** The cells of a column as they are; unpacked anew each time. Throws BadInput when the file has no such column. */
export function cellsOf(table: Table, name: string): readonly string[] {
  const cells = table.columns.get(name);
  if (cells === undefined) {
    throw new BadInput(`line 1: there is no column "${name}"; the file has ${table.header.join(', ')}`);
  }
  return 'texts' in cells ? cells.texts() : cells;
}

/** A column of texts, none of them empty. */
export function textsOf(table: Table, name: string): readonly string[] {
  const cells = cellsOf(table, name);
  const empty = cells.indexOf('');
  if (empty >= 0) throw badCell(lineOf(table, empty), name, 'is empty');
  return cells;
}

/** A column of numbers, written with a point. */
export function numbersOf(table: Table, name: string, rule: NumberRule = {}): Float64Array {
  const cells = cellsOf(table, name);
  const values = new Float64Array(cells.length);
  for (const [row, text] of cells.entries()) {
    if (text === '' && rule.emptyAllowed === true) {
      values[row] = Number.NaN;
      continue;
    }
    const value = NUMBER.test(text) ? Number(text) : Number.NaN;
    const wrong = wrongWith(text, value, rule);
    if (wrong !== undefined) throw badCell(lineOf(table, row), name, wrong);
    values[row] = value;
  }
  return values;
}

function wrongWith(text: string, value: number, rule: NumberRule): string | undefined {
  if (text === '') return 'is empty';
  if (!Number.isFinite(value)) return `${shown(text)} is not a number`;
  if (rule.whole === true && !Number.isInteger(value)) return `${shown(text)} is not a whole number`;
  if (rule.min !== undefined && value < rule.min) return `${shown(text)} is less than ${String(rule.min)}`;
  if (rule.max !== undefined && value > rule.max) return `${shown(text)} is more than ${String(rule.max)}`;
  return undefined;
}

/**
 * A column of times: dates (`2026-11-21`, with `T` or blank and `08:15[:30]`, `Z` or an offset; UTC without one;
 * `2026-11`; `20261121`), or whole numbers that count steps. One column has one kind.
 */
export function timesOf(table: Table, name: string): Times {
  const cells = textsOf(table, name);
  // What most cells are: a text among steps is what is wrong, not the steps.
  const steps =
    countOf(cells, (text) => WHOLE.test(text)) > countOf(cells, (text) => dateOf(text) !== undefined);
  const values = new Float64Array(cells.length);
  for (const [row, text] of cells.entries()) {
    const value = steps ? stepOf(text) : dateOf(text);
    if (value === undefined) throw badCell(lineOf(table, row), name, `${shown(text)} is not a time`);
    values[row] = value;
  }
  return { kind: steps ? 'steps' : 'dates', values };
}

function countOf(cells: readonly string[], holds: (text: string) => boolean): number {
  return cells.reduce((sum, text) => sum + (holds(text) ? 1 : 0), 0);
}

function stepOf(text: string): number | undefined {
  return WHOLE.test(text) ? Number(text) : undefined;
}

/** Milliseconds since 1970 UTC of a date as written, undefined when it is none (2026-02-30 is none). */
export function dateOf(text: string): number | undefined {
  const parts = DATE.exec(text) ?? COMPACT_DATE.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day = '01', hour = '00', minute = '00', second = '00', zone = 'Z'] = parts;
  const iso = `${String(year)}-${String(month)}-${day}T${hour}:${minute}:${second}`;
  const local = Date.parse(`${iso}Z`);
  if (Number.isNaN(local) || new Date(local).getUTCDate() !== Number(day)) return undefined;
  return zone === 'Z' ? local : Date.parse(`${iso}${zone}`);
}

/** The line of a row in the file, for messages. */
export function lineOf(table: Table, row: number): number {
  return table.lines[row] ?? row + 2;
}

/** A table of rows in memory, for tests and for data that comes from elsewhere than a file. */
export function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): Table {
  return {
    header,
    columns: new Map(header.map((name, column) => [name, rows.map((row) => row[column] ?? '')])),
    lines: rows.map((_, row) => row + 2),
  };
}
