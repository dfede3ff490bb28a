/** The values of one feature, one per row; NaN where it is missing. */
export type Column = Float32Array | Float64Array;

/** Rows described by numbers, column by column. Categories are turned into numbers by the caller. */
export interface Features {
  readonly names: readonly string[];
  /** As many as names, all of one length. */
  readonly columns: readonly Column[];
  readonly rows: number;
}

/** Features of rows in memory, one array of values per row. */
export function featuresOf(names: readonly string[], rows: readonly ArrayLike<number>[]): Features {
  const columns = names.map((_, feature) =>
    Float64Array.from(rows, (row) => {
      const value = row[feature];
      return value ?? Number.NaN;
    }),
  );
  return { names, columns, rows: rows.length };
}

/** The indices 0 to count - 1. */
export function everyRow(count: number): Int32Array {
  const rows = new Int32Array(count);
  for (let row = 0; row < count; row += 1) rows[row] = row;
  return rows;
}
