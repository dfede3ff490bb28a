import type { Heartbeat, Member, Pause } from '../../../core/engine/ports.ts';
import { MEMBER_GONE_MS } from '../../../core/kernel/limits.ts';
import type { Queryable } from '../database.ts';

/** Members are forgotten for good after this long; till then their last heartbeat may help an operator. */
const MEMBER_FORGOTTEN = `interval '1 hour'`;

/** SQL: since when a member that was seen counts as living. */
export const LIVING_SINCE = `clock_timestamp() - interval '${String(MEMBER_GONE_MS)} milliseconds'`;

/** A living member, or a pause, in which case `id` is null. */
type BeatRow = (Member & { readonly kind: null; readonly partition: null }) | ({ readonly id: null } & Pause);

/** Writes a heartbeat; returns the living, the caller included, and what is paused. */
export async function heartbeat(db: Queryable, schema: string, member: Member): Promise<Heartbeat> {
  const rows = await db.query<BeatRow>(
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
     select id, worker, generation, backlog, null as kind, null::integer as partition from me
     union all
     select id, worker, generation, backlog, null, null from ${schema}.member
     where id <> $1 and seen_at > ${LIVING_SINCE}
     union all
     select null, null, null, null, kind, partition from ${schema}.pause
     order by id, kind, partition`,
    [member.id, member.worker, member.generation, member.backlog],
    `${schema}.member.heartbeat`,
  );
  const members: Member[] = [];
  const pauses: Pause[] = [];
  for (const row of rows) {
    if (row.id === null) pauses.push({ kind: row.kind, partition: row.partition });
    else {
      const { id, worker, generation, backlog } = row;
      members.push({ id, worker, generation, backlog });
    }
  }
  return { members, pauses };
}

export async function leave(db: Queryable, schema: string, memberId: string): Promise<void> {
  await db.query(`delete from ${schema}.member where id = $1`, [memberId], `${schema}.member.leave`);
}
