import type { Commit } from '../../../core/engine/ports.ts';
import { FENCE_LOST_STATE } from '../errors.ts';
import { type CommitPart, columnsOf } from './commit-part.ts';

/** Locks the epoch rows that the commit relies on, in order, until it has ended (P2). */
export function fencePart(schema: string): CommitPart {
  return {
    name: 'fence',
    types: ['text', 'integer', 'bigint'],
    columns: (commit) =>
      columnsOf(
        commit.fences,
        () => commit.owner,
        (fence) => fence.partition,
        (fence) => fence.epoch,
      ),
    sql: (rows) => `
      select held.partition from ${schema}.partition as held
      join unnest(${rows}) as fence(owner, partition, epoch)
        on held.partition = fence.partition and held.epoch = fence.epoch and held.owner = fence.owner
      order by held.partition for share of held`,
    check: {
      holds: (count) => `(select count(*) from fence) = ${count}`,
      state: FENCE_LOST_STATE,
      reason: 'a partition has another owner or epoch',
    },
  };
}

/**
 * Writes snapshots at the version they were decided on. One upsert serves new actors and known ones: a row that
 * exists is replaced only at the expected version, and a row that was inserted must have been expected to be new.
 */
export function actorPart(schema: string): CommitPart {
  return {
    name: 'written',
    types: [
      'text',
      'text',
      'integer',
      'bigint',
      'bigint',
      'integer',
      'boolean',
      'bigint',
      'text',
      'text',
      'text',
    ],
    columns: (commit) =>
      columnsOf(
        commit.actors,
        (actor) => actor.kind,
        (actor) => actor.id,
        (actor) => actor.partition,
        (actor) => actor.version,
        (actor) => actor.expectedVersion,
        (actor) => actor.definition,
        (actor) => actor.finished,
        (actor) => actor.wakeAt,
        (actor) => JSON.stringify(actor.snapshot),
        (actor) => JSON.stringify(actor.timers),
        (actor) => JSON.stringify(actor.waiting),
      ),
    sql: (rows) => `
      insert into ${schema}.actor as stored (kind, id, partition, version, expected_version, definition, finished,
        wake_at_ms, snapshot, timers, waiting)
      select kind, id, partition, version, expected, definition, finished, wake_at_ms,
        snapshot::jsonb, timers::jsonb, waiting::jsonb
      from unnest(${rows}) as actor(kind, id, partition, version, expected, definition, finished, wake_at_ms,
        snapshot, timers, waiting)
      on conflict (kind, id) do update set partition = excluded.partition, version = excluded.version,
        expected_version = excluded.expected_version, definition = excluded.definition,
        finished = excluded.finished, wake_at_ms = excluded.wake_at_ms, snapshot = excluded.snapshot,
        timers = excluded.timers, waiting = excluded.waiting
      where stored.version = excluded.expected_version
      returning (xmax = 0) = (expected_version = 0) as expected`,
    check: {
      holds: (count) => `(select count(*) filter (where expected) from written) = ${count}`,
      state: FENCE_LOST_STATE,
      reason: 'an actor is not at the version that was decided on',
    },
  };
}

/** Rewrites the wake-ups of actors that did not otherwise change; those that did bring their own. */
export function wakePart(schema: string): CommitPart {
  return {
    name: 'woken',
    types: ['text', 'text', 'bigint'],
    columns: (commit) =>
      columnsOf(
        wakesAlone(commit),
        (wake) => wake.kind,
        (wake) => wake.id,
        (wake) => wake.wakeAt,
      ),
    sql: (rows, fewRows) => `
      update ${schema}.actor as stored set wake_at_ms = wake.wake_at_ms
      from (select * from unnest(${rows}) as wake(kind, id, wake_at_ms) limit ${fewRows}) as wake
      where stored.kind = wake.kind and stored.id = wake.id`,
  };
}

function wakesAlone({ wakes, actors }: Commit): Commit['wakes'] {
  if (wakes.length === 0 || actors.length === 0) return wakes;
  const written = new Set(actors.map(({ kind, id }) => `${kind}/${id}`));
  return wakes.filter(({ kind, id }) => !written.has(`${kind}/${id}`));
}
