import { badCell, BadInput } from '../evaluation/bad-input.ts';
import { cellsOf, hasColumn, lineOf, numbersOf, textsOf, timesOf, type Table } from '../evaluation/table.ts';
import { PRICE_DEVIATION_MIN } from './estimate.ts';
import type { Grouping, Panel } from './panel.ts';

export interface ReadPanel {
  readonly panel: Panel;
  /** Weekday and month of each row; empty for steps. */
  readonly calendar: readonly Grouping[];
  readonly controls: readonly string[];
  /** Further columns that were not taken, each with the reason. */
  readonly notTaken: readonly string[];
  /** Series whose price hardly moved, by name: they tell nothing of the price. */
  readonly still: readonly string[];
  readonly leftOut: number;
}

const OWN_COLUMNS = ['series', 'time', 'units', 'price'];
const ROWS_MIN = 30;
const REVENUE_LIKE_SHARE = 0.95;
const REVENUE_LIKE_DISTANCE = 0.02;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const DAY_MS = 86_400_000;
/** The first of January 1970 was a Thursday; Monday is zero here. */
const FIRST_WEEKDAY = 3;

/**
 * The panel of a table, in order of time. Rows without a price above zero, with returns for sales (negative units) or
 * without a control are left out and counted. Throws BadInput for what can't be used.
 *
 * @param wanted names of controls; undefined takes every further column of numbers, but not one that is units × price
 */
export function readPanel(table: Table, wanted: readonly string[] | undefined): ReadPanel {
  const names = textsOf(table, 'series');
  const times = timesOf(table, 'time');
  const units = numbersOf(table, 'units', { emptyAllowed: true });
  const prices = numbersOf(table, 'price', { emptyAllowed: true });
  const { controls, notTaken } = controlsOf(table, wanted, units, prices);
  const columns = controls.map((name) => numbersOf(table, name, { emptyAllowed: true }));
  const usable = (row: number): boolean =>
    (prices[row] ?? 0) > 0 &&
    (units[row] ?? -1) >= 0 &&
    columns.every((column) => !Number.isNaN(column[row]));
  const rows = Array.from(units.keys())
    .filter(usable)
    .sort((one, other) => (times.values[one] ?? 0) - (times.values[other] ?? 0));
  if (rows.length < ROWS_MIN) {
    throw new BadInput(
      `columns units, price: ${String(rows.length)} rows have both, sales and a price above zero; at least ${String(ROWS_MIN)} are needed`,
    );
  }
  const seriesNames = [...new Set(rows.map((row) => names[row] ?? ''))];
  const numbered = new Map(seriesNames.map((name, index) => [name, index]));
  const moments = [...new Set(rows.map((row) => times.values[row] ?? 0))];
  const placed = new Map(moments.map((moment, index) => [moment, index]));
  const pick = (column: ArrayLike<number>): Float64Array =>
    Float64Array.from(rows, (row) => column[row] ?? 0);
  const panel: Panel = {
    series: Int32Array.from(rows, (row) => numbered.get(names[row] ?? '') ?? 0),
    seriesNames,
    period: Int32Array.from(rows, (row) => placed.get(times.values[row] ?? 0) ?? 0),
    periods: moments.length,
    units: pick(units),
    logPrice: pick(prices).map((price) => Math.log(price)),
    controls: columns.map(pick),
  };
  if (panel.units.every((value) => value === 0))
    throw badCell(lineOf(table, 0), 'units', 'nothing was ever sold');
  const still = seriesWithStillPrice(panel);
  if (still.length === seriesNames.length) {
    throw new BadInput(
      'column price: no series has a price that moves by more than a percent, so that nothing tells how sales follow it',
    );
  }
  return {
    panel,
    calendar: times.kind === 'dates' ? calendarOf(pick(times.values)) : [],
    controls,
    notTaken,
    still,
    leftOut: units.length - rows.length,
  };
}

function controlsOf(
  table: Table,
  wanted: readonly string[] | undefined,
  units: Float64Array,
  prices: Float64Array,
): { controls: readonly string[]; notTaken: readonly string[] } {
  if (wanted !== undefined) {
    const own = wanted.find((name) => OWN_COLUMNS.includes(name));
    if (own !== undefined) throw new BadInput(`--controls: ${own} is no control`);
    const missing = wanted.find((name) => !hasColumn(table, name));
    if (missing !== undefined) throw new BadInput(`--controls: there is no column "${missing}"`);
    return { controls: wanted, notTaken: [] };
  }
  const controls: string[] = [];
  const notTaken: string[] = [];
  for (const name of table.header.filter((each) => !OWN_COLUMNS.includes(each))) {
    const cells = cellsOf(table, name);
    if (!cells.every((cell) => NUMBER.test(cell))) notTaken.push(`${name} (not all numbers)`);
    else if (isRevenue(cells, units, prices)) notTaken.push(`${name} (units × price)`);
    else controls.push(name);
  }
  return { controls, notTaken };
}

/** Revenue is made of what it would explain. */
function isRevenue(cells: readonly string[], units: Float64Array, prices: Float64Array): boolean {
  const alike = cells.filter((cell, row) => {
    const revenue = (units[row] ?? 0) * (prices[row] ?? 0);
    return Math.abs(Number(cell) - revenue) <= REVENUE_LIKE_DISTANCE * Math.abs(revenue);
  }).length;
  return alike >= REVENUE_LIKE_SHARE * cells.length;
}

function seriesWithStillPrice(panel: Panel): string[] {
  const moments = panel.seriesNames.map(() => ({ count: 0, sum: 0, squares: 0 }));
  for (const [row, price] of panel.logPrice.entries()) {
    const own = moments[panel.series[row] ?? 0];
    if (own === undefined) continue;
    own.count += 1;
    own.sum += price;
    own.squares += price * price;
  }
  return panel.seriesNames.filter((_, index) => {
    const { count, sum, squares } = moments[index] ?? { count: 0, sum: 0, squares: 0 };
    const variance = squares / Math.max(1, count) - (sum / Math.max(1, count)) ** 2;
    return Math.sqrt(Math.max(0, variance)) < PRICE_DEVIATION_MIN;
  });
}

function calendarOf(times: Float64Array): Grouping[] {
  const weekdays = Int32Array.from(times, (time) => (Math.floor(time / DAY_MS) + FIRST_WEEKDAY) % 7);
  const months = Int32Array.from(times, (time) => new Date(time).getUTCMonth());
  return [weekdays, months].filter((groups) => new Set(groups).size > 1);
}
