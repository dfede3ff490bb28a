import type { ActorRecord } from '../../../core/engine/ports.ts';
import type { LoggedEntry } from '../../../core/engine/replay.ts';
import type { LightStep, SagaStore } from '../../../core/services/sagas/ports.ts';
import { textArray } from '../arrays.ts';
import type { Queryable } from '../database.ts';

interface EntryRow {
  readonly version: number;
  readonly message_id: string;
  readonly type: string;
  readonly causation_id: string | null;
  readonly from_state: string;
  readonly to_state: string;
  readonly at: Date;
  readonly detail: unknown;
}

/** One saga of the orders service, as its snapshot and its log keep it; everything is found by the log's primary key. */
export function createSagaStore(db: Queryable): SagaStore {
  return {
    isDerived: () => false,

    async record(kind, id) {
      const [row] = await db.query<ActorRecord>(
        `select kind, id, partition, version, definition, snapshot, timers, waiting, wake_at_ms as "wakeAt", finished
         from orders.actor where kind = $1 and id = $2`,
        [kind, id],
        'orders.saga.record',
      );
      return row;
    },

    outline: (kind, id, after, limit) =>
      db.query<LightStep>(
        // Only of timers the log row is taken apart: their name is in it.
        `select version as seq, from_state as "from", to_state as "to",
           case when type = 'engine.timer.fired' then coalesce(detail -> 'data' ->> 'timer', type) else type end
             as trigger,
           (extract(epoch from at) * 1000)::bigint as "atMs"
         from orders.actor_log where kind = $1 and id = $2 and version > $3 order by version limit $4`,
        [kind, id, after, limit],
        'orders.saga.outline',
      ),

    async entries(kind, id, after, limit) {
      const rows = await db.query<EntryRow>(
        `select version, message_id, type, causation_id, from_state, to_state, at, detail
         from orders.actor_log where kind = $1 and id = $2 and version > $3 order by version limit $4`,
        [kind, id, after, limit],
        'orders.saga.entries',
      );
      return rows.map(entryOf);
    },

    async causedBy(kind, id, messageIds) {
      if (messageIds.length === 0) return new Map();
      const rows = await db.query<{ readonly cause: string; readonly seqs: readonly number[] }>(
        `select causation_id as cause, array_agg(version::float8 order by version) as seqs
         from orders.actor_log where kind = $1 and id = $2 and causation_id = any($3::text[]) group by causation_id`,
        [kind, id, textArray(messageIds)],
        'orders.saga.caused_by',
      );
      return new Map(rows.map(({ cause, seqs }) => [cause, seqs]));
    },

    async sentIn(kind, id, messageId) {
      const version = versionIn(kind, id, messageId);
      if (version === undefined) return undefined;
      const [row] = await db.query<{ readonly at_ms: number }>(
        `select (extract(epoch from at) * 1000)::bigint as at_ms
         from orders.actor_log where kind = $1 and id = $2 and version = $3`,
        [kind, id, version],
        'orders.saga.sent_in',
      );
      return row === undefined ? undefined : { seq: version, atMs: row.at_ms };
    },
  };
}

/** The ids of what an actor sends say which of its steps sent it (P6): `<kind>/<id>/<version>/<index>`. */
function versionIn(kind: string, id: string, messageId: string): number | undefined {
  const prefix = `${kind}/${id}/`;
  if (!messageId.startsWith(prefix)) return undefined;
  const version = /^(\d{1,15})\/\d+$/.exec(messageId.slice(prefix.length))?.[1];
  return version === undefined ? undefined : Number(version);
}

function entryOf(row: EntryRow): LoggedEntry {
  return {
    seq: row.version,
    messageId: row.message_id,
    type: row.type,
    causationId: row.causation_id,
    from: row.from_state,
    to: row.to_state,
    at: row.at.toISOString(),
    detail: row.detail,
  };
}
