import type { Anomaly } from './anomalies.ts';
import type { Times } from './recent-times.ts';

/**
 * What those who keep the platform running can see: each process stores how it is every few seconds, and everything worth
 * telling as an event. Whoever asks reads the store, so any gateway answers for all processes.
 */

/** A process, as it last told. Rates and times are of the last minute. */
export interface ProcessStatus {
  /** Unique per start. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Version of the build. */
  readonly build: string;
  /** As named by SERVICES. */
  readonly services: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly memoryBytes: number;
  readonly heapBytes: number;
  /** Processor time in shares of one core. */
  readonly cpu: number;
  /** The 99th percentile of how late timers fired, milliseconds. */
  readonly loopDelayMs: number;
  readonly brokerConnected: boolean;
  /** Absent where the database is in the process. */
  readonly pool?: ConnectionPool;
  readonly nodes: readonly NodeStatus[];
  readonly routes: readonly RouteTimes[];
  /** The slowest in sum first. */
  readonly statements: readonly StatementTimes[];
  /** What it found odd of late; absent where it does not look. */
  readonly anomalies?: readonly Anomaly[];
}

export interface ConnectionPool {
  readonly open: number;
  readonly idle: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
  readonly max: number;
}

/** One process' share of a service. */
export interface NodeStatus {
  readonly service: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly epoch: number;
    readonly queued: number;
    /** At rest by hand: what waits there is meant to. */
    readonly resting?: boolean;
  }[];
  readonly leftToNewer: readonly number[];
  /** Messages delivered here and not yet committed. */
  readonly backlog: number;
  /** Outbox rows sent from here that the broker has not confirmed. */
  readonly unconfirmed: number;
  readonly messages: number;
  readonly commits: Times;
  readonly retried: number;
  readonly buried: number;
  /** Batches that were decided again. */
  readonly again: number;
  /** What is out of reach, and for how long. */
  readonly away: readonly { readonly part: string; readonly forMs: number }[];
}

export interface RouteTimes {
  readonly method: string;
  readonly route: string;
  /** `failed`: answers of 500 and above. */
  readonly times: Times;
}

export interface StatementTimes {
  readonly name: string;
  readonly times: Times;
}

/** A process as the store knows it. */
export interface KnownProcess extends ProcessStatus {
  /** By the store's clock: how long ago it last told. */
  readonly silentMs: number;
  /** It said that it stops. */
  readonly stopped: boolean;
}

export interface Processes {
  /** Durable once resolved; the row of this process is replaced. */
  tell(status: ProcessStatus): Promise<void>;
  /** It stops on purpose. */
  leave(id: string): Promise<void>;
  /** Those heard of within the last hour, the longest running first. */
  list(): Promise<readonly KnownProcess[]>;
}

export type EventLevel = 'info' | 'warn' | 'error';

/** Something that happened to the platform, or to an order. */
export interface PlatformEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly level: EventLevel;
  /** A word with its area: `process.started`, `partitions.opened`, `message.buried`; of a saga: the message's type. */
  readonly type: string;
  readonly service?: string;
  readonly process?: string;
  readonly orderId?: string;
  /** A sentence for people. */
  readonly text: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface ListedEvent extends PlatformEvent {
  readonly id: string;
  /** Where it was written down: by the platform, or as a step of an order's saga. */
  readonly source: 'platform' | 'saga';
}

export interface EventFilter {
  readonly source?: 'platform' | 'saga';
  /** A type, or an area with its dot: `partitions.`. */
  readonly type?: string;
  readonly level?: EventLevel;
  readonly orderId?: string;
  readonly service?: string;
  /** ISO 8601; both inclusive. */
  readonly from?: string;
  readonly to?: string;
  /** Part of the text, in any case. */
  readonly text?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface EventPage {
  readonly items: readonly ListedEvent[];
  readonly nextCursor: string | null;
  /** ISO 8601: nothing newer than this was left out; null: all was looked at. Set when a look ended before its page was full. */
  readonly searchedTo: string | null;
}

export interface PlatformEvents {
  /** Best effort, soon; never rejects. */
  record(event: PlatformEvent): void;
  /** The newest first. Rejects with OrreryError `bad_cursor`. */
  list(filter: EventFilter): Promise<EventPage>;
}
