import type {
  Commit,
  EngineStore,
  Fence,
  Heartbeat,
  Hydrated,
  Lease,
  Member,
  OutboxKey,
  OutboxRow,
  WakeWrite,
} from '../../../core/engine/ports.ts';
import { applyCommit } from './commit.ts';
import type { MemoryDatabase } from './database.ts';
import type { ServiceTables } from './service-tables.ts';
import { refuseNoDay, refuseNul } from './values.ts';

/**
 * The engine's store of one service in memory. Every call does its work in one step before it returns; the promise
 * has settled by then. Any number of them may stand over the same tables, one per process.
 */
export class MemoryEngineStore implements EngineStore {
  readonly #tables: ServiceTables;

  constructor(database: MemoryDatabase, service: string) {
    this.#tables = database.service(service);
  }

  fixPartitions(count: number): Promise<number> {
    return Promise.resolve(this.#tables.leases.fix(count));
  }

  heartbeat(member: Member): Promise<Heartbeat> {
    const { members, pauses, now } = this.#tables;
    return Promise.resolve({ members: members.beat(member, now()), pauses: [...pauses] });
  }

  leave(memberId: string): Promise<void> {
    this.#tables.members.leave(memberId);
    return Promise.resolve();
  }

  leases(): Promise<readonly Lease[]> {
    return Promise.resolve(this.#tables.leases.all(this.#tables.now()));
  }

  open(owner: string, partitions: readonly number[], leaseMs: number): Promise<readonly Fence[]> {
    const { leases, service, now, onCommit } = this.#tables;
    const fences = leases.open(owner, partitions, leaseMs, now());
    if (fences.length > 0) onCommit?.({ kind: 'opened', service, owner, fences, outbox: [] });
    return Promise.resolve(fences);
  }

  renew(owner: string, fences: readonly Fence[], leaseMs: number): Promise<readonly number[]> {
    return Promise.resolve(this.#tables.leases.renew(owner, fences, leaseMs, this.#tables.now()));
  }

  release(owner: string, fences: readonly Fence[]): Promise<void> {
    const { leases, service, onCommit } = this.#tables;
    const partitions = leases.release(owner, fences);
    if (partitions.length > 0) onCommit?.({ kind: 'released', service, owner, partitions, outbox: [] });
    return Promise.resolve();
  }

  hydrate(...[actors, messages]: Parameters<EngineStore['hydrate']>): Promise<Hydrated> {
    return new Promise((resolve) => {
      resolve(find(this.#tables, actors, messages));
    });
  }

  commit(commit: Commit): Promise<void> {
    return new Promise((resolve) => {
      applyCommit(this.#tables, commit);
      this.#tell(commit);
      resolve();
    });
  }

  leftovers(partitions: readonly number[]): Promise<readonly OutboxRow[]> {
    return Promise.resolve(this.#tables.outbox.leftovers(partitions));
  }

  adoptOutbox(memberId: string, limit: number): Promise<readonly OutboxRow[]> {
    const { outbox, members, service, now, onCommit } = this.#tables;
    const nowMs = now();
    const adopted = outbox.adopt(memberId, limit, (writer) => members.isLiving(writer, nowMs));
    if (adopted.length > 0) onCommit?.({ kind: 'adopted', service, member: memberId, adopted, outbox: [] });
    return Promise.resolve(adopted);
  }

  findOutbox(memberId: string, sequences: readonly number[]): Promise<readonly OutboxRow[]> {
    return Promise.resolve(this.#tables.outbox.ofMember(memberId, sequences));
  }

  confirmOutbox(rows: readonly OutboxKey[]): Promise<void> {
    const { outbox, service, onCommit } = this.#tables;
    const confirmed = rows.filter((row) => outbox.remove(row));
    if (confirmed.length > 0) onCommit?.({ kind: 'confirmed', service, confirmed, outbox: [] });
    return Promise.resolve();
  }

  dueWakes(partitions: readonly number[], nowMs: number, limit: number): Promise<readonly WakeWrite[]> {
    return Promise.resolve(this.#tables.actors.due(partitions, nowMs, limit));
  }

  forgetInbox(day: string): Promise<void> {
    this.#tables.inbox.forgetBefore(day);
    return Promise.resolve();
  }

  #tell(commit: Commit): void {
    const { leases, service, now, onCommit } = this.#tables;
    const ids = [...commit.log, ...commit.inbox].map(({ messageId }) => messageId);
    const seenAlready = this.#tables.noteHandled(ids);
    if (onCommit === undefined || isEmpty(commit)) return;
    const fences = leases.beside(commit.fences, now());
    onCommit({ kind: 'commit', service, commit, fences, seenAlready, outbox: commit.outbox });
  }
}

function find(tables: ServiceTables, ...[actors, messages]: Parameters<EngineStore['hydrate']>): Hydrated {
  const seen = new Set<string>();
  for (const { id, day, remember } of messages) {
    refuseNul(id, 'the id of a message');
    if (remember === 'inbox') refuseNoDay(day);
    if (remember === 'log' ? tables.log.byMessage.has(id) : tables.inbox.has(day, id)) seen.add(id);
  }
  const found = actors.flatMap(({ kind, id }) => {
    refuseNul(id, 'the id of an actor');
    return tables.actors.find(kind, id) ?? [];
  });
  return { actors: found, seen };
}

function isEmpty({ actors, wakes, log, inbox, rows, outbox, confirmed }: Commit): boolean {
  return [actors, wakes, log, inbox, rows, outbox, confirmed].every(({ length }) => length === 0);
}
