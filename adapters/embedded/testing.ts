import { openAsBlob } from 'node:fs';
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Database } from '../postgres/database.ts';
import { openPglite } from './pglite.ts';

/** A fresh, empty database made once and kept on this machine: making one takes seconds, loading it a fraction. */
const TEMPLATE = join(tmpdir(), 'orrery-pglite-0.5-template.tar');

async function template(): Promise<Blob> {
  const exists = await stat(TEMPLATE).then(
    () => true,
    () => false,
  );
  if (!exists) {
    const lite = await PGlite.create({ dataDir: 'memory://' });
    const dump = await lite.dumpDataDir('none');
    await lite.close();
    const folder = await mkdtemp(join(tmpdir(), 'orrery-template-'));
    await writeFile(join(folder, 'template.tar'), Buffer.from(await dump.arrayBuffer()));
    await rename(join(folder, 'template.tar'), TEMPLATE);
    await rm(folder, { recursive: true });
  }
  return await openAsBlob(TEMPLATE);
}

/** Runs a test on a Postgres of its own in this process, in memory unless a folder is given; closed afterwards. */
export async function withTestPglite(
  run: (db: Database) => Promise<void>,
  dataDir: string = 'memory',
): Promise<void> {
  const db = await openPglite(dataDir, { from: await template() });
  try {
    await run(db);
  } finally {
    await db.close();
  }
}
