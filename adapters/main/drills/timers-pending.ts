import { uuidv7 } from 'uuidv7';
import { assert } from '../../../core/kernel/assert.ts';
import { partitionOf } from '../../../core/kernel/partition.ts';
import { ORDER_TABLES } from '../../../core/services/orders/tables.ts';
import type { Database } from '../../postgres/database.ts';
import { createEngineStore } from '../../postgres/engine/store.ts';
import { columnList } from './columns.ts';
import { shippedOrderCommits } from './shipped-order.ts';

/**
 * Owns: a great many orders under way in a database, put there by SQL, and what became of those whose timers were
 * brought forward. The rows are copies of one order that the saga has brought there; only its log is not copied, for
 * nothing reads it.
 */
const COPIES_PER_STATEMENT = 10_000;
/** Brought-forward timers fall due this long after the statement that does it. */
const LEAD_MS = 5_000;

/** Adds `count` orders under way, calling `progress` with how many there are so far. */
export async function addOrdersUnderWay(
  database: Database,
  count: number,
  partitions: number,
  progress: (done: number) => void,
): Promise<void> {
  const model = uuidv7();
  const copyOrder = copyStatement(await columnList(database, 'orders.orders'));
  const store = createEngineStore(database, 'orders', ORDER_TABLES);
  for (const commit of shippedOrderCommits(model, partitions, Date.now())) await store.commit(commit);
  for (let done = 1; done < count;) {
    const copies = Math.min(COPIES_PER_STATEMENT, count - done);
    const ids = Array.from({ length: copies }, () => uuidv7());
    const places = ids.map((id) => partitionOf(id, partitions));
    await database.query(copyOrder, [model, ids, places]);
    done += copies;
    progress(done);
  }
  await database.exec('vacuum analyze orders.actor');
  await database.exec('vacuum analyze orders.orders');
}

/** Whatever columns the tables have, a copy differs only in its id and partition. */
const copyStatement = (columns: string): string => `
  with copy as materialized (select * from unnest($2::text[], $3::integer[]) as copy(id, partition)),
  shown as (
    insert into orders.orders (${columns})
    select ${columns
      .split(', ')
      .map((column) => `row.${column}`)
      .join(', ')} from orders.orders as model, copy,
      jsonb_populate_record(model, jsonb_build_object('id', copy.id)) as row
    where model.id = $1
  )
  insert into orders.actor
  select row.* from orders.actor as model, copy,
    jsonb_populate_record(model, jsonb_build_object('id', copy.id, 'partition', copy.partition,
      'snapshot', replace(model.snapshot::text, $1, copy.id)::jsonb)) as row
  where model.kind = 'order' and model.id = $1`;

/**
 * Brings `count` timers forward, at random over all partitions, so that they fall due evenly within `withinMs`.
 * Resolves with the time of the last. No process has such an actor in memory, so nobody's state is changed under it.
 */
export async function bringForward(database: Database, count: number, withinMs: number): Promise<number> {
  const from = Date.now() + LEAD_MS;
  await database.exec('create schema drill');
  await database.exec('create table drill.due (id text collate "C" primary key, due_ms bigint not null)');
  await database.query(
    `insert into drill.due (id, due_ms)
     select id, $1::bigint + (row_number() over () * $2::bigint / $3::bigint)
     from (select id from orders.actor where kind = 'order' order by random() limit $3::bigint) as chosen`,
    [from, withinMs, count],
  );
  const changed = await database.query(
    `update orders.actor as stored
     set wake_at_ms = due.due_ms, timers = jsonb_set(stored.timers::jsonb, '{0,dueAt}', to_jsonb(due.due_ms))::json
     from drill.due as due where stored.kind = 'order' and stored.id = due.id returning 1 as changed`,
  );
  assert(changed.length === count, 'every timer that was chosen was brought forward');
  assert(Date.now() < from, 'no timer was due before it was brought forward');
  return from + withinMs;
}

/** For each timer that fired: how long after it was due its effects were in the store, milliseconds. */
export async function fireErrors(database: Database): Promise<readonly number[]> {
  const rows = await database.query<{ error: number }>(
    `select extract(epoch from log.landed_at)::float8 * 1000 - due.due_ms as error
     from drill.due as due join orders.actor_log as log
       on log.kind = 'order' and log.id = due.id and log.to_state = 'shipped.overdue'`,
  );
  return rows.map(({ error }) => error);
}

export async function firedSoFar(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `select count(*) as count from orders.actor_log where to_state = 'shipped.overdue'`,
  );
  return row?.count ?? 0;
}
