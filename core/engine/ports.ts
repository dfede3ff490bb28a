import type { Message } from '../kernel/message.ts';
import type { Json, RelatedRequest, RelatedRow, RowWrite } from './behaviour.ts';

/*
 * The narrow ports through which the engine meets the world. Every call's comment says what has happened
 * once it resolves. All of them reject with errors of core/kernel/errors.ts only.
 */

// ---------------------------------------------------------------- broker

/** Messages with one routing key, sent as one broker message. */
export interface Frame {
  /** `commands`, `events`, or '' for the queue named by the routing key. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly messages: readonly Message[];
  /** Some queue is bound for this key: a frame that no queue took counts as not arrived (P10). */
  readonly mandatory: boolean;
  /** Arrive with the delivery; absent: none. */
  readonly headers?: Readonly<Record<string, Json>>;
}

export interface PublishHow {
  /** Published before, or it may have been: the broker shall count how often it gives it out (P8). */
  readonly again?: boolean;
}

/** A frame as it arrived; its messages are whatever somebody put there, unchecked. */
export interface Delivery {
  readonly messages: readonly unknown[];
  /** Set when the body was no JSON: its text, cut to 10,000 characters. `messages` is then empty. */
  readonly unreadable?: string;
  /** How often the broker gave this frame out before. */
  readonly redeliveries: number;
  /** How often these messages went through a retry queue. */
  readonly attempts: number;
  readonly headers: Readonly<Record<string, Json>>;
  /** Tells the broker that the frame is done. A no-op when the channel that delivered it is gone (P11). */
  ack(): void;
}

export interface Consumer {
  onDelivery(delivery: Delivery): void;
  /** The subscription is gone, unacknowledged deliveries will come again; called at most once, never after cancel. */
  onLost(reason: Error): void;
}

export interface Subscription {
  /** Resolves when no further delivery will arrive; those delivered may still be acknowledged. */
  cancel(): Promise<void>;
  /** Gives everything unacknowledged back by closing the channel (P3); implies cancel. */
  abandon(): Promise<void>;
}

export interface DeadLetter {
  /** Service whose dead-letter queue takes it: `dead-letters.<service>`. */
  readonly service: string;
  /** Queue it came from, and to which a replay returns it. */
  readonly queue: string;
  /** The message, or the text of an unreadable body. */
  readonly message: unknown;
  readonly code: string;
  readonly reason: string;
  readonly stack?: string;
  readonly attempts: number;
  readonly headers: Readonly<Record<string, Json>>;
  readonly diedAt: string;
}

/** A dead letter as it lies in its queue. */
export interface StoredDeadLetter extends DeadLetter {
  /** Names this dead letter for replay and discard. */
  readonly id: string;
}

/** A queue at a moment. */
export interface QueueCounts {
  readonly name: string;
  /** Frames that wait for a consumer; of dead letters: the letters. */
  readonly ready: number;
  readonly consumers: number;
}

export interface Broker {
  /**
   * Resolves once every queue the frames reached has them (RabbitMQ: confirmed; embedded: acknowledged, P10).
   * Frames leave in the order of the calls and within a call in array order. Rejects with BrokerUnavailable when
   * it is unknown whether they arrived, or when no queue took one: publish again, in order (P11).
   */
  publish(frames: readonly Frame[], how?: PublishHow): Promise<void>;
  /** Resolves once deliveries may arrive. `exclusive`: the only active consumer of the queue (P1). */
  consume(
    queue: string,
    options: { readonly prefetch: number; readonly exclusive: boolean },
    consumer: Consumer,
  ): Promise<Subscription>;
  /** Resolves once the copy that returns to `queue` after about `delayMs` is safe (P25). */
  retry(queue: string, delayMs: number, message: unknown, attempts: number): Promise<void>;
  /** Resolves once the dead letter is safe. */
  deadLetter(letter: DeadLetter): Promise<void>;
  /** Best effort, to every process that listens now. Hints only: the truth is in the store. */
  broadcast(topic: string, payload: Json): void;
  /** Resolves once hints arrive; the returned function ends it. Survives lost connections by itself. */
  onBroadcast(topic: string, listener: (payload: Json) => void): Promise<() => Promise<void>>;
  /** Messages ready in a queue (frames, more exactly); undelivered ones only. */
  depth(queue: string): Promise<number>;
  /** Many queues in one look, for operators; absent where nobody operates. Rejects when one of them is not there. */
  queueStates?(queues: readonly string[]): Promise<readonly QueueCounts[]>;
  /** Oldest first, at most `limit`; they stay where they are. */
  deadLetters(service: string, limit: number): Promise<readonly StoredDeadLetter[]>;
  /**
   * Returns dead letters to the queue they came from, once each: the copy is confirmed before the dead letter
   * goes. `ids` undefined: all that are there now. Resolves with how many went back.
   */
  replayDeadLetters(service: string, ids?: readonly string[]): Promise<number>;
  /** Is the connection up at this moment. */
  connected(): boolean;
  /** Awaits outstanding confirms for a moment, then closes everything. */
  close(): Promise<void>;
}

// ---------------------------------------------------------------- store

/** A request without an answer yet, kept with the actor that waits (P14). */
export interface OpenRequest {
  readonly message: Message;
  readonly sinceMs: number;
}

export interface ArmedTimer {
  readonly id: string;
  readonly dueAt: number;
  /** Version of the actor that armed it: a stale timer is one whose version no longer matches (P20). */
  readonly armedAt: number;
  readonly event: Json;
  /** W3C trace context of whatever armed it, where its story is recorded: firing goes on with that story. */
  readonly traceparent?: string;
}

/** An actor as it is stored. */
export interface ActorRecord {
  readonly kind: string;
  readonly id: string;
  readonly partition: number;
  /** Counts the messages it has handled; 0: not stored yet. */
  readonly version: number;
  readonly definition: number;
  readonly snapshot: Json;
  readonly timers: readonly ArmedTimer[];
  readonly waiting: readonly OpenRequest[];
  /** Time of its row among the wake-ups, milliseconds; null: none. May be earlier than needed, never later. */
  readonly wakeAt: number | null;
  readonly finished: boolean;
}

export interface ActorWrite extends ActorRecord {
  /** The version the store must hold: 0 means that it must not exist. Else the commit fails with FenceLost. */
  readonly expectedVersion: number;
  /** Whether the wake-up row must be written (or removed, when `wakeAt` is null). */
  readonly wakeChanged: boolean;
}

/** A rewritten wake-up of an actor that did not otherwise change. */
export interface WakeWrite {
  readonly kind: string;
  readonly id: string;
  readonly partition: number;
  readonly wakeAt: number | null;
}

export interface LogRow {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  /** Unique in the service: this is the inbox of behaviours that remember by log (P6). */
  readonly messageId: string;
  readonly type: string;
  readonly causationId: string | null;
  readonly from: string;
  readonly to: string;
  readonly atMs: number;
  /** The message's data and the reaction's note; `sent`: [id, type] of what went out. */
  readonly detail: Json;
}

/** One row per commit and writer, holding what the commit sends (P9). */
export interface OutboxRow {
  /** `p07` for a partition's owner, else the member id of a participant or intake. */
  readonly writer: string;
  /** A partition's epoch; 0 for others. */
  readonly epoch: number;
  /** Rises with each commit of the writer and epoch. */
  readonly sequence: number;
  readonly messages: readonly Message[];
}
export type OutboxKey = Omit<OutboxRow, 'messages'>;

export interface Fence {
  readonly partition: number;
  readonly epoch: number;
}

export interface Commit {
  readonly owner: string;
  /** Ascending by partition; each epoch is checked and locked (P2). */
  readonly fences: readonly Fence[];
  readonly actors: readonly ActorWrite[];
  readonly wakes: readonly WakeWrite[];
  readonly log: readonly LogRow[];
  /** Ids to remember of behaviours that remember by inbox; `day` is the UTC date of the message's time. */
  readonly inbox: readonly { readonly messageId: string; readonly day: string }[];
  readonly rows: readonly RowWrite[];
  readonly outbox: readonly OutboxRow[];
  /** Rows the broker has confirmed: they go. */
  readonly confirmed: readonly OutboxKey[];
}

export interface Hydrated {
  readonly actors: readonly ActorRecord[];
  /** Those of the asked message ids that were handled before. */
  readonly seen: ReadonlySet<string>;
}

export interface Member {
  readonly id: string;
  /** Whether it wants partitions of this service (a gateway that only takes in orders does not). */
  readonly worker: boolean;
  /** How new the actors' definitions are that it runs, compared with other builds; 0 of one that is no worker. */
  readonly generation: number;
  /** Messages delivered to it or waiting in its queues, not yet committed (P23). */
  readonly backlog: number;
}

/** A part of the service that somebody has set at rest. */
export interface Pause {
  /** A kind of actor; null: all of them. */
  readonly kind: string | null;
  /** Null: all of them. */
  readonly partition: number | null;
}

export interface Heartbeat {
  /** The living: seen within MEMBER_GONE_MS by the store's clock. */
  readonly members: readonly Member[];
  /** What is at rest by hand; nothing else says so. */
  readonly pauses: readonly Pause[];
}

export interface Lease {
  readonly partition: number;
  readonly owner: string | null;
  readonly epoch: number;
  /** Of a lease that has not expired by the store's clock. */
  readonly live: boolean;
}

/** The engine's tables of one service, in that service's schema (P5). */
export interface EngineStore {
  /** Stores the partition count at first start and returns the stored one ever after (P4). */
  fixPartitions(count: number): Promise<number>;

  /** Writes this member's heartbeat and tells what every member must know. */
  heartbeat(member: Member): Promise<Heartbeat>;
  /** This member leaves on purpose: it is gone at once. */
  leave(memberId: string): Promise<void>;

  leases(): Promise<readonly Lease[]>;
  /**
   * Takes those of `partitions` that are free, released, expired, or still the owner's own, and
   * raises their epochs (P1). Resolves with what was taken.
   */
  open(owner: string, partitions: readonly number[], leaseMs: number): Promise<readonly Fence[]>;
  /** Extends the leases still held at these epochs; resolves with the partitions that were. */
  renew(owner: string, fences: readonly Fence[], leaseMs: number): Promise<readonly number[]>;
  /** Frees the leases still held at these epochs. */
  release(owner: string, fences: readonly Fence[]): Promise<void>;

  /** Everything a batch needs that is not in memory, in one query. */
  hydrate(
    actors: readonly { readonly kind: string; readonly id: string }[],
    messages: readonly { readonly id: string; readonly day: string; readonly remember: 'log' | 'inbox' }[],
  ): Promise<Hydrated>;

  /**
   * One transaction in one round trip. Rejects with FenceLost (nothing written), ValueRefused (nothing written),
   * or StoreUnavailable (unknown whether written).
   */
  commit(commit: Commit): Promise<void>;

  /** Outbox rows of a partition's writers, oldest first: what its last owner may not have sent (P9). */
  leftovers(partitions: readonly number[]): Promise<readonly OutboxRow[]>;
  /** Makes the rows of writers that are no living member (and no partition) the caller's own, oldest first (P9). */
  adoptOutbox(memberId: string, limit: number): Promise<readonly OutboxRow[]>;
  /** Those of a member's own rows (epoch 0) that exist: of commits whose end nobody told it (P9). */
  findOutbox(memberId: string, sequences: readonly number[]): Promise<readonly OutboxRow[]>;
  /** Removes rows the broker has confirmed. */
  confirmOutbox(rows: readonly OutboxKey[]): Promise<void>;

  /** Wake-ups that are due in the given partitions, earliest first. */
  dueWakes(partitions: readonly number[], nowMs: number, limit: number): Promise<readonly WakeWrite[]>;

  /** Drops inbox ids of days before `day` (UTC date). */
  forgetInbox(day: string): Promise<void>;
}

/** A service's own rows, read for behaviours that ask for them (`Behaviour.related`). */
export interface RelatedRows {
  /**
   * A list of rows for each request, in the order of the requests, as committed when the call began or later.
   * Rejects with StoreUnavailable. Requests may repeat.
   */
  read(requests: readonly RelatedRequest[]): Promise<readonly (readonly RelatedRow[])[]>;
}

// ---------------------------------------------------------------- tables

export type SqlType =
  | 'text'
  | 'integer'
  | 'bigint'
  | 'boolean'
  | 'jsonb'
  | 'timestamptz'
  | 'double precision';

/**
 * How rows of a decision reach a table. `insert`: a row that exists is an error of our own; `upsert`: by key,
 * all columns given replace; `update`: by key, the row must exist. Two rows of one batch with the same key and an
 * `upsert` or `update` spec become one: the later wins, column by column.
 */
export interface TableSpec {
  readonly name: string;
  /** The table, without schema; several specs may write to one table, but not to the same row in one batch. */
  readonly table: string;
  readonly write: 'insert' | 'upsert' | 'update';
  readonly key: readonly string[];
  /** Every column written, the key's included. A value missing in a row is null (`update`: an error). */
  readonly columns: Readonly<Record<string, SqlType>>;
}
