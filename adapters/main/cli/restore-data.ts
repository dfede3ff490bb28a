import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { extract } from 'tar';
import { openPostgres } from '../../postgres/open.ts';
import { postgresFolder } from '../data-folder.ts';
import { lockDataDir } from '../data-lock.ts';
import { runPostgresTool } from './back-up-data.ts';
import { CommandRefused, type CommandContext } from './command.ts';
import { productSchemas, requireStopped } from './product-schemas.ts';

/** Puts a backup in the place of what is stored. */
export async function restoreData(context: CommandContext): Promise<void> {
  const named = context.args.find((arg) => !arg.startsWith('--'));
  if (named === undefined)
    throw new CommandRefused('Name the backup: npm run restore -- backup/orrery-….tar.gz');
  const file = resolve(named);
  if (!existsSync(file)) throw new CommandRefused(`There is no file ${file}.`);
  const { databaseUrl } = context.settings;
  await (databaseUrl === undefined
    ? restoreFolder(context, file)
    : restoreDatabase(context, file, databaseUrl));
}

async function restoreFolder({ settings, print, confirm }: CommandContext, file: string): Promise<void> {
  const folder = postgresFolder(settings.dataDir);
  const release = await lockDataDir(settings.dataDir);
  const unpacked = join(settings.dataDir, `restore-${randomUUID()}`);
  try {
    await mkdir(unpacked);
    await extract({ file, cwd: unpacked, strict: true }).catch((error: unknown) => {
      throw new CommandRefused(`${file} is no backup of the embedded data: ${String(error)}`);
    });
    if (!existsSync(join(unpacked, 'postgres', 'PG_VERSION'))) {
      throw new CommandRefused(`${file} is no backup of the embedded data: it holds no postgres/PG_VERSION.`);
    }
    if (existsSync(folder)) {
      await confirm(`Replace all data in ${resolve(folder)} by that of ${file}?`);
      const old = join(unpacked, 'replaced');
      await rename(folder, old);
    }
    await rename(join(unpacked, 'postgres'), folder);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
    await release();
  }
  print(`Restored into ${resolve(folder)}.`);
}

async function restoreDatabase({ print, confirm }: CommandContext, file: string, url: string): Promise<void> {
  const database = await openPostgres(url, { poolMax: 1, applicationName: 'orrery-cli' });
  try {
    await requireStopped(database);
    const schemas = await productSchemas(database);
    if (schemas.length > 0) await confirm(`Replace the schemas ${schemas.join(', ')} by those of ${file}?`);
  } finally {
    await database.close();
  }
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  await runPostgresTool(
    'pg_restore',
    ['--clean', '--if-exists', '--no-owner', '--single-transaction', `--dbname=${name}`, file],
    url,
  );
  print(`Restored into ${name}.`);
}
