import { withTestPglite } from '../embedded/testing.ts';
import type { Database } from '../postgres/database.ts';
import { type TapTest, withTestDatabase } from '../postgres/testing.ts';

/**
 * Runs a test on a database of its own of each kind, as subtests `postgres` and `embedded`. The server's part is
 * skipped when there is none (fails with REQUIRE_SERVICES=1). Repositories' tests call it as
 * `t.test('…', (t) => bothDatabases(t, async (t, db) => { … }))`.
 */
export async function bothDatabases(
  t: TapTest,
  run: (t: TapTest, db: Database) => Promise<void>,
): Promise<void> {
  await t.test('postgres', (t) => withTestDatabase(t, (db) => run(t, db)));
  await t.test('embedded', (t) => withTestPglite((db) => run(t, db)));
}
