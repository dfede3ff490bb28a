import type { OutboxRow, Pause, TableSpec } from '../../../core/engine/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import { ValueRefused } from '../../../core/kernel/errors.ts';
import { MemoryActors } from './actors.ts';
import type { Landed } from './landed.ts';
import { MemoryLeases } from './leases.ts';
import { MemoryMembers } from './members.ts';
import { MemoryInbox, MemoryLog } from './messages.ts';
import { MemoryOutbox, refuseOutboxRow } from './outbox.ts';
import { MemoryTable, type Row, type TableRules } from './table.ts';
import { TableWriter } from './table-writer.ts';

export interface ServiceTablesOptions {
  readonly service: string;
  /** What is written to the service's own tables. */
  readonly specs: readonly TableSpec[];
  /** By table; of a table without, nothing but the key is known. */
  readonly rules: Readonly<Record<string, TableRules>>;
  readonly now: () => number;
  readonly onCommit: ((landed: Landed) => void) | undefined;
}

/**
 * Everything that one service keeps, as long as the simulated world lasts. Whoever checks invariants reads the
 * fields; only the stores over them write.
 */
export class ServiceTables {
  readonly service: string;
  readonly leases = new MemoryLeases();
  readonly members = new MemoryMembers();
  readonly actors = new MemoryActors();
  readonly log = new MemoryLog();
  readonly inbox = new MemoryInbox();
  readonly outbox = new MemoryOutbox();
  /** What operators have set at rest. */
  readonly pauses: Pause[] = [];
  /** Ids of all messages that decisions were ever taken on, by whatever memory; never forgotten. */
  readonly handled: ReadonlySet<string>;
  /** By the name of the spec. */
  readonly writers: ReadonlyMap<string, TableWriter>;
  /** The database's clock. */
  readonly now: () => number;
  /** Told of what lands; undefined: nobody watches. */
  readonly onCommit: ((landed: Landed) => void) | undefined;
  readonly #handled = new Set<string>();
  readonly #tables: ReadonlyMap<string, MemoryTable>;
  readonly #shown = new Map<string, ReadonlyMap<string, Row>>();

  constructor({ service, specs, rules, now, onCommit }: ServiceTablesOptions) {
    const names = [...new Set(specs.map(({ table }) => table))];
    this.service = service;
    this.handled = this.#handled;
    this.now = now;
    this.onCommit = onCommit;
    this.#tables = new Map(
      names.map((name) => {
        const writing = specs.filter(({ table }) => table === name);
        return [name, new MemoryTable(name, writing, rules[name] ?? {})];
      }),
    );
    this.writers = new Map(specs.map((spec) => [spec.name, new TableWriter(spec, this.table(spec.table))]));
  }

  /** One of the tables that specs write to. */
  table(name: string): MemoryTable {
    const table = this.#tables.get(name);
    assert(table !== undefined, `service ${this.service} has a table ${name}`);
    return table;
  }

  /** Rows of a table by `rowKey`: for a key of one column, simply its value. Of a participant: as its store keeps them. */
  rows(name: string): ReadonlyMap<string, Row> {
    return this.#shown.get(name) ?? this.table(name).rows;
  }

  /** Lets others read what a participant's store keeps; one such store for each database. */
  show(name: string, rows: ReadonlyMap<string, object>): void {
    assert(!this.#shown.has(name), `one store keeps the rows of ${name}`);
    this.#shown.set(name, rows as ReadonlyMap<string, Row>);
  }

  /** Refuses outbox rows of a transaction that locked nothing: their keys must be free. */
  refuseOutbox(rows: readonly OutboxRow[]): void {
    rows.forEach(refuseOutboxRow);
    const taken = this.outbox.firstTaken(rows);
    if (taken === undefined) return;
    throw new ValueRefused(`there is an outbox row ${String(taken.sequence)} of ${taken.writer} already`);
  }

  /** Notes that messages are handled; returns those that were before. */
  noteHandled(messageIds: Iterable<string>): readonly string[] {
    const before: string[] = [];
    for (const id of messageIds) {
      if (this.#handled.has(id)) before.push(id);
      else this.#handled.add(id);
    }
    return before;
  }
}
