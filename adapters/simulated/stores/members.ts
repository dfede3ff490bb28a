import type { Member } from '../../../core/engine/ports.ts';
import { MEMBER_GONE_MS } from '../../../core/kernel/limits.ts';
import { compareText } from './sorted-list.ts';

export interface MemberRow {
  readonly member: Member;
  /** By the store's clock. */
  readonly seenAtMs: number;
}

/** Members are forgotten for good after this long, as in Postgres. */
const FORGOTTEN_MS = 3_600_000;

/** Owns: heartbeats of the processes that run the service (P23). */
export class MemoryMembers {
  /** By id, in order of the ids. */
  readonly rows: ReadonlyMap<string, MemberRow>;
  readonly #rows = new Map<string, MemberRow>();

  constructor() {
    this.rows = this.#rows;
  }

  /** Writes a heartbeat and returns the living, the caller included, in order of their ids. */
  beat(member: Member, nowMs: number): readonly Member[] {
    const known = this.#rows.has(member.id);
    this.#rows.set(member.id, { member, seenAtMs: nowMs });
    if (!known) this.#putInOrder();
    const living: Member[] = [];
    for (const [id, row] of this.#rows) {
      if (id === member.id || isLiving(row, nowMs)) living.push(row.member);
      else if (row.seenAtMs < nowMs - FORGOTTEN_MS) this.#rows.delete(id);
    }
    return living;
  }

  leave(memberId: string): void {
    this.#rows.delete(memberId);
  }

  isLiving(memberId: string, nowMs: number): boolean {
    const row = this.#rows.get(memberId);
    return row !== undefined && isLiving(row, nowMs);
  }

  /** Once per member: a heartbeat of one that is known leaves the order as it is. */
  #putInOrder(): void {
    const rows = [...this.#rows].sort(([one], [other]) => compareText(one, other));
    this.#rows.clear();
    for (const [id, row] of rows) this.#rows.set(id, row);
  }
}

function isLiving({ seenAtMs }: MemberRow, nowMs: number): boolean {
  return seenAtMs > nowMs - MEMBER_GONE_MS;
}
