import type { SqlType } from '../../core/engine/ports.ts';
import { arrayParameter, sentAs } from './arrays.ts';
import { quoteName } from './names.ts';

/** How rows of a participant lie in their table, one per business key. */
export interface KeyedTable<Row, Stored extends object> {
  readonly schema: string;
  readonly table: string;
  /** The key column, of type text; it is one of `columns`. */
  readonly key: string;
  readonly keyOf: (row: Row) => string;
  readonly columns: Readonly<Record<string, Column<Row>>>;
  readonly read: (stored: Stored) => Row;
}

export interface Column<Row> {
  readonly type: SqlType;
  readonly write: (row: Row) => string | number | boolean | null;
}

/** A time in milliseconds as Postgres reads it. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

/** Statements about the rows that parameters bring, an array per column from `$first` on. */
export interface KeyedSql {
  /** The table, and its key column, quoted. */
  readonly name: string;
  readonly key: string;
  /** In the order of the keys, those that are new; returns them. */
  readonly insert: (first: number, condition: string) => string;
  /** Those that are there. `fewRows`: a parameter, see FEW_ROWS. */
  readonly update: (first: number, condition: string, fewRows: string) => string;
}

export function keyedSql<Row, Stored extends object>(table: KeyedTable<Row, Stored>): KeyedSql {
  const name = `${quoteName(table.schema)}.${quoteName(table.table)}`;
  const key = quoteName(table.key);
  const columns = Object.entries(table.columns);
  const names = columns.map(([column]) => quoteName(column));
  const values = columns.map(([column, { type }]) =>
    sentAs(type) === type ? quoteName(column) : `${quoteName(column)}::${type}`,
  );
  const given = (first: number): string => {
    const arrays = columns.map(([, { type }], index) => `$${String(first + index)}::${sentAs(type)}[]`);
    return `select ${values.join(', ')} from unnest(${arrays.join(', ')}) as sent(${names.join(', ')})`;
  };
  const changes = names.filter((column) => column !== key).map((column) => `${column} = given.${column}`);
  return {
    name,
    key,
    insert: (first, condition) =>
      `insert into ${name} (${names.join(', ')}) ${given(first)} where ${condition} order by ${key}
       on conflict (${key}) do nothing returning ${key}`,
    update: (first, condition, fewRows) =>
      `update ${name} as kept set ${changes.join(', ')}
       from (${given(first)} limit ${fewRows}) as given(${names.join(', ')})
       where kept.${key} = given.${key} and ${condition}`,
  };
}

/** The parameters of these statements. */
export function columnArrays<Row, Stored extends object>(
  table: KeyedTable<Row, Stored>,
  rows: readonly Row[],
): unknown[] {
  return Object.values(table.columns).map(({ type, write }) => arrayParameter(sentAs(type), rows.map(write)));
}
