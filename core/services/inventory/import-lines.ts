import { OrreryError } from '../../kernel/errors.ts';
import type { StockItem } from './board.ts';
import { csvRows } from './csv.ts';
import { isWarehouse } from './warehouses.ts';

/** The lines of a stock file: what each asks for, checked by itself and against the stock. A bad one harms no other. */

/** Lines of one file; more would take minutes to apply, and nobody reads such a preview. */
export const IMPORT_LINES_MAX = 5_000;
/** Bytes of one file. */
export const IMPORT_BYTES_MAX = 1024 * 1024;
/** Units that one line may add or take. */
const DELTA_MAX = 1_000_000;
const UNITS_MAX = 1_000_000_000;
const TEXT_MAX = 64;

export interface LineError {
  /** The column it is about. */
  readonly field: 'sku' | 'warehouse' | 'on_hand' | 'change';
  readonly message: string;
}

export interface ImportLine {
  /** Where it is in the file, from 1. */
  readonly line: number;
  readonly sku: string;
  readonly warehouseId: string;
  /** Units there as they were looked up; null: none are kept there, or the line is bad. */
  readonly onHand: number | null;
  /** What would be added; null on a bad line, 0: nothing changes. */
  readonly delta: number | null;
  readonly errors: readonly LineError[];
}

/** A line as it is written: a count, or a change. */
export interface WrittenLine {
  readonly line: number;
  readonly sku: string;
  readonly warehouseId: string;
  readonly counted: string;
  readonly change: string;
}

/**
 * Reads a file with the columns `sku`, `warehouse` and `on_hand` (what was counted) or `change`; others are left alone.
 * Throws OrreryError `bad_csv` where the file as a whole can't be read: its head, its size, a quote that never ends.
 */
export function writtenLines(text: string): readonly WrittenLine[] {
  const [head, ...rows] = csvRows(text);
  if (head === undefined) throw badFile('it is empty');
  if (rows.length === 0) throw badFile('it has no lines below its head');
  if (rows.length > IMPORT_LINES_MAX) {
    throw badFile(
      `it has ${String(rows.length)} lines, at most ${String(IMPORT_LINES_MAX)} are taken at a time`,
    );
  }
  const names = head.cells.map((name) => name.toLowerCase());
  const column = (name: string): number => names.indexOf(name);
  for (const name of ['sku', 'warehouse']) {
    if (column(name) === -1) throw badFile(`its first line names no column "${name}"`);
  }
  if (column('on_hand') === -1 && column('change') === -1) {
    throw badFile('its first line names neither a column "on_hand" nor a column "change"');
  }
  return rows.map(({ line, cells }) => ({
    line,
    sku: cells[column('sku')] ?? '',
    warehouseId: (cells[column('warehouse')] ?? '').toLowerCase(),
    counted: cells[column('on_hand')] ?? '',
    change: cells[column('change')] ?? '',
  }));
}

/** What the lines would change. `isProduct`: whether the catalog has a product of that SKU. */
export function checkedLines(
  lines: readonly WrittenLine[],
  stock: ReadonlyMap<string, StockItem>,
  isProduct: (sku: string) => boolean,
): readonly ImportLine[] {
  const first = new Map<string, number>();
  return lines.map((written) => {
    const place = JSON.stringify([written.sku, written.warehouseId]);
    const earlier = first.get(place);
    if (earlier === undefined) first.set(place, written.line);
    return checkedLine(written, stock, isProduct, earlier);
  });
}

function checkedLine(
  { line, sku, warehouseId, counted, change }: WrittenLine,
  stock: ReadonlyMap<string, StockItem>,
  isProduct: (sku: string) => boolean,
  earlier: number | undefined,
): ImportLine {
  const errors: LineError[] = [];
  const wrong = (field: LineError['field'], message: string): void => {
    errors.push({ field, message });
  };
  const level = stock.get(sku)?.warehouses.find(({ id }) => id === warehouseId);
  if (sku === '' || sku.length > TEXT_MAX || sku.includes('\u0000')) wrong('sku', 'must be a SKU');
  else if (!isProduct(sku)) wrong('sku', 'is not the SKU of a product');
  if (warehouseId === '') wrong('warehouse', 'must not be empty');
  else if (level === undefined && !isWarehouse(warehouseId)) wrong('warehouse', 'is not a warehouse of ours');
  if (earlier !== undefined) wrong('sku', `line ${String(earlier)} is about the same SKU and warehouse`);
  const { onHand = 0, reserved = 0 } = level ?? {};
  const delta = deltaOf(counted, change, onHand, wrong);
  if (delta !== undefined && onHand + delta < reserved) {
    wrong(
      change === '' ? 'on_hand' : 'change',
      reserved === 0 ? 'would leave less than nothing' : `orders hold ${String(reserved)} of the units`,
    );
  }
  const isGood = errors.length === 0 && delta !== undefined;
  return {
    line,
    sku: sku.slice(0, TEXT_MAX).replaceAll('\u0000', ''),
    warehouseId: warehouseId.slice(0, TEXT_MAX).replaceAll('\u0000', ''),
    onHand: level?.onHand ?? null,
    delta: isGood ? delta : null,
    errors,
  };
}

function deltaOf(
  counted: string,
  change: string,
  onHand: number,
  wrong: (field: LineError['field'], message: string) => void,
): number | undefined {
  if (counted !== '' && change !== '') {
    wrong('change', 'a line has either a count in on_hand or a change, not both');
    return undefined;
  }
  if (change !== '') {
    const units = wholeNumber(change, /^[+-]?\d{1,7}$/);
    if (units === undefined || Math.abs(units) > DELTA_MAX) {
      wrong('change', `must be a whole number from -${String(DELTA_MAX)} to ${String(DELTA_MAX)}`);
      return undefined;
    }
    return units;
  }
  const units = wholeNumber(counted, /^\d{1,10}$/);
  if (units === undefined || units > UNITS_MAX) {
    wrong('on_hand', `must be a whole number from 0 to ${String(UNITS_MAX)}`);
    return undefined;
  }
  if (Math.abs(units - onHand) > DELTA_MAX) {
    wrong('on_hand', `differs by more than ${String(DELTA_MAX)} from the ${String(onHand)} units there`);
    return undefined;
  }
  return units - onHand;
}

function wholeNumber(text: string, pattern: RegExp): number | undefined {
  return pattern.test(text) ? Number(text) : undefined;
}

function badFile(what: string): OrreryError {
  return new OrreryError('bad_csv', `file: ${what}`);
}
