import type { Json } from '../../core/engine/behaviour.ts';
import { assert } from '../../core/kernel/assert.ts';
import { textArray } from '../../adapters/postgres/arrays.ts';
import type { Row, TableShape } from './recording.ts';
import type { Round } from './sort.ts';

/** Rows of one table that one statement writes, ready but for the ids of their orders. */
export interface PreparedRows {
  readonly table: TableShape;
  readonly rows: number;
  /** An array of text for each column. */
  readonly columns: readonly PreparedColumn[];
}

/** Either the same every time, or with the order's id in each value. */
export type PreparedColumn = Buffer | readonly Name[];

/** A value around an order's id: `order/` + id + `/1/0`. */
export interface Name {
  /** Which of the orders. */
  readonly order: number;
  readonly around: readonly string[];
}

interface Owned {
  readonly order: number;
  readonly orderId: string;
  readonly row: Row;
}

/**
 * The n-th rounds of some orders, by table. Names of rows are made anew for each order that is written: all text with
 * the order's id in it, and the last column of a key without it. JSON stays as it was recorded.
 */
export function prepareRound(
  rounds: readonly { readonly orderId: string; readonly round: Round | undefined }[],
  tables: readonly TableShape[],
): readonly PreparedRows[] {
  return tables.flatMap((table) => {
    const owned = rounds.flatMap(({ orderId, round }, order) =>
      (round?.get(table.name) ?? []).map((row): Owned => ({ order, orderId, row })),
    );
    if (owned.length === 0) return [];
    const named = table.key.filter((column) => holdsId(owned, column));
    const renamed = named.length > 0 ? undefined : table.key.at(-1);
    const columns = table.columns.map(({ name }) =>
      name === renamed
        ? owned.map(({ order }): Name => ({ order, around: ['', ''] }))
        : prepareColumn(owned, name),
    );
    return [{ table, rows: owned.length, columns }];
  });
}

/** The values of a statement's parameters, once the orders have ids. */
export function parametersOf({ columns }: PreparedRows, orderIds: readonly string[]): readonly Buffer[] {
  return columns.map((column) =>
    Buffer.isBuffer(column)
      ? column
      : textArray(
          column.map(({ order, around }) => {
            const orderId = orderIds[order];
            assert(orderId !== undefined, 'every order of a batch has an id');
            return around.join(orderId);
          }),
        ),
  );
}

function prepareColumn(owned: readonly Owned[], column: string): PreparedColumn {
  if (!holdsId(owned, column)) return textArray(owned.map(({ row }) => asText(row[column])));
  return owned.map(({ order, orderId, row }) => ({
    order,
    around: (asText(row[column]) ?? '').split(orderId),
  }));
}

function holdsId(owned: readonly Owned[], column: string): boolean {
  return owned.every(({ orderId, row }) => {
    const value = row[column];
    return typeof value === 'string' && value.includes(orderId);
  });
}

/** A value of a row as Postgres reads it from text; JSON columns hold what was parsed. */
export function asText(value: Json | undefined): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
