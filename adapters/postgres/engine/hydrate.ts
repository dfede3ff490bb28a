import type { ActorRecord, EngineStore, Hydrated } from '../../../core/engine/ports.ts';
import { textArray } from '../arrays.ts';
import type { Queryable } from '../database.ts';
import { FEW_ROWS } from './commit-part.ts';

/** A row of an actor, or of a message that was handled before. */
type HydratedRow = (ActorRecord & { readonly seen: null }) | { readonly kind: null; readonly seen: string };

const NO_ACTOR = 'null, null, null, null, null, null, null, null, null, null';

/** Every look-up of a batch in one query. */
export async function hydrate(
  db: Queryable,
  schema: string,
  actors: Parameters<EngineStore['hydrate']>[0],
  messages: Parameters<EngineStore['hydrate']>[1],
): Promise<Hydrated> {
  const logged = messages.filter((message) => message.remember === 'log');
  const remembered = messages.filter((message) => message.remember === 'inbox');
  const rows = await db.query<HydratedRow>(
    `select stored.kind, stored.id, stored.partition, stored.version, stored.definition, stored.snapshot,
       stored.timers, stored.waiting, stored.wake_at_ms as "wakeAt", stored.finished, null as seen
     from (select * from unnest($2::text[], $3::text[]) as actor(kind, id) limit $1::bigint) as actor
     join ${schema}.actor as stored on stored.kind = actor.kind and stored.id = actor.id
     union all
     select ${NO_ACTOR}, stored.message_id
     from (select * from unnest($4::text[]) as message(id) limit $1::bigint) as message
     join ${schema}.actor_log as stored on stored.message_id = message.id
     union all
     select ${NO_ACTOR}, stored.message_id
     from (select * from unnest($5::date[], $6::text[]) as message(day, id) limit $1::bigint) as message
     join ${schema}.inbox as stored on stored.day = message.day and stored.message_id = message.id`,
    [
      FEW_ROWS,
      textArray(actors.map((actor) => actor.kind)),
      textArray(actors.map((actor) => actor.id)),
      textArray(logged.map((message) => message.id)),
      remembered.map((message) => message.day),
      textArray(remembered.map((message) => message.id)),
    ],
    `${schema}.hydrate`,
  );
  const found: ActorRecord[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    if (row.kind === null) seen.add(row.seen);
    else found.push(actorOf(row));
  }
  return { actors: found, seen };
}

function actorOf({ seen: _seen, ...actor }: ActorRecord & { readonly seen: null }): ActorRecord {
  return actor;
}
