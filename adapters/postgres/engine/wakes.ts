import type { WakeWrite } from '../../../core/engine/ports.ts';
import type { Queryable } from '../database.ts';

/** Wake-ups that are due, earliest first; each partition's are read from its own stretch of the index (P20). */
export function dueWakes(
  db: Queryable,
  schema: string,
  partitions: readonly number[],
  nowMs: number,
  limit: number,
): Promise<readonly WakeWrite[]> {
  return db.query<WakeWrite>(
    `select due.* from unnest($1::integer[]) as asked(partition)
     cross join lateral (
       select kind, id, actor.partition, wake_at_ms as "wakeAt" from ${schema}.actor as actor
       where actor.partition = asked.partition and wake_at_ms <= $2
       order by wake_at_ms limit $3
     ) as due
     order by "wakeAt", kind, id limit $3`,
    [partitions, nowMs, limit],
    `${schema}.wakes.due`,
  );
}
