import { setTimeout as delay } from 'node:timers/promises';
import type { Queryable } from '../../postgres/database.ts';
import { ALL_MIGRATIONS } from '../resources.ts';
import { CommandRefused } from './command.ts';

/** That of the scheduled jobs, whose library migrates itself. */
const JOBS_SCHEMA = 'pgboss';

/**
 * The schemas of the product that are in the database: named as ours and built by our migrations, so that a schema of
 * somebody else that happens to have such a name is left alone.
 */
export async function productSchemas(database: Queryable): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select n.nspname as name
       from pg_namespace n join pg_class c on c.relnamespace = n.oid and c.relkind = 'r'
      where n.nspname = any($1::text[]) and c.relname = case n.nspname when $2 then 'version' else 'migration' end
      order by 1`,
    [[...ALL_MIGRATIONS.map(({ schema }) => schema), JOBS_SCHEMA], JOBS_SCHEMA],
  );
  return rows.map(({ name }) => name);
}

/** Postgres sees off the connections of a process a moment after it has ended. */
const ENDING_MS_MAX = 2_000;
const LOOK_AGAIN_MS = 100;

/** Rejects with CommandRefused while a process of the platform is connected to the database; one that is just ending is waited for. */
export async function requireStopped(database: Queryable): Promise<void> {
  const deadlineMs = performance.now() + ENDING_MS_MAX;
  let row = await connected(database);
  while (row !== undefined && performance.now() < deadlineMs) {
    await delay(LOOK_AGAIN_MS);
    row = await connected(database);
  }
  if (row === undefined) return;
  throw new CommandRefused(
    `A process of Orrery is connected to the database (from ${row.client}). Stop all of them first.`,
  );
}

async function connected(database: Queryable): Promise<{ readonly client: string } | undefined> {
  const rows = await database.query<{ client: string }>(
    `select coalesce(host(client_addr), 'this host') as client from pg_stat_activity
      where datname = current_database() and application_name = 'orrery' and pid <> pg_backend_pid() limit 1`,
  );
  return rows.at(0);
}
