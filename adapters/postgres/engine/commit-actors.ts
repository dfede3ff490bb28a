import type { ActorWrite, Commit, OpenRequest } from '../../../core/engine/ports.ts';
import { messageText } from '../../../core/kernel/message-text.ts';
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

const ACTOR_TYPES = [
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
] as const;

function actorColumns(actors: readonly ActorWrite[]): ReturnType<CommitPart['columns']> {
  return columnsOf(
    actors,
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
    (actor) => openRequestsText(actor.waiting),
  );
}

/** Requests as the store keeps them; the text of each message is there already, for it was sent. */
export function openRequestsText(waiting: readonly OpenRequest[]): string {
  const texts = waiting.map(
    ({ message, sinceMs }) => `{"message":${messageText(message)},"sinceMs":${String(sinceMs)}}`,
  );
  return `[${texts.join(',')}]`;
}

/** Replaces the snapshots of known actors, each only at the version it was decided on. */
export function knownActorPart(schema: string): CommitPart {
  return {
    name: 'replaced',
    types: ACTOR_TYPES,
    columns: ({ actors }) => actorColumns(actors.filter(({ expectedVersion }) => expectedVersion > 0)),
    sql: (rows, fewRows) => `
      update ${schema}.actor as stored set partition = actor.partition, version = actor.version,
        definition = actor.definition, finished = actor.finished, wake_at_ms = actor.wake_at_ms,
        snapshot = actor.snapshot::json, timers = actor.timers::json, waiting = actor.waiting::json
      from (
        select * from unnest(${rows}) as actor(kind, id, partition, version, expected, definition, finished,
          wake_at_ms, snapshot, timers, waiting) limit ${fewRows}
      ) as actor
      where stored.kind = actor.kind and stored.id = actor.id and stored.version = actor.expected
      returning 1`,
    check: {
      holds: (count) => `(select count(*) from replaced) = ${count}`,
      state: FENCE_LOST_STATE,
      reason: 'an actor is not at the version that was decided on',
    },
  };
}

/** Writes the first snapshots of actors. */
export function newActorPart(schema: string): CommitPart {
  return {
    name: 'begun',
    types: ACTOR_TYPES,
    columns: ({ actors }) => actorColumns(actors.filter(({ expectedVersion }) => expectedVersion === 0)),
    sql: (rows) => `
      insert into ${schema}.actor (kind, id, partition, version, definition, finished, wake_at_ms, snapshot, timers,
        waiting)
      select kind, id, partition, version, definition, finished, wake_at_ms, snapshot::json, timers::json,
        waiting::json
      from unnest(${rows}) as actor(kind, id, partition, version, expected, definition, finished, wake_at_ms, snapshot,
        timers, waiting)
      on conflict (kind, id) do nothing returning 1`,
    check: {
      holds: (count) => `(select count(*) from begun) = ${count}`,
      state: FENCE_LOST_STATE,
      reason: 'an actor that was to begin is there already',
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
