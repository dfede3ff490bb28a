import type { DatabaseFacts, SlowStatement } from '../../../core/services/observation/report.ts';
import type { Queryable } from '../database.ts';

const SLOW_STATEMENTS_MAX = 10;
const SQL_SHOWN_MAX = 200;

/** How the database is, by its own word. Rejects as queries do. */
export async function readDatabaseFacts(db: Queryable): Promise<DatabaseFacts> {
  const startedAt = performance.now();
  const [row] = await db.query<{
    bytes: number;
    connections: number;
    connections_max: number;
    server: string;
  }>(
    `select pg_database_size(current_database()) as bytes,
       (select count(*)::integer from pg_stat_activity where backend_type = 'client backend') as connections,
       current_setting('max_connections')::integer as connections_max,
       current_setting('server_version') as server`,
    [],
    'ops.database.facts',
  );
  const latencyMs = performance.now() - startedAt;
  return {
    latencyMs,
    bytes: row?.bytes ?? 0,
    connections: row?.connections ?? 0,
    connectionsMax: row?.connections_max ?? 0,
    version: row?.server ?? '',
  };
}

/** The statements that took longest in sum, by pg_stat_statements; undefined where it is not there or not for us. */
export async function readSlowStatements(db: Queryable): Promise<readonly SlowStatement[] | undefined> {
  const [installed] = await db.query(
    `select 1 from pg_extension where extname = 'pg_stat_statements'`,
    [],
    'ops.database.extension',
  );
  if (installed === undefined) return undefined;
  try {
    const rows = await db.query<{
      query: string;
      calls: number;
      mean_ms: number;
      total_ms: number;
      max_ms: number;
    }>(
      `select query, calls, mean_exec_time as mean_ms, total_exec_time as total_ms, max_exec_time as max_ms
       from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
       order by total_exec_time desc limit $1`,
      [SLOW_STATEMENTS_MAX],
    );
    return rows.map(({ query, calls, mean_ms: meanMs, total_ms: totalMs, max_ms: maxMs }) => ({
      sql: query.replace(/\s+/g, ' ').slice(0, SQL_SHOWN_MAX),
      calls,
      meanMs,
      totalMs,
      maxMs,
    }));
  } catch {
    // Installed but not loaded, or not to be read by this role: our own measurements must do.
    return undefined;
  }
}
