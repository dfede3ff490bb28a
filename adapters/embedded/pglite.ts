import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import pg from 'pg';
import type { Database } from '../postgres/database.ts';
import { PoolDatabase } from '../postgres/pool-database.ts';
import { VALUE_PARSERS } from '../postgres/values.ts';
import { DurableFiles } from './durable-files.ts';
import { startUpkeep } from './upkeep.ts';

export interface PgliteOptions {
  /** A tar of a data folder to begin with, where there is none yet. */
  readonly from?: Blob;
}

/**
 * Opens Postgres in this process, its files in `dataDir`, or without files for `'memory'`. The driver on top is the
 * same as for a server, so values and errors are the same too. There is one connection: transactions wait for one
 * another. A commit that has resolved is on disk (fsync). Only one process may have a `dataDir` open; the caller
 * holds the lock for that.
 */
export async function openPglite(dataDir: string, options: PgliteOptions = {}): Promise<Database> {
  const inMemory = dataDir === 'memory';
  if (!inMemory) await mkdir(dataDir, { recursive: true });
  const begin = options.from === undefined ? {} : { loadDataDir: options.from };
  const lite = await PGlite.create(
    inMemory
      ? { dataDir: 'memory://', ...begin }
      : {
          ...begin,
          fs: new DurableFiles(dataDir),
          // -F would turn fsync off.
          startParams: [
            ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
            ...DurableFiles.startParams,
          ],
        },
  );
  return databaseOn(lite, () => lite.close());
}

/** The driver and upkeep on top of a Postgres in this process; `afterClose` runs once both have ended. */
export function databaseOn(lite: PGlite, afterClose: () => Promise<void>): Database {
  // The driver takes a connection of this shape in place of a socket; its types don't say so.
  const session: object = { connection: createPgConfig(lite).connection };
  const pool = new pg.Pool({ ...session, max: 1, idleTimeoutMillis: 0, types: VALUE_PARSERS });
  const database = new PoolDatabase(pool, async () => {
    endUpkeep();
    await afterClose();
  });
  const endUpkeep = startUpkeep(database);
  return database;
}
