import { badCell } from '../evaluation/bad-input.ts';
import { cellsOf, dateOf, lineOf, shown, type Table, type Times } from '../evaluation/table.ts';

/** A column of texts, each distinct text numbered from 0 in the order of first appearance; -1 where it is empty. */
export interface Category {
  readonly name: string;
  readonly codes: Int32Array;
  readonly size: number;
}

export interface NumberColumn {
  readonly name: string;
  /** NaN where missing. */
  readonly values: Float32Array;
}

/** The columns of a table as a model reads them, before it has seen a label. */
export interface Inputs {
  readonly numbers: readonly NumberColumn[];
  readonly categories: readonly Category[];
  /** Columns left out, each with the reason. */
  readonly leftOut: readonly string[];
}

const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', 'nil', '?', '-', 'inf', '-inf', 'infinity']);
/** A column with at least this share of numbers is one of numbers, and a text in it an error. */
const NUMBER_SHARE = 0.9;
/** Texts that repeat less often than this tell nothing about the next row. */
const ROWS_PER_TEXT_MIN = 1.5;
/** A column of whole numbers named like this may stand for things, not amounts. */
const IDENTIFIER =
  /(^|[_\W])(id|ids|num|no|code|zip|postcode|card\d*|addr\d*|account|customer|user|merchant|device|ip|bin)($|[_\W])|(Id|ID|Num|Code)$/;
const CATEGORY_TEXTS_MIN = 3;

const DIGIT_0 = 48;
const DIGIT_9 = 57;

const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;
const SECONDS_PER_DAY = 86_400;
const HOURS_PER_DAY = 24;
const DAYS_PER_WEEK = 7;

/** What the times of the rows are called in messages and features. */
export interface NamedTimes {
  readonly name: string;
  readonly times: Times;
}

/** Reads all columns but the label; that of the time only says the time of the day and the day of the week. */
export function inputsOf(table: Table, label: string, time: NamedTimes | undefined): Inputs {
  const numbers: NumberColumn[] = time === undefined ? [] : parts(time);
  const categories: Category[] = [];
  const leftOut: string[] = [];
  for (const name of table.header) {
    if (name === label || name === time?.name) continue;
    const cells = cellsOf(table, name);
    const kind = kindOf(table, name, cells);
    if (kind === 'empty') leftOut.push(`${name} (empty or always the same)`);
    else if (kind === 'numbers') addNumbers(name, cells, numbers, categories, leftOut);
    else if (kind === 'dates') numbers.push(...dates(name, cells));
    else {
      const category = categoryOf(name, cells);
      if (repeats(category)) categories.push(category);
      else leftOut.push(`${name} (a text of its own in nearly every row)`);
    }
  }
  return { numbers, categories, leftOut };
}

function kindOf(
  table: Table,
  name: string,
  cells: readonly string[],
): 'empty' | 'numbers' | 'dates' | 'texts' {
  let present = 0;
  let numbers = 0;
  let datesSeen = 0;
  let firstText = -1;
  for (const [row, cell] of cells.entries()) {
    if (isMissing(cell)) continue;
    present += 1;
    if (Number.isFinite(Number(cell))) numbers += 1;
    else {
      if (firstText < 0) firstText = row;
      if (dateOf(cell) !== undefined) datesSeen += 1;
    }
  }
  const first = cells.find((cell) => !isMissing(cell));
  if (first === undefined || (present === cells.length && cells.every((cell) => cell === first)))
    return 'empty';
  if (datesSeen > 0 && datesSeen === present) return 'dates';
  if (firstText < 0) return 'numbers';
  if (numbers < NUMBER_SHARE * present) return 'texts';
  throw badCell(
    lineOf(table, firstText),
    name,
    `${shown(cells[firstText] ?? '')} is a text in a column of numbers`,
  );
}

function isMissing(cell: string): boolean {
  const first = cell.charCodeAt(0);
  // Most cells begin with a digit, and this is asked of every cell.
  if (first >= DIGIT_0 && first <= DIGIT_9) return false;
  return cell === '' || (cell.length <= 8 && MISSING.has(cell.toLowerCase()));
}

function addNumbers(
  name: string,
  cells: readonly string[],
  numbers: NumberColumn[],
  categories: Category[],
  leftOut: string[],
): void {
  const exact = Float64Array.from(cells, (cell) => (isMissing(cell) ? Number.NaN : Number(cell)));
  if (countsRows(exact)) {
    leftOut.push(`${name} (numbers the rows)`);
    return;
  }
  numbers.push({ name, values: Float32Array.from(exact) });
  if (!IDENTIFIER.test(name) || !exact.every((value) => Number.isNaN(value) || Number.isInteger(value)))
    return;
  const category = categoryOf(name, cells);
  if (category.size >= CATEGORY_TEXTS_MIN && repeats(category)) categories.push(category);
}

/** Whether each row's number is one more than that of the row before. */
function countsRows(values: Float64Array): boolean {
  for (let row = 1; row < values.length; row += 1) {
    if ((values[row] ?? 0) - (values[row - 1] ?? 0) !== 1) return false;
  }
  return values.length > 2;
}

function categoryOf(name: string, cells: readonly string[]): Category {
  const numbered = new Map<string, number>();
  const codes = new Int32Array(cells.length);
  for (const [row, cell] of cells.entries()) {
    let code = isMissing(cell) ? -1 : numbered.get(cell);
    if (code === undefined) {
      code = numbered.size;
      numbered.set(cell, code);
    }
    codes[row] = code;
  }
  return { name, codes, size: numbered.size };
}

function repeats({ codes, size }: Category): boolean {
  return codes.length >= size * ROWS_PER_TEXT_MIN;
}

function dates(name: string, cells: readonly string[]): NumberColumn[] {
  const values = Float64Array.from(cells, (cell) => dateOf(cell) ?? Number.NaN);
  return [
    { name: `day of ${name}`, values: Float32Array.from(values, (ms) => ms / MS_PER_DAY) },
    ...parts({ name, times: { kind: 'dates', values } }),
  ];
}

/** Time of the day and day of the week; of steps only where they look like seconds or hours over some days. */
function parts({ name, times }: NamedTimes): NumberColumn[] {
  const { kind, values } = times;
  if (kind === 'dates') {
    return [
      { name: `hour of ${name}`, values: Float32Array.from(values, (ms) => (ms % MS_PER_DAY) / MS_PER_HOUR) },
      {
        name: `weekday of ${name}`,
        values: Float32Array.from(values, (ms) => Math.floor(ms / MS_PER_DAY) % DAYS_PER_WEEK),
      },
    ];
  }
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const day = high - low >= 2 * SECONDS_PER_DAY - HOURS_PER_DAY ? SECONDS_PER_DAY : HOURS_PER_DAY;
  if (high - low < 2 * day - HOURS_PER_DAY) return [];
  return [{ name: `${name} within a day`, values: Float32Array.from(values, (step) => step % day) }];
}
