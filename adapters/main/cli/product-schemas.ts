import type { Queryable } from '../../postgres/database.ts';
import { SERVICE_NAMES } from '../settings.ts';
import { CommandRefused } from './command.ts';

/** Schemas that are not named for a service: the engine's own and that of the scheduled jobs. */
const OTHER_SCHEMAS = ['engine', 'pgboss'] as const;

/**
 * The schemas of the product that are in the database: named for a service and built by our migrations, so that a
 * schema of somebody else that happens to have such a name is left alone.
 */
export async function productSchemas(database: Queryable): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select n.nspname as name
       from pg_namespace n join pg_class c on c.relnamespace = n.oid and c.relkind = 'r'
      where n.nspname = any($1::text[]) and c.relname = case n.nspname when 'pgboss' then 'version' else 'migration' end
      order by 1`,
    [[...SERVICE_NAMES, ...OTHER_SCHEMAS]],
  );
  return rows.map(({ name }) => name);
}

/** Rejects with CommandRefused while a process of the platform is connected to the database. */
export async function requireStopped(database: Queryable): Promise<void> {
  const rows = await database.query<{ pid: number; client: string }>(
    `select pid, coalesce(host(client_addr), 'this host') as client from pg_stat_activity
      where datname = current_database() and application_name = 'orrery' and pid <> pg_backend_pid() limit 1`,
  );
  const [row] = rows;
  if (row === undefined) return;
  throw new CommandRefused(
    `A process of Orrery is connected to the database (from ${row.client}). Stop all of them first.`,
  );
}
