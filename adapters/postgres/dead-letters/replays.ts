import type { LetterToSend, ReplayStore } from '../../../core/services/dead-letters/ports.ts';
import type { Database } from '../database.ts';
import { REPLAY_COLUMNS, replayOf, type ReplayRow } from './rows.ts';

const TAKE = `
update dead_letters.replay set owner = $1, lease_until = now() + $2 * interval '1 millisecond'
where id in (
  select id from dead_letters.replay
  where finished_at is null and (lease_until is null or lease_until < now())
  order by created_at, id limit $3 for update skip locked
)
returning ${REPLAY_COLUMNS}`;

const RENEW = `
update dead_letters.replay set lease_until = now() + $3 * interval '1 millisecond'
where id = $1 and owner = $2 and finished_at is null
returning ${REPLAY_COLUMNS}`;

const NEXT = `
select id, service, queue, coalesce(mended, letter->'message') as message from dead_letters.letter
where replay = $1 and state = 'replaying' order by died_at, id limit $2`;

/** Counts in the statement that changes the letters, so that the sums are always those of the letters. */
const SETTLE = `
with sent as (
  update dead_letters.letter set state = 'replayed', changed_at = now()
  where replay = $1 and state = 'replaying' and id = any($2) returning 1
), refused as (
  update dead_letters.letter l
  set state = 'waiting', replay = null, mended = null, changed_at = now(), refusal = why.refusal
  from unnest($3::text[], $4::text[]) as why (id, refusal)
  where l.replay = $1 and l.state = 'replaying' and l.id = why.id returning 1
)
update dead_letters.replay
set replayed = replayed + (select count(*) from sent), returned = returned + (select count(*) from refused)
where id = $1`;

const FINISH = `
with back as (
  update dead_letters.letter set state = 'waiting', replay = null, mended = null, changed_at = now()
  where replay = $1 and state = 'replaying' returning 1
)
update dead_letters.replay
set finished_at = now(), returned = returned + (select count(*) from back), owner = null, lease_until = null
where id = $1 and finished_at is null`;

/** Replays as those see them who work them off. */
export function createReplayStore(db: Database): ReplayStore {
  return {
    async take(owner, leaseMs, limit) {
      const rows = await db.query<ReplayRow>(TAKE, [owner, leaseMs, limit], 'dead_letters.take');
      return rows.map(replayOf);
    },
    async renew(id, owner, leaseMs) {
      const [row] = await db.query<ReplayRow>(RENEW, [id, owner, leaseMs], 'dead_letters.renew');
      return row === undefined ? undefined : replayOf(row);
    },
    next: (id, limit) => db.query<LetterToSend>(NEXT, [id, limit], 'dead_letters.next'),
    async settle(id, sent, refused) {
      const values = [id, sent, refused.map((each) => each.id), refused.map(({ refusal }) => refusal)];
      await db.query(SETTLE, values, 'dead_letters.settle');
    },
    async finish(id) {
      await db.query(FINISH, [id], 'dead_letters.finish');
    },
  };
}
