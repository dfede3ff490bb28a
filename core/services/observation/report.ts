import type { Lease, QueueCounts } from '../../engine/ports.ts';
import type { Anomaly } from './anomalies.ts';
import type { KnownProcess, ListedEvent } from './ports.ts';

/** The health of the whole platform at a moment: what its processes told last, and what the parts they share say. */

/** `ready` counts frames, of up to 256 messages each. */
export interface QueueState extends QueueCounts {
  /** Handed out and not acknowledged; absent where only AMQP was asked. */
  readonly unacknowledged?: number;
  /** Frames a second; absent where only AMQP was asked. */
  readonly inPerSecond?: number;
  readonly outPerSecond?: number;
}

export interface QueueReport {
  /** Who told: RabbitMQ's management, the broker by AMQP, or the one in the process. */
  readonly source: 'management' | 'amqp' | 'embedded';
  readonly queues: readonly QueueState[];
}

export interface DatabaseFacts {
  readonly latencyMs: number;
  readonly bytes: number;
  readonly connections: number;
  readonly connectionsMax: number;
  readonly version: string;
}

export interface SlowStatement {
  readonly sql: string;
  readonly calls: number;
  readonly meanMs: number;
  readonly totalMs: number;
  readonly maxMs: number;
}

/** The waiting line of a flash sale that runs. */
export interface LineHealth {
  readonly saleId: string;
  readonly sku: string;
  readonly units: number;
  readonly sold: number;
  readonly waiting: number;
  /** How long the first in line has waited, milliseconds; null: nobody waits. */
  readonly headAgeMs: number | null;
  readonly openTurns: number;
  readonly turnsPerSecond: number;
  /** How long somebody has waited without any turn being given, milliseconds. */
  readonly stillMs: number;
}

/** What was asked and answered, or why not. */
export type Asked<Answer> = { readonly answer: Answer } | { readonly problem: string };

export interface HealthFacts {
  readonly processes: Asked<readonly KnownProcess[]>;
  readonly leases: Asked<ReadonlyMap<string, readonly Lease[]>>;
  readonly queues: Asked<QueueReport>;
  readonly database: Asked<DatabaseFacts>;
  readonly transient: Asked<{ readonly latencyMs: number }>;
  /** By pg_stat_statements; undefined where it is not installed. */
  readonly slowStatements: Asked<readonly SlowStatement[] | undefined>;
  readonly recentErrors: Asked<readonly ListedEvent[]>;
  /** Letters that wait for a decision, by service. */
  readonly deadLetters: Asked<ReadonlyMap<string, number>>;
  /** Orders that need a person, exact to a cap: `10,000+`. */
  readonly failedOrders: Asked<string>;
  readonly lines: Asked<readonly LineHealth[]>;
  /** What is at rest by hand, by name: `payments`, `orders order`, `orders p03`. */
  readonly resting: Asked<readonly string[]>;
  /** Differences that the last reconciliation of the stock found. */
  readonly stockDifferences: Asked<number>;
}

export interface Quantiles {
  readonly count: number;
  readonly perSecond: number;
  /** Share of what failed, 0 to 1. */
  readonly failedShare: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number;
}

export interface ServiceHealth {
  readonly service: string;
  readonly processes: readonly string[];
  readonly partitions: number;
  readonly messagesPerSecond: number;
  readonly batchMessages: number;
  readonly commits: Quantiles;
  readonly backlog: number;
  readonly unconfirmed: number;
  readonly retried: number;
  readonly buried: number;
  readonly again: number;
}

export interface PartitionHealth {
  readonly service: string;
  readonly partition: number;
  /** The process that holds it; null: nobody does. */
  readonly process: string | null;
  readonly epoch: number;
  /** Frames waiting in its queue; null: its owner has not told yet. */
  readonly queued: number | null;
  /** At rest by hand (/api/ops/pauses). */
  readonly resting: boolean;
  /** Messages a commit of its owner takes, and how long these take: an owner's partitions commit together. */
  readonly batchMessages: number;
  readonly commitP99Ms: number | null;
}

export interface ProcessHealth extends Omit<KnownProcess, 'nodes' | 'routes' | 'statements' | 'anomalies'> {
  readonly state: 'running' | 'silent' | 'stopped';
}

export interface Problem {
  readonly level: 'warn' | 'error';
  /** Names the kind of problem, as the alert rules do. */
  readonly code: string;
  readonly text: string;
  /** Where it can be looked into or mended; a path of the UI. */
  readonly link: string;
}

export interface HealthReport {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly status: 'ok' | 'warn' | 'error';
  /** The time that rates and quantiles are of. */
  readonly seconds: number;
  readonly problems: readonly Problem[];
  /** What is odd in what is counted by the minute and hour; each series once. */
  readonly anomalies: readonly Anomaly[];
  readonly services: readonly ServiceHealth[];
  readonly processes: readonly ProcessHealth[];
  readonly partitions: readonly PartitionHealth[];
  readonly queues: Asked<QueueReport>;
  readonly database: Asked<DatabaseFacts>;
  readonly transient: Asked<{ readonly latencyMs: number }>;
  readonly routes: readonly ({ readonly method: string; readonly route: string } & Quantiles)[];
  readonly statements: readonly ({ readonly name: string; readonly sumMs: number } & Quantiles)[];
  readonly slowStatements: Asked<readonly SlowStatement[] | undefined>;
  readonly recentErrors: Asked<readonly ListedEvent[]>;
  readonly deadLetters: Asked<readonly { readonly service: string; readonly letters: number }[]>;
  readonly failedOrders: Asked<string>;
  readonly lines: Asked<readonly LineHealth[]>;
  readonly resting: Asked<readonly string[]>;
  readonly stockDifferences: Asked<number>;
}
