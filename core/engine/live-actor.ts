import { BadMessage, WrittenByNewer } from '../kernel/errors.ts';
import { RESEND_AFTER_MS } from '../kernel/limits.ts';
import type { Message } from '../kernel/message.ts';
import type { AnyBehaviour } from './behaviour.ts';
import type { ActorRecord, ActorWrite, ArmedTimer, OpenRequest } from './ports.ts';
import type { Parked } from './repair.ts';

/**
 * An actor in memory. Owned by one worker and changed only while a batch is decided; what a failed commit had
 * changed is never repaired, the actor is dropped and hydrated again (P7).
 */
export interface LiveActor {
  readonly behaviour: AnyBehaviour;
  readonly id: string;
  readonly partition: number;
  version: number;
  /** The version the store holds, or will once the commit under way has landed. */
  storedVersion: number;
  // Its behaviour alone knows the type.
  state: unknown;
  timers: readonly ArmedTimer[];
  waiting: readonly OpenRequest[];
  /** Time of its wake-up row in the store. */
  wakeAt: number | null;
  wakeChanged: boolean;
}

/** Requests are sent again at least this often. */
const RESEND_MS_MAX = 60_000;

export function actorKey(kind: string, id: string): string {
  return `${kind}/${id}`;
}

/** An actor nobody has heard of, or undefined when its behaviour knows no beginning without intake. */
export function newActor(behaviour: AnyBehaviour, id: string, partition: number): LiveActor | undefined {
  const state: unknown = behaviour.initial(id);
  if (state === undefined) return undefined;
  return {
    behaviour,
    id,
    partition,
    version: 0,
    storedVersion: 0,
    state,
    timers: [],
    waiting: [],
    wakeAt: null,
    wakeChanged: false,
  };
}

/**
 * Throws WrittenByNewer when the snapshot belongs to a definition that this build does not know yet, and BadMessage
 * `not_migratable` when it belongs to one that it can't continue any more.
 */
export function hydrateActor(behaviour: AnyBehaviour, record: ActorRecord): LiveActor {
  let snapshot = record.snapshot;
  if (record.definition > behaviour.definition) {
    throw new WrittenByNewer(
      `${record.kind} ${record.id} has definition ${String(record.definition)}, ` +
        `this build knows ${String(behaviour.definition)}`,
    );
  }
  if (record.definition < behaviour.definition) {
    const migrated = behaviour.migrate?.(snapshot, record.definition);
    if (migrated === undefined) {
      throw new BadMessage(
        'not_migratable',
        `${record.kind} ${record.id} stays on definition ${String(record.definition)}: ` +
          `no way to ${String(behaviour.definition)}`,
      );
    }
    snapshot = migrated;
  }
  return {
    behaviour,
    id: record.id,
    partition: record.partition,
    version: record.version,
    storedVersion: record.version,
    state: behaviour.deserialize(snapshot, record),
    timers: record.timers,
    waiting: record.waiting,
    wakeAt: record.wakeAt,
    wakeChanged: false,
  };
}

/** What the store is to hold; from now on the actor counts as stored in this version. */
export function writeOf(actor: LiveActor): ActorWrite {
  const { behaviour, id, partition, version, timers, waiting } = actor;
  const finished = behaviour.finished(actor.state);
  const write: ActorWrite = {
    kind: behaviour.kind,
    id,
    partition,
    version,
    expectedVersion: actor.storedVersion,
    definition: behaviour.definition,
    snapshot: behaviour.serialize(actor.state),
    timers,
    waiting,
    wakeAt: actor.wakeAt,
    wakeChanged: actor.wakeChanged,
    finished,
  };
  actor.storedVersion = version;
  actor.wakeChanged = false;
  return write;
}

/** The message answers whichever request of the actor caused it. */
export function settleRequests(waiting: readonly OpenRequest[], message: Message): readonly OpenRequest[] {
  if (waiting.length === 0 || message.causationId === null) return waiting;
  return waiting.filter((request) => request.message.id !== message.causationId);
}

/** Requests whose time for sending them again has come (P14). */
export function overdueRequests(waiting: readonly OpenRequest[], now: number): readonly OpenRequest[] {
  return waiting.filter(({ sinceMs }) => now - sinceMs >= RESEND_AFTER_MS);
}

/** How often a request of this age has been sent, had nothing held it up: after 5 s, then at doubling intervals to a minute. */
export function timesSent(ageMs: number): number {
  let times = 1;
  for (let at = RESEND_AFTER_MS; at <= ageMs; at += Math.min(at, RESEND_MS_MAX)) times += 1;
  return times;
}

/** How it is parked, if it can be and is. */
export function parkedOf({ behaviour, state }: Pick<LiveActor, 'behaviour' | 'state'>): Parked | null {
  return behaviour.repairs?.parked(state) ?? null;
}

/** When the actor must be woken next; null: never, or not while it is parked. Requests are sent again after 5 s, then at doubling intervals. */
export function nextWake(actor: LiveActor, now: number): number | null {
  if (parkedOf(actor) !== null) return null;
  let next: number | null = null;
  const consider = (time: number): void => {
    if (next === null || time < next) next = time;
  };
  for (const timer of actor.timers) consider(timer.dueAt);
  for (const { sinceMs } of actor.waiting) {
    const age = now - sinceMs;
    consider(age < RESEND_AFTER_MS ? sinceMs + RESEND_AFTER_MS : now + Math.min(age, RESEND_MS_MAX));
  }
  return next;
}

/**
 * One wake-up row per actor. A wake-up that comes too early costs a look, a row rewritten with every message a write
 * each (P20): so the row goes to an earlier time only, except when it is due soon and the actor needs none for long.
 */
export function adjustWake(actor: LiveActor, now: number): void {
  const { wakeAt } = actor;
  const finished = actor.behaviour.finished(actor.state);
  const needed = finished ? null : nextWake(actor, now);
  if (wakeAt === null) {
    if (needed !== null) setWake(actor, needed);
    return;
  }
  const soon = now + RESEND_AFTER_MS;
  const inVain = wakeAt <= soon && (needed === null || needed > soon);
  if (finished || inVain || (needed !== null && needed < wakeAt)) setWake(actor, needed);
}

export function setWake(actor: LiveActor, wakeAt: number | null): void {
  actor.wakeAt = wakeAt;
  actor.wakeChanged = true;
}
