import type { ActorRecord, Commit } from '../../../core/engine/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import { FenceLost, ValueRefused } from '../../../core/kernel/errors.ts';
import { recordOf, refuseActor } from './actors.ts';
import { refuseInboxId, refuseLogRow } from './messages.ts';
import { refuseOutboxRow } from './outbox.ts';
import type { ServiceTables } from './service-tables.ts';
import type { MemoryTable, Row } from './table.ts';
import { stageRows, type StagedRow, type TableWriter } from './table-writer.ts';
import { refuseNoBigint } from './values.ts';

/**
 * Owns: a whole commit as one step, in the order in which Postgres finds what is wrong with it: values that no column
 * takes, the fences, the actors, then the rest.
 *
 * A writer that lost its partition must hear so even when its rows exist already: it would take a refused value for
 * the fault of a message, and bury it.
 *
 * I1. Nothing is written before everything was checked.
 */
export function applyCommit(tables: ServiceTables, commit: Commit): void {
  const staged = refuseValues(tables, commit);
  tables.leases.require(commit.owner, commit.fences);
  const actors = [...knownActors(tables, commit), ...newActors(tables, commit)];
  const results = new RowResults();
  for (const row of staged) if (row.writer.spec.write === 'update') results.add(row);
  const taken = tables.outbox.firstTaken(commit.outbox);
  if (taken !== undefined) throw new FenceLost('somebody else has written this already (outbox)');
  for (const row of staged) if (row.writer.spec.write !== 'update') results.add(row);
  tables.inbox.requireNew(commit.inbox);
  const log = tables.log.admit(commit.log);

  for (const { table, key, row } of results.all) table.put(key, row);
  // First, for an actor's own wake-up outranks one that is rewritten alone.
  for (const wake of commit.wakes) tables.actors.rewake(wake);
  for (const record of actors) tables.actors.put(record);
  for (const row of log) tables.log.add(row);
  for (const { day, messageId } of commit.inbox) tables.inbox.add(day, messageId);
  for (const key of commit.confirmed) tables.outbox.remove(key);
  for (const row of commit.outbox) tables.outbox.add(row);
}

/** JSON is looked at when a row is replaced, so not that of an actor at another version. */
function knownActors(tables: ServiceTables, { actors }: Commit): readonly ActorRecord[] {
  const known = actors.filter(({ expectedVersion }) => expectedVersion > 0);
  const records = known.filter((actor) => tables.actors.isAsExpected(actor)).map(recordOf);
  for (const actor of known) tables.actors.require(actor);
  return records;
}

function newActors(tables: ServiceTables, { actors }: Commit): readonly ActorRecord[] {
  const begun = actors.filter(({ expectedVersion }) => expectedVersion === 0);
  const records = begun.map(recordOf);
  for (const actor of begun) tables.actors.require(actor);
  return records;
}

/** The rows, each with the key it is under; throws ValueRefused for what no column of any table takes. */
function refuseValues(tables: ServiceTables, commit: Commit): readonly StagedRow[] {
  const { actors } = commit;
  assert(
    actors.length < 2 || new Set(actors.map(({ kind, id }) => `${kind}\0${id}`)).size === actors.length,
    'a commit writes each actor once',
  );
  actors.forEach(refuseActor);
  for (const { wakeAt } of commit.wakes) refuseNoBigint(wakeAt, 'a wake-up');
  commit.log.forEach(refuseLogRow);
  commit.inbox.forEach(refuseInboxId);
  commit.outbox.forEach(refuseOutboxRow);
  return stageRows(tables.writers, commit.rows);
}

/** What the rows of a commit will be, each decided on the tables as they were before it. */
class RowResults {
  readonly all: { readonly table: MemoryTable; readonly key: string; readonly row: Row }[] = [];
  readonly #writers = new Map<MemoryTable, Map<string, TableWriter>>();

  /** Throws ValueRefused when there is such a row and must not be, or the other way round. */
  add(staged: StagedRow): void {
    const { writer, key } = staged;
    const { table } = writer;
    let writers = this.#writers.get(table);
    if (writers === undefined) {
      writers = new Map();
      this.#writers.set(table, writers);
    }
    const earlier = writers.get(key);
    if (earlier === writer) throw new ValueRefused(`a row is inserted twice into ${table.name}`);
    assert(earlier === undefined, `one commit writes a row of ${table.name} by one spec`);
    writers.set(key, writer);
    this.all.push({ table, key, row: writer.resultOf(staged) });
  }
}
