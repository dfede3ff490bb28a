import type { Fence, Lease } from '../../../core/engine/ports.ts';
import { FenceLost } from '../../../core/kernel/errors.ts';
import type { FenceAndLease } from './landed.ts';

type Mutable<Row> = { -readonly [Column in keyof Row]: Row[Column] };

export interface LeaseRow {
  readonly partition: number;
  readonly owner: string | null;
  readonly epoch: number;
  /** By the store's clock; null: of no owner. */
  readonly expiresAtMs: number | null;
}

/**
 * Owns: who holds which partition (P1). Expiry is judged by the time that the store passes in.
 *
 * I1. An epoch only rises, and with every opening.
 */
export class MemoryLeases {
  /** In order of the partition. */
  readonly rows: readonly LeaseRow[];
  readonly #rows: Mutable<LeaseRow>[] = [];

  constructor() {
    this.rows = this.#rows;
  }

  /** Makes so many partitions at first; the count of the first start stays (P4). */
  fix(count: number): number {
    if (this.#rows.length === 0) {
      for (let partition = 0; partition < count; partition += 1) {
        this.#rows.push({ partition, owner: null, epoch: 0, expiresAtMs: null });
      }
    }
    return this.#rows.length;
  }

  all(nowMs: number): readonly Lease[] {
    return this.#rows.map((row) => leaseOf(row, nowMs));
  }

  open(owner: string, partitions: readonly number[], leaseMs: number, nowMs: number): readonly Fence[] {
    const opened: Fence[] = [];
    for (const row of this.#rows) {
      if (!partitions.includes(row.partition) || !isFreeFor(row, owner, nowMs)) continue;
      row.owner = owner;
      row.epoch += 1;
      row.expiresAtMs = nowMs + leaseMs;
      opened.push({ partition: row.partition, epoch: row.epoch });
    }
    return opened;
  }

  /** Extends what is held at these epochs; one that ran out but that nobody took is still the owner's. */
  renew(owner: string, fences: readonly Fence[], leaseMs: number, nowMs: number): readonly number[] {
    return this.#held(owner, fences).map((row) => {
      row.expiresAtMs = nowMs + leaseMs;
      return row.partition;
    });
  }

  release(owner: string, fences: readonly Fence[]): readonly number[] {
    return this.#held(owner, fences).map((row) => {
      row.owner = null;
      row.expiresAtMs = null;
      return row.partition;
    });
  }

  /** Throws FenceLost unless every fence holds (P2). A lease that ran out holds until somebody takes it. */
  require(owner: string, fences: readonly Fence[]): void {
    for (const fence of fences) {
      const row = this.#rows[fence.partition];
      if (row?.owner === owner && row.epoch === fence.epoch) continue;
      throw new FenceLost('a partition has another owner or epoch');
    }
  }

  /** The fences beside their leases as they are, whoever holds them. */
  beside(fences: readonly Fence[], nowMs: number): readonly FenceAndLease[] {
    return fences.map(({ partition, epoch }) => {
      const row = this.#rows[partition] ?? { partition, owner: null, epoch: 0, expiresAtMs: null };
      const { owner, epoch: heldEpoch, live } = leaseOf(row, nowMs);
      return { partition, epoch, owner, heldEpoch, live };
    });
  }

  /** In order of the partition. */
  #held(owner: string, fences: readonly Fence[]): readonly Mutable<LeaseRow>[] {
    const held: Mutable<LeaseRow>[] = [];
    for (const { partition, epoch } of fences) {
      const row = this.#rows[partition];
      if (row?.owner === owner && row.epoch === epoch) held.push(row);
    }
    return held.sort((one, other) => one.partition - other.partition);
  }
}

function isFreeFor({ owner, expiresAtMs }: LeaseRow, asking: string, nowMs: number): boolean {
  return owner === null || owner === asking || expiresAtMs === null || expiresAtMs <= nowMs;
}

function leaseOf({ partition, owner, epoch, expiresAtMs }: LeaseRow, nowMs: number): Lease {
  return { partition, owner, epoch, live: owner !== null && expiresAtMs !== null && expiresAtMs > nowMs };
}
