import { textArray } from '../arrays.ts';
import type { Queryable } from '../database.ts';

/** The trace contexts that orders began under, as the first rows of their logs keep them; found by the log's primary key. */
export function orderStories(
  db: Queryable,
): (orderIds: readonly string[]) => Promise<ReadonlyMap<string, string>> {
  return async (orderIds) => {
    const rows = await db.query<{ readonly id: string; readonly traceparent: string }>(
      `select id, detail ->> 'traceparent' as traceparent from orders.actor_log
       where kind = 'order' and id = any($1::text[]) and version = 1 and detail ? 'traceparent'`,
      [textArray(orderIds)],
      'orders.stories',
    );
    return new Map(rows.map(({ id, traceparent }) => [id, traceparent]));
  };
}
