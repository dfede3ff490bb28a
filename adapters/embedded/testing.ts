import { PGlite } from '@electric-sql/pglite';
import type { Database } from '../postgres/database.ts';
import { EMPTY_DATABASE, readEmptyDatabase } from './empty-database.ts';
import { databaseOn, openPglite } from './pglite.ts';

/** Takes away everything that a test can leave behind in a database. */
const DROP_ALL = `
  do $$
  declare made text;
  begin
    for made in select nspname from pg_namespace where left(nspname, 3) <> 'pg_' and nspname <> 'information_schema' loop
      execute format('drop schema %I cascade', made);
    end loop;
    create schema public;
  end $$`;

/**
 * One that nobody has taken up for so long is closed; until then it keeps its process alive. Who runs several files in
 * one process grants more (checks/several.mjs): what a test does on a server meanwhile takes seconds.
 */
const IDLE_MS_MAX = Number(process.env['ORRERY_TEST_IDLE_MS'] ?? 250);

interface Idle {
  readonly lite: PGlite;
  readonly end: NodeJS.Timeout;
}

/** Opening one costs a second of work, emptying it a fiftieth: a process uses again what its last test has left. */
const idle: Idle[] = [];

async function template(): Promise<{ from?: Blob }> {
  const from = await readEmptyDatabase(EMPTY_DATABASE);
  return from === undefined ? {} : { from };
}

async function openInMemory(): Promise<PGlite> {
  const { from } = await template();
  return PGlite.create({ dataDir: 'memory://', ...(from === undefined ? {} : { loadDataDir: from }) });
}

/**
 * Runs a test on an empty Postgres in this process, in memory unless a folder is given; its own while the test runs.
 * After a failure it is closed, so that the next test meets none of what went wrong.
 */
export async function withTestPglite(
  run: (db: Database) => Promise<void>,
  dataDir: string = 'memory',
): Promise<void> {
  if (dataDir !== 'memory') {
    const db = await openPglite(dataDir, await template());
    try {
      await run(db);
    } finally {
      await db.close();
    }
    return;
  }
  const lite = takeIdle() ?? (await openInMemory());
  const db = databaseOn(lite, () => Promise.resolve());
  try {
    await run(db);
  } catch (error) {
    await db.close();
    await lite.close();
    throw error;
  }
  await db.close();
  await lite.exec(DROP_ALL);
  // What its session remembers: prepared statements, settings, locks.
  await lite.exec('discard all');
  leaveIdle(lite);
}

function takeIdle(): PGlite | undefined {
  const left = idle.pop();
  if (left !== undefined) clearTimeout(left.end);
  return left?.lite;
}

function leaveIdle(lite: PGlite): void {
  const left: Idle = {
    lite,
    end: setTimeout(() => {
      idle.splice(idle.indexOf(left), 1);
      void lite.close();
    }, IDLE_MS_MAX).unref(),
  };
  idle.push(left);
}
