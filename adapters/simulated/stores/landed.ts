import type { Commit, Fence, OutboxKey, OutboxRow } from '../../../core/engine/ports.ts';
import type { Notification } from '../../../core/services/notifications/notification.ts';
import type { Placement } from '../../../core/services/orders/intake-port.ts';
import type { Charge } from '../../../core/services/payments/charge.ts';
import type { Shipment } from '../../../core/services/shipping/shipment.ts';

/**
 * What has just become durable, for whoever watches a simulated world. Heartbeats, renewals of leases and the
 * forgetting of old ids and keys are not told: they say nothing about orders.
 */
export type Landed =
  | CommitLanded
  | PlacementsLanded
  | RowsLanded
  | AppendedLanded
  | OpenedLanded
  | ReleasedLanded
  | AdoptedLanded
  | ConfirmedLanded;

interface Change {
  readonly service: string;
  /** Outbox rows that came with it: what is now promised to be sent. */
  readonly outbox: readonly OutboxRow[];
}

/** A commit of a partition's owner, or of the first stock (owner `seed`, no fences). */
export interface CommitLanded extends Change {
  readonly kind: 'commit';
  /** As it was written. */
  readonly commit: Commit;
  /** Each fence of the commit beside its lease as that was at this instant (P2). */
  readonly fences: readonly FenceAndLease[];
  /**
   * Message ids of this commit that an earlier one had handled, by whatever memory and on whatever day, forgotten
   * since or not: empty as long as P6 holds.
   */
  readonly seenAlready: readonly string[];
}

export interface FenceAndLease extends Fence {
  /** Whose lease it is; the commit says whose it should be. */
  readonly owner: string | null;
  /** What `epoch` should be equal to. */
  readonly heldEpoch: number;
  /** Whether the lease had not run out. One that had, and that nobody took, is still its owner's. */
  readonly live: boolean;
}

/** Orders were placed by intake. */
export interface PlacementsLanded extends Change {
  readonly kind: 'placements';
  readonly service: 'orders';
  /** Those that won their keys, in the order of intake. */
  readonly placements: readonly Placement[];
}

/** A participant's transaction. */
export type RowsLanded = {
  [Service in keyof ParticipantRows]: Change & {
    readonly kind: 'rows';
    readonly service: Service;
    readonly writes: readonly ParticipantRows[Service][];
  };
}[keyof ParticipantRows];

export interface ParticipantRows {
  readonly payments: Charge;
  readonly shipping: Shipment;
  readonly notifications: Notification;
}

/** Messages that no other write belongs to. */
export interface AppendedLanded extends Change {
  readonly kind: 'appended';
}

/** Partitions were taken, at these epochs. */
export interface OpenedLanded extends Change {
  readonly kind: 'opened';
  readonly owner: string;
  readonly fences: readonly Fence[];
}

export interface ReleasedLanded extends Change {
  readonly kind: 'released';
  readonly owner: string;
  readonly partitions: readonly number[];
}

/** A member took over outbox rows of writers that are gone, or was told once more of those it has. */
export interface AdoptedLanded extends Change {
  readonly kind: 'adopted';
  readonly member: string;
  /** Under their new keys. */
  readonly adopted: readonly OutboxRow[];
}

/** Outbox rows went without a commit to ride on. */
export interface ConfirmedLanded extends Change {
  readonly kind: 'confirmed';
  readonly confirmed: readonly OutboxKey[];
}
