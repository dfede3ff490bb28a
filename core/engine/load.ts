import { assert } from '../kernel/assert.ts';
import { BadMessage, WrittenByNewer } from '../kernel/errors.ts';
import type { Message } from '../kernel/message.ts';
import type { RelatedRequest } from './behaviour.ts';
import { type DecideInput, dayOf, dueTimerMessages, type Related, WAKE } from './decide.ts';
import type { Inbound } from './inbound.ts';
import { actorKey, hydrateActor, type LiveActor, newActor } from './live-actor.ts';
import type { EngineStore, RelatedRows } from './ports.ts';

/**
 * Owns: bringing into memory what a batch needs, the actors that are not there yet, and which
 * message ids were handled before (P6), then the rows that behaviours ask for.
 */
export interface LoadedBatch {
  readonly inputs: readonly DecideInput[];
  readonly actors: ReadonlyMap<string, LiveActor>;
  /** Ids handled before: in the store, or in the commit that was under way when the loading began. */
  readonly seen: ReadonlySet<string>;
  /** Messages whose actor can't be had, with the reason. */
  readonly unusable: ReadonlyMap<Inbound, Error>;
  /** Partitions of the batch in which a newer build wrote, with the actor that shows it: nothing here may be decided. */
  readonly newer: ReadonlyMap<number, WrittenByNewer>;
}

export async function loadBatch(
  batch: readonly Inbound[],
  options: {
    readonly store: Pick<EngineStore, 'hydrate'>;
    readonly relatedRows: RelatedRows | undefined;
    readonly now: number;
    readonly inMemory: (key: string) => LiveActor | undefined;
    readonly handled: ReadonlySet<string>;
  },
): Promise<LoadedBatch> {
  const actors = new Map<string, LiveActor>();
  const missing = new Map<string, Inbound>();
  for (const inbound of batch) {
    const key = actorKey(inbound.behaviour.kind, inbound.actorId);
    if (actors.has(key) || missing.has(key)) continue;
    const live = options.inMemory(key);
    if (live === undefined) missing.set(key, inbound);
    else actors.set(key, live);
  }
  const ids = batch
    .filter(({ message }) => message.type !== WAKE)
    .map(({ message, behaviour }) => ({
      id: message.id,
      day: dayOf(message.time),
      remember: behaviour.remember,
    }));
  const hydrated = await options.store.hydrate(
    [...missing.values()].map(({ behaviour, actorId }) => ({ kind: behaviour.kind, id: actorId })),
    ids,
  );
  const records = new Map(hydrated.actors.map((record) => [actorKey(record.kind, record.id), record]));
  const absent = new Map<string, Error>();
  const newer = new Map<number, WrittenByNewer>();
  for (const [key, { behaviour, actorId, tracked }] of missing) {
    const record = records.get(key);
    try {
      const actor =
        record === undefined
          ? newActor(behaviour, actorId, tracked.source.partition)
          : hydrateActor(behaviour, record);
      if (actor === undefined)
        throw new BadMessage('unknown_actor', `there is no ${behaviour.kind} ${actorId}`);
      actors.set(key, actor);
    } catch (error) {
      if (error instanceof WrittenByNewer) newer.set(tracked.source.partition, error);
      absent.set(key, error instanceof Error ? error : new Error(String(error)));
    }
  }
  const related = await loadRelated(batch, actors, options.relatedRows, options.now);
  const inputs: DecideInput[] = [];
  const unusable = new Map<Inbound, Error>();
  for (const inbound of batch) {
    const key = actorKey(inbound.behaviour.kind, inbound.actorId);
    const actor = actors.get(key);
    if (actor !== undefined) inputs.push({ message: inbound.message, actor, related });
    else unusable.set(inbound, absent.get(key) ?? new BadMessage('unknown_actor', `there is no ${key}`));
  }
  return {
    inputs,
    actors,
    seen: options.handled.size === 0 ? hydrated.seen : new Set([...hydrated.seen, ...options.handled]),
    unusable,
    newer,
  };
}

/** P7: read after the actors, and while at most one commit is under way, whose changes the state itself knows. */
async function loadRelated(
  batch: readonly Inbound[],
  actors: ReadonlyMap<string, LiveActor>,
  rows: RelatedRows | undefined,
  now: number,
): Promise<ReadonlyMap<string, Related>> {
  const asked: { readonly message: Message; readonly requests: readonly RelatedRequest[] }[] = [];
  for (const { message, behaviour, actorId } of batch) {
    if (behaviour.related === undefined) continue;
    const actor = actors.get(actorKey(behaviour.kind, actorId));
    if (actor === undefined) continue;
    const about = message.type === WAKE ? dueTimerMessages(actor, now) : [message];
    for (const each of about) {
      const requests = behaviour.related(each);
      if (requests.length > 0) asked.push({ message: each, requests });
    }
  }
  if (asked.length === 0) return new Map();
  assert(rows !== undefined, 'a service whose behaviours ask for rows has a port that reads them');
  const lists = await rows.read(asked.flatMap(({ requests }) => requests));
  const related = new Map<string, Related>();
  let at = 0;
  for (const { message, requests } of asked) {
    related.set(message.id, lists.slice(at, at + requests.length));
    at += requests.length;
  }
  return related;
}
