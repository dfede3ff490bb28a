import type { TableSpec } from '../../../core/engine/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import { SortedList } from './sorted-list.ts';

/** A row by column; times as ISO 8601 text, JSON as it is, whole numbers as numbers. */
export type Row = Readonly<Record<string, unknown>>;

/** What the SQL of a table says beyond its specs. */
export interface TableRules {
  /** Columns that are `not null`, those of the key aside. */
  readonly required?: readonly string[];
  /** The table's `check`. */
  readonly check?: (row: Row) => boolean;
  readonly indexes?: Readonly<Record<string, IndexRule>>;
}

/** Rows of one group in an order; rows without a group are left out. */
export interface IndexRule {
  readonly groupOf: (row: Row) => string | undefined;
  /** Two rows never compare as equal. */
  readonly compare: (one: Row, other: Row) => number;
}

interface Index extends IndexRule {
  readonly groups: Map<string, SortedList<Row>>;
}

const NO_ROWS: readonly Row[] = [];

/** Owns: the rows of one of a service's own tables, by key, and their order in the table's indexes. */
export class MemoryTable {
  readonly name: string;
  readonly key: readonly string[];
  readonly rules: TableRules;
  /** By `rowKey` of the key's values. */
  readonly rows: ReadonlyMap<string, Row>;
  readonly #rows = new Map<string, Row>();
  readonly #indexes = new Map<string, Index>();
  /** Every column that some spec writes, null. */
  readonly #blank: Row;

  /** `specs`: all that write to this table. */
  constructor(name: string, specs: readonly TableSpec[], rules: TableRules) {
    const [first] = specs;
    assert(first !== undefined, 'some spec writes to a table');
    for (const { key } of specs) {
      assert(key.join() === first.key.join(), `all specs of table ${name} have one key`);
    }
    this.name = name;
    this.key = first.key;
    this.rules = rules;
    this.rows = this.#rows;
    this.#blank = Object.fromEntries(
      specs.flatMap(({ columns }) => Object.keys(columns)).map((column) => [column, null]),
    );
    for (const [index, rule] of Object.entries(rules.indexes ?? {})) {
      this.#indexes.set(index, { ...rule, groups: new Map() });
    }
  }

  find(...key: readonly unknown[]): Row | undefined {
    return this.#rows.get(rowKey(key));
  }

  /** The rows of a group of an index, in its order. */
  group(index: string, group: string): readonly Row[] {
    const found = this.#indexes.get(index);
    assert(found !== undefined, `table ${this.name} has an index ${index}`);
    return found.groups.get(group)?.items ?? NO_ROWS;
  }

  /** A row nobody wrote yet. */
  get blank(): Row {
    return this.#blank;
  }

  put(key: string, row: Row): void {
    const before = this.#rows.get(key);
    this.#rows.set(key, row);
    for (const index of this.#indexes.values()) {
      if (before !== undefined) removeFrom(index, before);
      addTo(index, row);
    }
  }

  /** Tells how many went. */
  removeWhere(goes: (row: Row) => boolean): number {
    let gone = 0;
    for (const [key, row] of this.#rows) {
      if (!goes(row)) continue;
      this.#rows.delete(key);
      for (const index of this.#indexes.values()) removeFrom(index, row);
      gone += 1;
    }
    return gone;
  }
}

/** One text for a key of several values; no value holds the separator, for no text holds a NUL. */
export function rowKey(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : values.join('\0');
}

function addTo(index: Index, row: Row): void {
  const group = index.groupOf(row);
  if (group === undefined) return;
  let list = index.groups.get(group);
  if (list === undefined) {
    list = new SortedList(index.compare);
    index.groups.set(group, list);
  }
  list.add(row);
}

function removeFrom(index: Index, row: Row): void {
  const group = index.groupOf(row);
  if (group !== undefined) index.groups.get(group)?.remove(row);
}
