import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openPostgres } from '../../adapters/postgres/open.ts';
import type { Database } from '../../adapters/postgres/database.ts';

const run = promisify(execFile);
const STARTS_WITHIN_MS = 60_000;

/**
 * Restarts Postgres by the operator's own command and lets the kernel forget its files, so that the next query reads
 * everything from the disk. Resolves with a database that has answered nothing yet but that it is there.
 */
export async function openCold(url: string, restart: string): Promise<Database> {
  await run('sh', ['-c', restart]);
  await run('sync');
  await writeFile('/proc/sys/vm/drop_caches', '3');
  const deadlineMs = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    try {
      return await openPostgres(url, { poolMax: 4, applicationName: 'orrery-bench' });
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await delay(100);
    }
  }
}
