import type { Member } from '../../../core/engine/ports.ts';
import { MEMBER_GONE_MS } from '../../../core/kernel/limits.ts';
import type { Queryable } from '../database.ts';

/** Members are forgotten for good after this long; till then their last heartbeat may help an operator. */
const MEMBER_FORGOTTEN = `interval '1 hour'`;

/** SQL: since when a member that was seen counts as living. */
export const LIVING_SINCE = `clock_timestamp() - interval '${String(MEMBER_GONE_MS)} milliseconds'`;

/** Writes a heartbeat and returns the living, the caller included. */
export function heartbeat(db: Queryable, schema: string, member: Member): Promise<readonly Member[]> {
  return db.query<Member>(
    `with me as (
       insert into ${schema}.member (id, worker, generation, backlog, seen_at)
       values ($1, $2, $3, $4, clock_timestamp())
       on conflict (id) do update set worker = excluded.worker, generation = excluded.generation,
         backlog = excluded.backlog, seen_at = excluded.seen_at
       returning id, worker, generation, backlog
     ), forgotten as (
       delete from ${schema}.member where id in (
         select id from ${schema}.member
         where seen_at < clock_timestamp() - ${MEMBER_FORGOTTEN} and id <> $1 for update skip locked
       )
     )
     select id, worker, generation, backlog from me
     union all
     select id, worker, generation, backlog from ${schema}.member where id <> $1 and seen_at > ${LIVING_SINCE}
     order by id`,
    [member.id, member.worker, member.generation, member.backlog],
    `${schema}.member.heartbeat`,
  );
}

export async function leave(db: Queryable, schema: string, memberId: string): Promise<void> {
  await db.query(`delete from ${schema}.member where id = $1`, [memberId], `${schema}.member.leave`);
}
