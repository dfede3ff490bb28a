import type { RowWrite } from '../../../core/engine/behaviour.ts';
import type { SqlType, TableSpec } from '../../../core/engine/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import { ValueRefused } from '../../../core/kernel/errors.ts';
import { type MemoryTable, type Row, rowKey } from './table.ts';
import { columnValue } from './values.ts';

/** A row on its way into its table: its columns take their values; JSON, nulls and the key are still to be looked at. */
export interface StagedRow {
  readonly writer: TableWriter;
  readonly key: string;
  readonly values: Row;
}

interface Column {
  readonly name: string;
  readonly type: SqlType;
  readonly required: boolean;
}

/** Owns: how rows of one TableSpec reach their table (core/engine/ports.ts). */
export class TableWriter {
  readonly spec: TableSpec;
  readonly table: MemoryTable;
  readonly #columns: readonly Column[];

  constructor(spec: TableSpec, table: MemoryTable) {
    const required = new Set([...spec.key, ...(table.rules.required ?? [])]);
    this.spec = spec;
    this.table = table;
    this.#columns = Object.entries(spec.columns).map(([name, type]) => ({
      name,
      type,
      required: required.has(name),
    }));
    for (const name of spec.write === 'update' ? spec.key : required) {
      assert(name in spec.columns, `${spec.name} writes column ${name}`);
    }
  }

  /** Throws ValueRefused when an update leaves a column out. */
  requireWhole(row: Row): void {
    if (this.spec.write !== 'update') return;
    for (const { name } of this.#columns) {
      if (row[name] === undefined) throw new ValueRefused(`a row for ${this.spec.name} lacks ${name}`);
    }
  }

  keyOf(row: Row): string {
    return rowKey(this.spec.key.map((name) => row[name]));
  }

  /** A value per column of the spec, JSON as given; throws ValueRefused. */
  valuesOf(row: Row): Row {
    const values: Record<string, unknown> = {};
    for (const { name, type } of this.#columns) {
      values[name] = type === 'jsonb' ? row[name] : columnValue(row[name], type, name);
    }
    return values;
  }

  /**
   * The row as it will be. Throws ValueRefused for a null where none may be and for what is no JSON, and when there is
   * such a row and must not be, or the other way round.
   */
  resultOf({ key, values }: StagedRow): Row {
    const { write, table } = this.spec;
    const before = this.table.rows.get(key);
    if (write === 'insert' && before !== undefined) {
      throw new ValueRefused(`a row to insert exists already in ${table}`);
    }
    if (write === 'update' && before === undefined) {
      throw new ValueRefused(`a row to update is missing in ${table}`);
    }
    const after: Record<string, unknown> = { ...(before ?? this.table.blank), ...values };
    for (const { name, type, required } of this.#columns) {
      if (type === 'jsonb') after[name] = columnValue(values[name], type, name);
      if (after[name] === null && required) throw new ValueRefused(`${name} of ${table} is missing`);
    }
    if (this.table.rules.check?.(after) === false) {
      throw new ValueRefused(`a row breaks the check of ${table}`);
    }
    return after;
  }
}

const NONE: readonly StagedRow[] = [];

/**
 * The rows of a commit with their values checked, in the order in which they came; those that replace become one per
 * key: the later wins, column by column. Throws ValueRefused.
 */
export function stageRows(
  writers: ReadonlyMap<string, TableWriter>,
  writes: readonly RowWrite[],
): readonly StagedRow[] {
  if (writes.length === 0) return NONE;
  const merged = new Map<TableWriter, Map<string, { row: Row }>>();
  const rows: { readonly writer: TableWriter; readonly key: string; row: Row }[] = [];
  for (const { table, row } of writes) {
    const writer = writers.get(table);
    if (writer === undefined) throw new ValueRefused(`there is no table spec named ${table}`);
    writer.requireWhole(row);
    const place = { writer, key: writer.keyOf(row), row };
    if (writer.spec.write === 'insert') {
      rows.push(place);
      continue;
    }
    let known = merged.get(writer);
    if (known === undefined) {
      known = new Map();
      merged.set(writer, known);
    }
    const earlier = known.get(place.key);
    if (earlier === undefined) {
      known.set(place.key, place);
      rows.push(place);
    } else {
      earlier.row = { ...earlier.row, ...given(row) };
    }
  }
  return rows.map(({ writer, key, row }) => ({ writer, key, values: writer.valuesOf(row) }));
}

function given(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}
