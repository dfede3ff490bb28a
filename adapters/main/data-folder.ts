import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../postgres/database.ts';
import { EMPTY_DATABASE, readEmptyDatabase } from '../embedded/empty-database.ts';
import { openPglite } from '../embedded/pglite.ts';
import { openPostgres, type PostgresOptions } from '../postgres/open.ts';
import { lockDataDir } from './data-lock.ts';
import type { Settings } from './settings.ts';

/** Where the embedded Postgres keeps its files, below `DATA_DIR`; a folder of its own, since it must begin empty. */
export function postgresFolder(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/**
 * Opens the database that the settings name: a server, or the embedded one with its folder locked until `close`.
 * Rejects with DataInUse while another process has the folder, and as openPostgres does.
 */
export async function openData(
  settings: Pick<Settings, 'databaseUrl' | 'dataDir'>,
  options: PostgresOptions = {},
): Promise<Database> {
  if (settings.databaseUrl !== undefined) return openPostgres(settings.databaseUrl, options);
  const release = await lockDataDir(settings.dataDir);
  try {
    return releasedWith(await openEmbedded(settings.dataDir), release);
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * A first start that was cut off leaves half a database, which nobody has written to yet: it is made anew. The mark
 * stands from before the folder is made until Postgres has opened it.
 */
async function openEmbedded(dataDir: string): Promise<Database> {
  const folder = postgresFolder(dataDir);
  const mark = join(dataDir, 'first-start');
  if (existsSync(mark)) await rm(folder, { recursive: true, force: true });
  if (existsSync(folder)) return openPglite(folder);
  await writeFile(mark, 'The embedded Postgres is being made.\n');
  const from = await readEmptyDatabase(EMPTY_DATABASE);
  const database = await openPglite(folder, from === undefined ? {} : { from });
  await rm(mark);
  return database;
}

function releasedWith(database: Database, release: () => Promise<void>): Database {
  return {
    query: (sql, values, name) => database.query(sql, values, name),
    transaction: (work) => database.transaction(work),
    exec: (sql) => database.exec(sql),
    ping: () => database.ping(),
    close: async () => {
      try {
        await database.close();
      } finally {
        await release();
      }
    },
  };
}
