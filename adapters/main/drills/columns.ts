import type { Queryable } from '../../postgres/database.ts';

/** The columns of `schema.table` that a row brings, as a list for SQL: all but those that Postgres works out itself. */
export async function columnList(database: Queryable, table: string): Promise<string> {
  const [row] = await database.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  if (row === undefined) throw new Error(`${table} has no columns`);
  return row.columns;
}
