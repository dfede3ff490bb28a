import type { StoredDeadLetter } from '../../../core/engine/ports.ts';
import type { Queryable } from '../database.ts';
import { storable } from './storable.ts';

const APPEND = `
insert into dead_letters.letter (service, id, letter) values ($1, $2, $3::jsonb)
on conflict do nothing`;

const LIST = `
select letter from dead_letters.letter
where service = $1 and state = 'waiting' and ($2::text is null or id > $2) and ($3::text[] is null or id = any($3))
order by id limit $4`;

const REMOVE = `
update dead_letters.letter set state = 'replayed', changed_at = now()
where service = $1 and id = $2 and state = 'waiting'`;

/** The embedded broker's dead letters, in the store where people find them; ids rise with time, so they give the order. */
export function createDeadLetterJournal(db: Queryable) {
  return {
    async append(letter: StoredDeadLetter): Promise<void> {
      await db.query(APPEND, [letter.service, letter.id, storable(letter)], 'dead_letters.append');
    },
    async list(
      service: string,
      limit: number,
      filter: { readonly after?: string; readonly ids?: readonly string[] } = {},
    ): Promise<readonly StoredDeadLetter[]> {
      const values = [service, filter.after ?? null, filter.ids ?? null, limit];
      const rows = await db.query<{ letter: StoredDeadLetter }>(LIST, values, 'dead_letters.list');
      return rows.map(({ letter }) => letter);
    },
    async remove(service: string, id: string): Promise<void> {
      await db.query(REMOVE, [service, id], 'dead_letters.remove');
    },
  };
}
