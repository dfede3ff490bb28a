import { randomBytes } from 'node:crypto';
import type tap from 'tap';
import type { Database } from './database.ts';
import { openPostgres } from './open.ts';

export type TapTest = Parameters<Parameters<typeof tap.test>[0]>[0];

const LOCAL_URL = 'postgres://postgres@127.0.0.1:5432/postgres';

/**
 * Runs a test on a database of its own on the Postgres server of DATABASE_URL (else the local one), dropped
 * afterwards. Without a server the test is skipped, or fails when REQUIRE_SERVICES is 1.
 */
export async function withTestDatabase(
  t: TapTest,
  run: (db: Database, url: string) => Promise<void>,
): Promise<void> {
  const serverUrl = process.env['DATABASE_URL'] ?? LOCAL_URL;
  let server: Database;
  try {
    server = await openPostgres(serverUrl, { poolMax: 1, applicationName: 'orrery-test' });
  } catch (error) {
    if (process.env['REQUIRE_SERVICES'] === '1') throw error;
    t.skip('no Postgres server', () => undefined);
    return;
  }
  const name = `orrery_test_${randomBytes(6).toString('hex')}`;
  try {
    await server.exec(`create database ${name}`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    const db = await openPostgres(url.href, { poolMax: 8, applicationName: 'orrery-test' });
    try {
      await run(db, url.href);
    } finally {
      await db.close();
    }
  } finally {
    await server.exec(`drop database if exists ${name} with (force)`);
    await server.close();
  }
}
