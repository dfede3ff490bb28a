import type { Queryable } from '../database.ts';

/** Rows dropped in one statement: keeps each far below the statement timeout. */
const FORGET_ROWS_MAX = 20_000;

/** Drops the ids of days before `day`, a bounded number of rows at a time. */
export async function forgetInbox(db: Queryable, schema: string, day: string): Promise<void> {
  let dropped: number;
  do {
    const [row] = await db.query<{ dropped: number }>(
      `with gone as (
         delete from ${schema}.inbox where ctid = any(array(
           select ctid from ${schema}.inbox where day < $1 limit $2
         )) returning 1
       )
       select count(*) as dropped from gone`,
      [day, FORGET_ROWS_MAX],
      `${schema}.inbox.forget`,
    );
    dropped = row?.dropped ?? 0;
  } while (dropped === FORGET_ROWS_MAX);
}
