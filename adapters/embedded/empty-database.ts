import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';

/** Made by the build, beside the compiled server: the empty data folder of a first start. */
export const EMPTY_DATABASE = fileURLToPath(new URL('../../empty-database-pg18.tar', import.meta.url));

/**
 * Makes an empty Postgres data folder once and keeps it as a tar at `path`, unless it is there: making one takes
 * seconds, loading it a fraction. Safe when several processes do it at once.
 */
export async function makeEmptyDatabase(path: string): Promise<void> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (exists) return;
  const lite = await PGlite.create({ dataDir: 'memory://' });
  const dump = await lite.dumpDataDir('none');
  await lite.close();
  const folder = await mkdtemp(join(dirname(path), 'making-'));
  await writeFile(join(folder, 'database.tar'), Buffer.from(await dump.arrayBuffer()));
  await rename(join(folder, 'database.tar'), path);
  await rm(folder, { recursive: true });
}

/** The tar at `path` for `openPglite`; undefined when there is none, and Postgres makes its folder itself. */
export async function readEmptyDatabase(path: string): Promise<Blob | undefined> {
  // A Blob of the file itself (fs.openAsBlob) would leave it open once it was read, which keeps a process alive.
  const tar = await readFile(path).catch(() => undefined);
  return tar === undefined ? undefined : new Blob([tar]);
}
