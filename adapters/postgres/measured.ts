import type { Database, Queryable } from './database.ts';

/**
 * Told of every statement: its name (`unnamed` for those without; the shapes of one commit share theirs), how long it took, and
 * whether it failed.
 */
export type StatementWatch = (name: string, tookMs: number, failed: boolean) => void;

/** The same database; each statement's time is told, the wait for a connection included. */
export function measured(database: Database, watch: StatementWatch): Database {
  const timed =
    (query: Queryable['query']): Queryable['query'] =>
    async <Row extends object>(
      sql: string,
      values?: readonly unknown[],
      name = 'unnamed',
    ): Promise<Row[]> => {
      const startedAt = performance.now();
      let failed = true;
      try {
        const rows = await query<Row>(sql, values, name === 'unnamed' ? undefined : name);
        failed = false;
        return rows;
      } finally {
        watch(familyOf(name), performance.now() - startedAt, failed);
      }
    };
  return {
    query: timed((sql, values, name) => database.query(sql, values, name)),
    transaction: (work) =>
      database.transaction((tx) =>
        work({ query: timed((sql, values, name) => tx.query(sql, values, name)) }),
      ),
    exec: (sql) => database.exec(sql),
    ping: () => database.ping(),
    ...(database.connections === undefined ? {} : { connections: () => database.connections?.() }),
    close: () => database.close(),
  };
}

const families = new Map<string, string>();

/** `orders.commit` of `orders.commit.110010001111`: names without what only the database needs to tell them apart. */
function familyOf(name: string): string {
  let family = families.get(name);
  if (family === undefined) {
    family = name.replace(/\.[01]{3,}$/, '').replaceAll('"', '');
    families.set(name, family);
  }
  return family;
}
