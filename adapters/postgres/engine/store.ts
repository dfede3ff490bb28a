import type { EngineStore, TableSpec } from '../../../core/engine/ports.ts';
import type { Database } from '../database.ts';
import { quoteName } from '../names.ts';
import { prepareCommit } from './commit.ts';
import { hydrate } from './hydrate.ts';
import { forgetInbox } from './inbox.ts';
import { fixPartitions, leases, openLeases, releaseLeases, renewLeases } from './leases.ts';
import { heartbeat, leave } from './members.ts';
import { adoptOutbox, confirmOutbox, findOutbox, leftovers } from './outbox.ts';
import { GrowthStatistics } from './statistics.ts';
import { dueWakes } from './wakes.ts';

/**
 * The engine's store of one service: its tables in `schema` (made by `engineMigrations`), and the service's own
 * tables that its decisions write rows to. Every call is one statement, so one transaction and one round trip;
 * `forgetInbox` alone takes as many as it needs.
 */
export function createEngineStore(db: Database, schema: string, tables: readonly TableSpec[]): EngineStore {
  const name = quoteName(schema);
  const commit = prepareCommit(schema, tables);
  const statistics = new GrowthStatistics(db, keysOf(name, tables));
  return {
    fixPartitions: (count) => fixPartitions(db, name, count),
    heartbeat: (member) => heartbeat(db, name, member),
    leave: (memberId) => leave(db, name, memberId),
    leases: () => leases(db, name),
    open: (owner, partitions, leaseMs) => openLeases(db, name, owner, partitions, leaseMs),
    renew: (owner, fences, leaseMs) => renewLeases(db, name, owner, fences, leaseMs),
    release: (owner, fences) => releaseLeases(db, name, owner, fences),
    hydrate: (actors, messages) => hydrate(db, name, actors, messages),
    commit: async (batch) => {
      await commit(db, batch);
      statistics.written(batch.actors.length);
    },
    leftovers: (partitions) => leftovers(db, name, partitions),
    adoptOutbox: (memberId, limit) => adoptOutbox(db, name, memberId, limit),
    findOutbox: (memberId, sequences) => findOutbox(db, name, memberId, sequences),
    confirmOutbox: (rows) => confirmOutbox(db, name, rows),
    dueWakes: (partitions, nowMs, limit) => dueWakes(db, name, partitions, nowMs, limit),
    forgetInbox: (day) => forgetInbox(db, name, day),
  };
}

/** The columns by which commits and look-ups find rows, by table. */
function keysOf(schema: string, tables: readonly TableSpec[]): ReadonlyMap<string, readonly string[]> {
  return new Map([
    [`${schema}.actor`, ['kind', 'id']],
    [`${schema}.actor_log`, ['message_id']],
    [`${schema}.inbox`, ['day', 'message_id']],
    ...tables.map(({ table, key }) => [`${schema}.${quoteName(table)}`, key.map(quoteName)] as const),
  ]);
}
