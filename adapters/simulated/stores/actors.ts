import type { ActorRecord, ActorWrite, WakeWrite } from '../../../core/engine/ports.ts';
import { FenceLost, ValueRefused } from '../../../core/kernel/errors.ts';
import { compareText, SortedList } from './sorted-list.ts';
import { jsonOf, refuseNoBigint, refuseNoInteger, refuseNul } from './values.ts';

type Wake = WakeWrite & { readonly wakeAt: number };

const NONE: readonly WakeWrite[] = [];

/**
 * Owns: actors as stored, and their wake-ups in order of time (P20).
 *
 * I1. Every actor whose record has a wake-up is in its partition's list with exactly that time, and nobody else is.
 */
export class MemoryActors {
  /** By kind, then by id. */
  readonly byKind: ReadonlyMap<string, ReadonlyMap<string, ActorRecord>>;
  readonly #byKind = new Map<string, Map<string, ActorRecord>>();
  /** By partition. */
  readonly #wakes = new Map<number, SortedList<Wake>>();

  constructor() {
    this.byKind = this.#byKind;
  }

  find(kind: string, id: string): ActorRecord | undefined {
    return this.#byKind.get(kind)?.get(id);
  }

  /** Throws FenceLost unless the actor is at the version that was decided on (P2). */
  require(actor: ActorWrite): void {
    if (this.isAsExpected(actor)) return;
    throw new FenceLost(`${actor.kind} ${actor.id} is not at the version that was decided on`);
  }

  isAsExpected({ kind, id, expectedVersion }: ActorWrite): boolean {
    return (this.find(kind, id)?.version ?? 0) === expectedVersion;
  }

  put(record: ActorRecord): void {
    let ofKind = this.#byKind.get(record.kind);
    if (ofKind === undefined) {
      ofKind = new Map();
      this.#byKind.set(record.kind, ofKind);
    }
    this.#moveWake(ofKind.get(record.id), record);
    ofKind.set(record.id, record);
  }

  /** Rewrites the wake-up of an actor that did not otherwise change; of one that does not exist, nothing. */
  rewake({ kind, id, wakeAt }: WakeWrite): void {
    const record = this.find(kind, id);
    if (record !== undefined && record.wakeAt !== wakeAt) this.put({ ...record, wakeAt });
  }

  /** Earliest first. */
  due(partitions: readonly number[], nowMs: number, limit: number): readonly WakeWrite[] {
    let due: Wake[] | undefined;
    for (const partition of partitions) {
      const wakes = this.#wakes.get(partition)?.items;
      if (wakes === undefined) continue;
      for (let index = 0; index < wakes.length && index < limit; index += 1) {
        const wake = wakes[index] as Wake;
        if (wake.wakeAt > nowMs) break;
        (due ??= []).push(wake);
      }
    }
    if (due === undefined) return NONE;
    due.sort(compareWakes);
    return due.length > limit ? due.slice(0, limit) : due;
  }

  #moveWake(before: ActorRecord | undefined, after: ActorRecord): void {
    const stays = before?.wakeAt === after.wakeAt && before.partition === after.partition;
    if (stays) return;
    if (before !== undefined && before.wakeAt !== null) {
      this.#wakesOf(before.partition).remove(wakeOf(before, before.wakeAt));
    }
    if (after.wakeAt !== null) this.#wakesOf(after.partition).add(wakeOf(after, after.wakeAt));
  }

  #wakesOf(partition: number): SortedList<Wake> {
    let wakes = this.#wakes.get(partition);
    if (wakes === undefined) {
      wakes = new SortedList(compareWakes);
      this.#wakes.set(partition, wakes);
    }
    return wakes;
  }
}

/** Throws ValueRefused for what no column takes; JSON is looked at when it is written. */
export function refuseActor({ kind, id, partition, version, definition, wakeAt }: ActorWrite): void {
  refuseNul(kind, 'the kind of an actor');
  refuseNul(id, 'the id of an actor');
  refuseNoInteger(partition, 'the partition of an actor');
  refuseNoBigint(version, 'the version of an actor');
  refuseNoInteger(definition, 'the definition of an actor');
  refuseNoBigint(wakeAt, 'the wake-up of an actor');
}

/** The record a write leaves behind; throws ValueRefused. */
export function recordOf(write: ActorWrite): ActorRecord {
  const { kind, id, partition, version, definition, wakeAt, finished } = write;
  const snapshot = jsonOf(write.snapshot, 'a snapshot', 'json');
  if (snapshot === undefined) throw new ValueRefused('a snapshot is no JSON');
  const timers = jsonOf(write.timers, 'a timer', 'json') as unknown as ActorRecord['timers'];
  const waiting = jsonOf(write.waiting, 'an open request', 'json') as unknown as ActorRecord['waiting'];
  return { kind, id, partition, version, definition, snapshot, timers, waiting, wakeAt, finished };
}

function wakeOf({ kind, id, partition }: ActorRecord, wakeAt: number): Wake {
  return { kind, id, partition, wakeAt };
}

function compareWakes(one: Wake, other: Wake): number {
  return one.wakeAt - other.wakeAt || compareText(one.kind, other.kind) || compareText(one.id, other.id);
}
