import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Message } from '../kernel/message.ts';
import type { OutboxRow } from './ports.ts';

/**
 * What a participant (payments, shipping, notifications) and the engine promise each other.
 *
 * I1. A message is acknowledged only after `handle` resolved, and `handle` resolves only when everything the
 *     message caused is committed, its answers as an outbox row in the same transaction.
 * I2. `handle` may be called again with the same message at any time, also at the same moment in another process:
 *     it is idempotent by the message's business key and answers again, with the same ids (P14).
 */
export interface Participant {
  readonly service: string;
  /** Message types of its queue. */
  readonly accepts: readonly string[];
  /** Handlers that may run at once. */
  readonly concurrency: number;
  /**
   * Rejects with a retryable OrreryError when the world failed for now (the message comes again later, P25), with
   * anything else when the message is bad (dead letter).
   */
  handle(message: Message): Promise<void>;
  /** The message failed RETRY_ATTEMPTS_MAX times: last chance to tell the saga. Default: dead letter only. */
  giveUp?(message: Message, error: Error): Promise<void>;
  /** Starts own background work (a poll); the returned function stops it and resolves once it rests. */
  start?(): () => Promise<void>;
}

/** Groups what arrives while the last group is under way: one item when idle, hundreds under load. */
export type MicroBatch = <Item, Result>(
  flush: (items: readonly Item[]) => Promise<readonly Result[]>,
  options?: { readonly itemsMax?: number },
) => (item: Item) => Promise<Result>;

/** A participant's or intake's way to send: row into the transaction first, then `committed`. */
export interface OutboxWriter {
  /** A row to insert in the transaction that the messages belong to; messages in sending order. */
  row(messages: readonly Message[]): OutboxRow;
  /** The transaction landed: publishes from memory and removes the row once confirmed. Returns at once. */
  committed(row: OutboxRow): void;
  /** The transaction failed, or nobody knows: the row, if it exists, is found and sent by the sweeper (P9). */
  abandoned(row: OutboxRow): void;
}

export interface ParticipantTools {
  readonly outbox: OutboxWriter;
  readonly microBatch: MicroBatch;
  readonly clock: Clock;
  readonly logger: Logger;
}
