import type {
  ActorWrite,
  Commit,
  EngineStore,
  Fence,
  LogRow,
  Pause,
  TableSpec,
} from '../../core/engine/ports.ts';
import type { Message } from '../../core/kernel/message.ts';

/** What the contract of the store is tried with: an empty store of a service that has these two tables. */
export interface StoreUnderTest {
  readonly store: EngineStore;
  /** A second view of the same store, as another process has it. */
  readonly other: EngineStore;
  /** Rows of a table of the service, in order of its first column. */
  readonly rows: (table: string) => Promise<readonly object[]>;
  /** What an operator sets at rest. */
  readonly setAtRest: (pauses: readonly Pause[]) => Promise<void>;
  /** Runs `work` while `commit` has done everything but end its transaction. */
  readonly whileCommitIsOpen: (commit: Commit, work: () => Promise<void>) => Promise<void>;
  /** Whether another connection can have a transaction open meanwhile. */
  readonly concurrent: boolean;
}

export const SERVICE_TABLES = `
create table parcel (id text primary key, status text not null, weight bigint, details jsonb, sent_at timestamptz);
create table movement (id text primary key, parcel_id text not null, heavy boolean, share double precision);
`;

export const SERVICE_SPECS: readonly TableSpec[] = [
  {
    name: 'parcel.new',
    table: 'parcel',
    write: 'insert',
    key: ['id'],
    columns: { id: 'text', status: 'text', weight: 'bigint', details: 'jsonb', sent_at: 'timestamptz' },
  },
  {
    name: 'parcel.status',
    table: 'parcel',
    write: 'update',
    key: ['id'],
    columns: { id: 'text', status: 'text' },
  },
  {
    name: 'parcel.put',
    table: 'parcel',
    write: 'upsert',
    key: ['id'],
    columns: { id: 'text', status: 'text', weight: 'bigint', details: 'jsonb' },
  },
  {
    name: 'movement',
    table: 'movement',
    write: 'insert',
    key: ['id'],
    columns: { id: 'text', parcel_id: 'text', heavy: 'boolean', share: 'double precision' },
  },
];

export const LEASE_MS = 60_000;

export function commitOf(owner: string, fences: readonly Fence[], parts: Partial<Commit> = {}): Commit {
  return {
    owner,
    fences,
    actors: [],
    wakes: [],
    log: [],
    inbox: [],
    rows: [],
    outbox: [],
    confirmed: [],
    ...parts,
  };
}

export function actorOf(id: string, expectedVersion: number, changes: Partial<ActorWrite> = {}): ActorWrite {
  return {
    kind: 'parcel',
    id,
    partition: 0,
    version: expectedVersion + 1,
    expectedVersion,
    definition: 1,
    snapshot: { value: 'waiting', context: { quote: '"\\' } },
    timers: [],
    waiting: [],
    wakeAt: null,
    wakeChanged: false,
    finished: false,
    ...changes,
  };
}

export function logOf(id: string, version: number, changes: Partial<LogRow> = {}): LogRow {
  return {
    kind: 'parcel',
    id,
    version,
    messageId: `m/${id}/${String(version)}`,
    type: 'parcel.moved',
    causationId: null,
    from: 'waiting',
    to: 'moving',
    atMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    detail: { data: { by: 'van' } },
    ...changes,
  };
}

export function messageOf(id: string): Message {
  return {
    id,
    type: 'parcel.moved',
    subject: 'one',
    correlationId: 'one',
    causationId: null,
    time: '2026-01-01T00:00:00.000Z',
    version: 1,
    data: { text: 'Grüße "quoted" \\' },
  };
}
