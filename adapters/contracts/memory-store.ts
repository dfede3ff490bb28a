import type { LogRow } from '../../core/engine/ports.ts';
import { MemoryDatabase } from '../simulated/stores/database.ts';
import { MemoryEngineStore } from '../simulated/stores/engine.ts';
import type { ServiceTables } from '../simulated/stores/service-tables.ts';
import type { Row } from '../simulated/stores/table.ts';
import { SERVICE_SPECS, type StoreUnderTest } from './store-fixture.ts';

/** The store of a simulated world on an empty database, with what SERVICE_TABLES says beyond the specs. */
export function memoryStore(): StoreUnderTest {
  const database = new MemoryDatabase({
    services: { trial: SERVICE_SPECS },
    now: Date.now,
    rules: { parcel: { required: ['status'] }, movement: { required: ['parcel_id'] } },
  });
  const tables = database.service('trial');
  return {
    store: new MemoryEngineStore(database, 'trial'),
    other: new MemoryEngineStore(database, 'trial'),
    rows: (table) =>
      Promise.resolve(inOrder(table === 'actor_log' ? logRows(tables) : ownRows(tables, table))),
    setAtRest: (pauses) => {
      tables.pauses.splice(0, tables.pauses.length, ...pauses);
      return Promise.resolve();
    },
    whileCommitIsOpen: () => Promise.reject(new Error('a commit in memory is one step')),
    concurrent: false,
  };
}

/** Rows as the driver brings them: times as Date, columns that nobody wrote as null. */
function ownRows(tables: ServiceTables, table: string): readonly Row[] {
  const times = SERVICE_SPECS.filter((spec) => spec.table === table).flatMap(({ columns }) =>
    Object.entries(columns).flatMap(([name, type]) => (type === 'timestamptz' ? name : [])),
  );
  return [...tables.rows(table).values()].map((row) => {
    const changed = times.map((name) => [name, typeof row[name] === 'string' ? new Date(row[name]) : null]);
    return { ...row, ...(Object.fromEntries(changed) as Row) };
  });
}

function logRows({ log }: ServiceTables): readonly Row[] {
  return [...log.byMessage.values()].map(logRow);
}

function logRow({ messageId, causationId, from, to, atMs, ...row }: LogRow): Row {
  return {
    ...row,
    message_id: messageId,
    causation_id: causationId,
    from_state: from,
    to_state: to,
    at: new Date(atMs),
  };
}

/** By the first three columns, as the others are asked for. */
function inOrder(rows: readonly Row[]): readonly Row[] {
  const order = (row: Row): string => JSON.stringify(Object.values(row).slice(0, 3));
  return [...rows].sort((one, other) => (order(one) < order(other) ? -1 : 1));
}
