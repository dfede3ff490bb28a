import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../postgres/database.ts';
import { makeEmptyDatabase, readEmptyDatabase } from './empty-database.ts';
import { openPglite } from './pglite.ts';

/** A fresh, empty database made once and kept on this machine: making one takes seconds, loading it a fraction. */
const TEMPLATE = join(tmpdir(), 'orrery-pglite-0.5-template.tar');

async function template(): Promise<{ from?: Blob }> {
  await makeEmptyDatabase(TEMPLATE);
  const from = await readEmptyDatabase(TEMPLATE);
  return from === undefined ? {} : { from };
}

/** Runs a test on a Postgres of its own in this process, in memory unless a folder is given; closed afterwards. */
export async function withTestPglite(
  run: (db: Database) => Promise<void>,
  dataDir: string = 'memory',
): Promise<void> {
  const db = await openPglite(dataDir, await template());
  try {
    await run(db);
  } finally {
    await db.close();
  }
}
