import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { create } from 'tar';
import { openPostgres } from '../../postgres/open.ts';
import { postgresFolder } from '../data-folder.ts';
import { lockDataDir } from '../data-lock.ts';
import { CommandRefused, type CommandContext } from './command.ts';
import { productSchemas } from './product-schemas.ts';

/** `backup/orrery-20260102T030405Z.<ending>`, unless the operator names a file. */
function targetFile(args: readonly string[], now: Date, ending: string): string {
  const named = args.find((arg) => !arg.startsWith('--'));
  if (named !== undefined) return resolve(named);
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return resolve('backup', `orrery-${time}.${ending}`);
}

/** Writes a copy of everything stored to one file: the embedded data while stopped, or a dump of the database. */
export async function backUpData(context: CommandContext, now: Date = new Date()): Promise<void> {
  const { databaseUrl } = context.settings;
  await (databaseUrl === undefined ? backUpFolder(context, now) : dumpDatabase(context, databaseUrl, now));
}

async function backUpFolder({ settings, args, print }: CommandContext, now: Date): Promise<void> {
  if (!existsSync(join(postgresFolder(settings.dataDir), 'PG_VERSION'))) {
    throw new CommandRefused(`There is no data in ${resolve(settings.dataDir)}.`);
  }
  const target = targetFile(args, now, 'tar.gz');
  const release = await lockDataDir(settings.dataDir);
  try {
    await whole(target, (file) =>
      create({ gzip: true, portable: true, file, cwd: settings.dataDir }, ['postgres']),
    );
  } finally {
    await release();
  }
  print(`Written: ${target}`);
}

async function schemasAt(url: string): Promise<readonly string[]> {
  const database = await openPostgres(url, { poolMax: 1, applicationName: 'orrery-cli' });
  try {
    return await productSchemas(database);
  } finally {
    await database.close();
  }
}

async function dumpDatabase({ args, print }: CommandContext, url: string, now: Date): Promise<void> {
  const schemas = await schemasAt(url);
  if (schemas.length === 0) throw new CommandRefused('The database has no data of Orrery.');
  const target = targetFile(args, now, 'dump');
  const options = ['--format=custom', ...schemas.map((schema) => `--schema=${schema}`)];
  await whole(target, (file) => runPostgresTool('pg_dump', [...options, `--file=${file}`], url));
  print(`Written: ${target}`);
}

/** The file appears under its name only once it is whole. */
async function whole(target: string, write: (file: string) => Promise<unknown>): Promise<void> {
  if (existsSync(target)) throw new CommandRefused(`${target} is there already.`);
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}.partial`;
  try {
    await write(partial);
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Runs one of Postgres' own programs; the URL goes by the environment, where no list of processes shows it. */
export function runPostgresTool(program: string, args: readonly string[], url: string): Promise<void> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const environment = {
    ...process.env,
    ...(hostname === '' ? {} : { PGHOST: hostname.replace(/^\[|\]$/g, '') }),
    ...(port === '' ? {} : { PGPORT: port }),
    ...(username === '' ? {} : { PGUSER: decodeURIComponent(username) }),
    ...(password === '' ? {} : { PGPASSWORD: decodeURIComponent(password) }),
    ...(pathname.length > 1 ? { PGDATABASE: decodeURIComponent(pathname.slice(1)) } : {}),
    ...(searchParams.has('sslmode') ? { PGSSLMODE: searchParams.get('sslmode') ?? '' } : {}),
  };
  return new Promise((resolveRun, reject) => {
    const child = spawn(program, args, { env: environment, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', () => {
      reject(
        new CommandRefused(
          `${program} was not found. Install the PostgreSQL client, or run it where it is:\n` +
            `  ${program} ${args.join(' ')} "$DATABASE_URL"`,
        ),
      );
    });
    child.on('close', (code) => {
      if (code === 0) resolveRun();
      else reject(new CommandRefused(`${program} failed (exit code ${String(code)}).`));
    });
  });
}
