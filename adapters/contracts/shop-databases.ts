import t from 'tap';
import { withTestPglite } from '../embedded/testing.ts';
import type { Database } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { type TapTest, withTestDatabase } from '../postgres/testing.ts';
import type { SchemaMigrations } from '../postgres/database.ts';

/** Runs the same tests against a Postgres server and the one in process, each with these schemas and nothing else. */
export async function onBothDatabases(
  name: string,
  schemas: readonly SchemaMigrations[],
  run: (t: TapTest, db: Database) => Promise<void>,
): Promise<void> {
  const migrated = async (t: TapTest, db: Database): Promise<void> => {
    await migrate(db, schemas);
    await run(t, db);
  };
  await t.test(`${name}, on a Postgres server`, (t) => withTestDatabase(t, (db) => migrated(t, db)));
  await t.test(`${name}, in process`, (t) => withTestPglite((db) => migrated(t, db)));
}
