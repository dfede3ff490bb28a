import type { OutboxRow, TableSpec } from '../../../core/engine/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import type { Landed } from './landed.ts';
import { PLATFORM_RULES, STORE_TABLES } from './schemas.ts';
import { ServiceTables } from './service-tables.ts';
import type { TableRules } from './table.ts';

export interface MemoryDatabaseOptions {
  /** What decisions write to each service's own tables; a service without any is named all the same. */
  readonly services: Readonly<Record<string, readonly TableSpec[]>>;
  /** The database's clock, by which leases, members and idempotency keys are judged. */
  readonly now: () => number;
  /** What the SQL of tables says beyond their specs, by table; default: of the platform's. */
  readonly rules?: Readonly<Record<string, TableRules>>;
  /**
   * Told of everything that lands, synchronously. Must not throw: the writer would take it for its own failure, of a
   * write that has landed.
   */
  readonly onCommit?: (landed: Landed) => void;
}

/**
 * The database of a simulated world: what it holds outlives every process of that world.
 *
 * Owns: the tables of every service, and telling a witness what lands in them.
 * Does not own: being slow, away or lossy (the link to it).
 *
 * I1. Every write is one synchronous step, so that no reader ever sees half of one: all of it, or an error and nothing.
 * I2. Values are kept by reference: what was written is never changed by whoever wrote it, as the engine promises of
 *     everything it commits.
 */
export class MemoryDatabase {
  readonly #services = new Map<string, ServiceTables>();

  constructor({ services, now, rules = PLATFORM_RULES, onCommit }: MemoryDatabaseOptions) {
    for (const [service, decided] of Object.entries(services)) {
      const specs = [...decided, ...(STORE_TABLES[service] ?? [])];
      this.#services.set(service, new ServiceTables({ service, specs, rules, now, onCommit }));
    }
  }

  service(name: string): ServiceTables {
    const tables = this.#services.get(name);
    assert(tables !== undefined, `the database has a service ${name}`);
    return tables;
  }

  /** Makes messages durable that no other write belongs to (P9). Rejects with ValueRefused (nothing written). */
  appendOutbox(service: string, rows: readonly OutboxRow[]): Promise<void> {
    return new Promise((resolve) => {
      if (rows.length > 0) {
        const tables = this.service(service);
        tables.refuseOutbox(rows);
        for (const row of rows) tables.outbox.add(row);
        tables.onCommit?.({ kind: 'appended', service, outbox: rows });
      }
      resolve();
    });
  }
}
