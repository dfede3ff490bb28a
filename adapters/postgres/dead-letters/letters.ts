import { OrreryError } from '../../../core/kernel/errors.ts';
import type {
  LetterChoice,
  LetterFilter,
  LetterGroup,
  LetterStore,
} from '../../../core/services/dead-letters/ports.ts';
import type { Queryable } from '../database.ts';
import { createDeadLetterJournal } from './journal.ts';
import {
  letterOf,
  type LetterRow,
  REPLAY_COLUMNS,
  replayOf,
  type ReplayRow,
  SUMMARY_COLUMNS,
  summaryOf,
  type SummaryRow,
} from './rows.ts';
import { storable } from './storable.ts';

const GROUPS = `
select cause, min(service) as service, min(code) as code, min(type) as type, count(*) as count,
  min(died_at) as first_at, max(died_at) as last_at, array_agg(distinct queue) as queues
from dead_letters.letter where state = 'waiting' group by cause order by max(died_at) desc, cause limit $1`;

const WAITING = `select service, count(*) as count from dead_letters.letter where state = 'waiting' group by service`;

const LIST = `
select ${SUMMARY_COLUMNS} from dead_letters.letter
where ($1::text is null or cause = $1) and ($2::text is null or state = $2)
  and ($3::text is null or (died_at, id) < ($3, $4)) and ($5::text is null or service = $5)
order by died_at desc, id desc limit $6`;

const FIND = `select ${SUMMARY_COLUMNS}, letter, mended from dead_letters.letter where id = $1`;

/** Locked first, and looked at again by whoever waited for the lock: a letter has one taker. */
const CHOSEN = `
chosen as (
  select id from dead_letters.letter
  where state = 'waiting' and ($1::text is null or cause = $1) and ($2::text[] is null or id = any($2))
    and ($3::text is null or service = $3)
  order by died_at, id limit $4 for update
)`;

const BEGIN = `
with ${CHOSEN}, moved as (
  update dead_letters.letter l
  set state = 'replaying', replay = $5, changed_by = $6, changed_at = now(), change_reason = $7, refusal = null,
    mended = $8::jsonb
  from chosen where l.id = chosen.id returning 1
)
insert into dead_letters.replay (id, by_user, reason, cause, rate_per_second, total)
select $5, $6, $7, $1, $9, count(*) from moved having count(*) > 0 returning ${REPLAY_COLUMNS}`;

const DISCARD = `
with ${CHOSEN}, gone as (
  update dead_letters.letter l
  set state = 'discarded', changed_by = $5, changed_at = now(), change_reason = $6, refusal = null
  from chosen where l.id = chosen.id returning 1
)
select count(*) as count from gone`;

interface GroupRow {
  readonly cause: string;
  readonly service: string;
  readonly code: string;
  readonly type: string | null;
  readonly count: number;
  readonly first_at: string;
  readonly last_at: string;
  readonly queues: readonly string[];
}

/** Where people find dead letters and decide about them. */
export function createLetterStore(db: Queryable): LetterStore {
  return {
    append: (letter) => createDeadLetterJournal(db).append(letter),
    async groups(limit) {
      const rows = await db.query<GroupRow>(GROUPS, [limit], 'dead_letters.groups');
      return rows.map(groupOf);
    },
    async waiting() {
      const rows = await db.query<{ service: string; count: number }>(WAITING, [], 'dead_letters.waiting');
      return new Map(rows.map(({ service, count }) => [service, count]));
    },
    async list(filter) {
      const rows = await db.query<SummaryRow>(LIST, listValues(filter), 'dead_letters.summaries');
      const items = rows.slice(0, filter.limit).map(summaryOf);
      const last = rows.length > filter.limit ? items.at(-1) : undefined;
      return { items, nextCursor: last === undefined ? null : `${last.diedAt}_${last.id}` };
    },
    async find(id) {
      const [row] = await db.query<LetterRow>(FIND, [id], 'dead_letters.find');
      return row === undefined ? undefined : letterOf(row);
    },
    async begin({ id, by, reason, ratePerSecond }, choice, { max, mended }) {
      const given = mended === undefined ? null : storable(mended);
      const values = [...chosenBy(choice), max, id, by, reason, given, ratePerSecond];
      const [row] = await db.query<ReplayRow>(BEGIN, values, 'dead_letters.begin');
      return row === undefined ? undefined : replayOf(row);
    },
    async discard(choice, { by, reason }, max) {
      const values = [...chosenBy(choice), max, by, reason];
      const [row] = await db.query<{ count: number }>(DISCARD, values, 'dead_letters.discard');
      return row?.count ?? 0;
    },
    async replays(limit) {
      const rows = await db.query<ReplayRow>(
        `select ${REPLAY_COLUMNS} from dead_letters.replay order by created_at desc, id desc limit $1`,
        [limit],
        'dead_letters.replays',
      );
      return rows.map(replayOf);
    },
    async findReplay(id) {
      const [row] = await db.query<ReplayRow>(
        `select ${REPLAY_COLUMNS} from dead_letters.replay where id = $1`,
        [id],
        'dead_letters.replay',
      );
      return row === undefined ? undefined : replayOf(row);
    },
    async stopReplay(id) {
      const rows = await db.query(
        `update dead_letters.replay set stopping = true where id = $1 and finished_at is null returning 1`,
        [id],
        'dead_letters.stop_replay',
      );
      return rows.length > 0;
    },
    async forget(before) {
      await db.query(
        `delete from dead_letters.letter where state in ('replayed', 'discarded') and changed_at < $1`,
        [before],
      );
      await db.query('delete from dead_letters.replay where finished_at < $1', [before]);
    },
  };
}

/** $1 to $3 of CHOSEN. */
function chosenBy({ group, ids, service }: LetterChoice): readonly unknown[] {
  return [group ?? null, ids ?? null, service ?? null];
}

function listValues({ service, group, state, cursor, limit }: LetterFilter): readonly unknown[] {
  const [diedAt, id] = cursor === undefined ? [null, null] : placeIn(cursor);
  return [group ?? null, state ?? null, diedAt, id, service ?? null, limit + 1];
}

function placeIn(cursor: string): readonly [diedAt: string, id: string] {
  const found = /^([\dTZ:.+-]{1,30})_([\w-]{1,200})$/.exec(cursor);
  if (found === null) throw new OrreryError('bad_cursor', 'cursor: this is not a cursor of this list');
  return [found[1] ?? '', found[2] ?? ''];
}

function groupOf({ cause, first_at, last_at, queues, ...row }: GroupRow): LetterGroup {
  return { group: cause, ...row, queues, firstAt: first_at, lastAt: last_at };
}
