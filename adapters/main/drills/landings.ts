import type { Queryable } from '../../postgres/database.ts';

/**
 * Has the database note, in `landed_at`, when each row of the orders' log reached it: the engine's own time of a row is
 * that of the decision, before whatever kept the commit waiting.
 */
export async function recordLandings(database: Queryable): Promise<void> {
  await database.query(
    'alter table orders.actor_log add column landed_at timestamptz not null default clock_timestamp()',
  );
}
