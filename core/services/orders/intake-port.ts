import type { RowWrite } from '../../engine/behaviour.ts';
import type { ActorWrite, LogRow, OutboxKey } from '../../engine/ports.ts';
import type { Message } from '../../kernel/message.ts';

/**
 * What intake needs of the store: to place many orders in one commit, each at most once per idempotency key (P21).
 */

/** One order about to be placed: everything that its first decision wrote, and the key it is placed under. */
export interface Placement {
  readonly userId: string;
  /** The shopper's Idempotency-Key; unique per user. */
  readonly key: string;
  /** SHA-256 of the body as sent. */
  readonly fingerprint: string;
  readonly orderId: string;
  readonly totalCents: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The saga's first snapshot; `expectedVersion` 0, the actor's id is the order's. */
  readonly actor: ActorWrite;
  readonly log: LogRow;
  /** Rows of the orders service's tables (core/services/orders/tables.ts). */
  readonly rows: readonly RowWrite[];
  /** In sending order. */
  readonly messages: readonly Message[];
}

export interface PlacementBatch {
  /** The outbox row all messages of the batch's winners go into (P9). */
  readonly writer: OutboxKey;
  /** In the order of intake, which is the order in which their messages are sent (P22). */
  readonly placements: readonly Placement[];
}

export interface Placed {
  /** Order ids whose key was free and that are durable now, with everything they wrote. Nothing of the others was. */
  readonly winners: ReadonlySet<string>;
}

/** What an earlier checkout under the same key placed. */
export interface EarlierPlacement {
  readonly orderId: string;
  readonly fingerprint: string;
  readonly totalCents: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface PlacementStore {
  /**
   * One statement. Of several placements under one key, in this batch or across processes, one wins; a key whose
   * memory has run out (IDEMPOTENCY_HOURS) is free again. Rejects with ValueRefused (nothing written) or
   * StoreUnavailable: then it is unknown whether it landed, and each key must be looked up before anything is
   * published (P21).
   */
  commit(batch: PlacementBatch): Promise<Placed>;
  /** The placement that won this key within IDEMPOTENCY_HOURS; undefined: the key is free. */
  findByKey(userId: string, key: string): Promise<EarlierPlacement | undefined>;
  /** Drops keys older than IDEMPOTENCY_HOURS; resolves with how many went. */
  forgetKeys(): Promise<number>;
}
