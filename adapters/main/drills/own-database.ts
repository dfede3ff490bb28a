import { randomBytes } from 'node:crypto';
import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Database } from '../../postgres/database.ts';
import { openPostgres } from '../../postgres/open.ts';
import { DrillImpossible } from './run.ts';

/** Filling a database for a drill takes longer than anything the product does. */
export const FILLING_MS_MAX = 600_000;

/**
 * Runs `work` on a database of its own on the server of DATABASE_URL, else the local one; dropped afterwards. For what
 * needs no broker and no Redis; everything else has a stage (stage.ts).
 */
export async function withOwnDatabase<Result>(
  work: (own: {
    readonly database: Database;
    readonly url: string;
    readonly name: string;
  }) => Promise<Result>,
): Promise<Result> {
  const serverUrl = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const name = `orrery_drill_${randomBytes(4).toString('hex')}`;
  const server = await openPostgres(serverUrl, { poolMax: 1 }).catch((error: unknown) => {
    throw new DrillImpossible(
      `Postgres does not answer at ${new URL(serverUrl).host}: ${errorMessage(error)}`,
    );
  });
  try {
    await server.exec(`create database ${name}`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    try {
      const database = await openPostgres(url.href, { poolMax: 2, statementTimeoutMs: FILLING_MS_MAX });
      try {
        return await work({ database, url: url.href, name });
      } finally {
        await database.close();
      }
    } finally {
      await server.exec(`drop database if exists ${name} with (force)`);
    }
  } finally {
    await server.close();
  }
}
