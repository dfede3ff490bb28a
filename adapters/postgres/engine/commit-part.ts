import type { Commit } from '../../../core/engine/ports.ts';

/** One table's share of the commit statement; its values go in as one array per column. */
export interface CommitPart {
  /** Names its CTE, which only `check` sees. */
  readonly name: string;
  /** SQL element types of the arrays, in order. */
  readonly types: readonly string[];
  /** The arrays, all of one length; undefined when this commit has nothing for the part: then it is left out. */
  columns(commit: Commit): readonly (readonly unknown[])[] | undefined;
  /** The CTE's body. `rows`: the arrays as an argument list for `unnest`; `fewRows`: a parameter, see FEW_ROWS. */
  sql(rows: string, fewRows: string): string;
  /** What must be true of the CTE for the commit to stand; `count` is the number of rows that went in. */
  readonly check?: {
    readonly holds: (count: string) => string;
    readonly state: string;
    readonly reason: string;
  };
}

/**
 * The value for `limit $1` around an unnest that joins a table. It limits nothing; but a limit that is not known
 * while planning makes Postgres count on few rows, so that it looks each one up by index. Without it a plan made
 * while the table was small reads the whole table for ever after.
 */
export const FEW_ROWS = 1_000_000;

/** An array per column out of an array of rows; undefined when there are none. */
export function columnsOf<Row>(
  rows: readonly Row[],
  ...columns: readonly ((row: Row) => unknown)[]
): readonly (readonly unknown[])[] | undefined {
  return rows.length === 0 ? undefined : columns.map((column) => rows.map(column));
}
