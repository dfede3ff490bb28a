import type { Commit, LogRow } from '../../../core/engine/ports.ts';
import { FenceLost, ValueRefused } from '../../../core/kernel/errors.ts';
import { jsonOf, refuseNoBigint, refuseNoDay, refuseNul } from './values.ts';

const NO_ROWS: readonly LogRow[] = [];

/** Owns: a row per message that behaviours with a log have handled, unique by the message's id (P6). */
export class MemoryLog {
  /** Every row by the id of the message it tells of. */
  readonly byMessage: ReadonlyMap<string, LogRow>;
  readonly #byMessage = new Map<string, LogRow>();
  /** By kind, then by id; each in order of the versions. */
  readonly #ofActors = new Map<string, Map<string, LogRow[]>>();

  constructor() {
    this.byMessage = this.#byMessage;
  }

  /** What happened to one actor, in order. */
  ofActor(kind: string, id: string): readonly LogRow[] {
    return this.#ofActors.get(kind)?.get(id) ?? NO_ROWS;
  }

  /**
   * The rows as they will be kept. Throws FenceLost when a message or a version has its row already, for then somebody
   * else wrote it; ValueRefused for what is no JSON.
   */
  admit(rows: readonly LogRow[]): readonly LogRow[] {
    const messages = new Set<string>();
    const versions = new Set<string>();
    return rows.map((row) => {
      const { kind, id, version, messageId } = row;
      const detail = jsonOf(row.detail, 'the detail of a log row');
      if (detail === undefined) throw new ValueRefused('the detail of a log row is no JSON');
      const place = `${kind}\0${id}\0${String(version)}`;
      const taken =
        this.#byMessage.has(messageId) ||
        messages.has(messageId) ||
        versions.has(place) ||
        holdsVersion(this.ofActor(kind, id), version);
      if (taken) throw new FenceLost('somebody else has written this already (log)');
      messages.add(messageId);
      versions.add(place);
      return detail === row.detail ? row : { ...row, detail };
    });
  }

  add(row: LogRow): void {
    this.#byMessage.set(row.messageId, row);
    let ofKind = this.#ofActors.get(row.kind);
    if (ofKind === undefined) {
      ofKind = new Map();
      this.#ofActors.set(row.kind, ofKind);
    }
    const rows = ofKind.get(row.id);
    if (rows === undefined) ofKind.set(row.id, [row]);
    else insertByVersion(rows, row);
  }
}

/** Owns: ids of messages that behaviours without a log have handled, by day (P6). */
export class MemoryInbox {
  /** By UTC date. */
  readonly byDay: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #byDay = new Map<string, Set<string>>();

  constructor() {
    this.byDay = this.#byDay;
  }

  has(day: string, messageId: string): boolean {
    return this.#byDay.get(day)?.has(messageId) ?? false;
  }

  /** Throws FenceLost when an id is there already: somebody else handled the message. */
  requireNew(ids: Commit['inbox']): void {
    const given = new Set<string>();
    for (const { day, messageId } of ids) {
      const name = `${day}\0${messageId}`;
      if (this.has(day, messageId) || given.has(name)) {
        throw new FenceLost('somebody else has written this already (inbox)');
      }
      given.add(name);
    }
  }

  add(day: string, messageId: string): void {
    const ids = this.#byDay.get(day);
    if (ids === undefined) this.#byDay.set(day, new Set([messageId]));
    else ids.add(messageId);
  }

  forgetBefore(day: string): void {
    for (const known of this.#byDay.keys()) if (known < day) this.#byDay.delete(known);
  }
}

/** Throws ValueRefused for what no column takes; JSON is looked at when it is written. */
export function refuseLogRow(row: LogRow): void {
  refuseNul(row.kind, 'the kind of a log row');
  refuseNul(row.id, 'the actor of a log row');
  refuseNul(row.messageId, 'the message of a log row');
  refuseNul(row.type, 'the type of a log row');
  if (row.causationId !== null) refuseNul(row.causationId, 'the cause of a log row');
  refuseNul(row.from, 'a state');
  refuseNul(row.to, 'a state');
  refuseNoBigint(row.version, 'the version of a log row');
  refuseNoBigint(row.atMs, 'the time of a log row');
}

export function refuseInboxId({ day, messageId }: Commit['inbox'][number]): void {
  refuseNoDay(day);
  refuseNul(messageId, 'the id of a message');
}

function holdsVersion(rows: readonly LogRow[], version: number): boolean {
  const last = rows.at(-1);
  if (last === undefined || last.version < version) return false;
  return rows.some((row) => row.version === version);
}

function insertByVersion(rows: LogRow[], row: LogRow): void {
  const behind = rows.findLastIndex(({ version }) => version < row.version) + 1;
  if (behind === rows.length) rows.push(row);
  else rows.splice(behind, 0, row);
}
