import type { ModelName, TrainingQueue } from '../../../core/services/intelligence/ports.ts';
import type { Queryable } from '../database.ts';

const LEASE = `clock_timestamp() + $2 * interval '1 millisecond'`;

/** A row per model says what was asked for last and what became of it; one row says who trains. */
export function createTrainingQueue(db: Queryable): TrainingQueue {
  return {
    async ask(names, by) {
      await db.query(
        `insert into intelligence.training (name, asked_by)
         select name, $2 from unnest($1::text[]) as name
         on conflict (name) do update set asked_at = clock_timestamp(), asked_by = $2, owner = null,
           started_at = null, ended_at = null, problem = null
         where training.ended_at is not null`,
        [names, by],
        'intelligence.training.ask',
      );
    },
    async waiting() {
      const rows = await db.query(
        'select 1 from intelligence.training where ended_at is null limit 1',
        [],
        'intelligence.training.waiting',
      );
      return rows.length > 0;
    },
    async lease(owner, leaseMs) {
      const rows = await db.query(
        `insert into intelligence.training_lease (owner, lease_until) values ($1, ${LEASE})
         on conflict (one) do update set owner = $1, lease_until = ${LEASE}
         where training_lease.owner = $1 or training_lease.lease_until < clock_timestamp()
         returning 1`,
        [owner, leaseMs],
        'intelligence.training.lease',
      );
      return rows.length > 0;
    },
    async release(owner) {
      await db.query(
        'delete from intelligence.training_lease where owner = $1',
        [owner],
        'intelligence.training.release',
      );
    },
    async begin(owner) {
      const [row] = await db.query<{ name: ModelName }>(
        `update intelligence.training set owner = $1, started_at = clock_timestamp()
         where name = (
           select name from intelligence.training
           where ended_at is null
             and exists (select from intelligence.training_lease
               where owner = $1 and lease_until >= clock_timestamp())
           order by asked_at, name limit 1 for update skip locked)
         returning name`,
        [owner],
        'intelligence.training.begin',
      );
      return row?.name;
    },
    async end(name, problem) {
      await db.query(
        'update intelligence.training set ended_at = clock_timestamp(), problem = $2 where name = $1',
        [name, problem],
        'intelligence.training.end',
      );
    },
  };
}
