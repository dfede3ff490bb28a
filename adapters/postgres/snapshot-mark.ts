import type { Queryable } from './database.ts';

/**
 * From when on changes are to be asked for: whatever is committed after this call was written by a transaction of this
 * number or a later one. A transaction open anywhere on the server holds it back, so some changes are told twice.
 */
export async function snapshotMark(db: Queryable): Promise<string> {
  const [row] = await db.query<{ readonly mark: string }>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as mark',
  );
  return row?.mark ?? '0';
}
