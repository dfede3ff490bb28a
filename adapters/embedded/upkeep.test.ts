import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { withTestPglite } from './testing.ts';
import { keepUp } from './upkeep.ts';

/** Postgres tells its counts of rows at most once a second. */
const COUNTED_MS = 1_200;

t.test('upkeep clears dead rows, refreshes statistics and keeps the write-ahead log short', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'orrery-pglite-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await withTestPglite(
    async (db) => {
      await db.exec(
        `create table busy (id integer, text text);
       insert into busy select n, repeat(md5(n::text), 20) from generate_series(1, 100000) as n;
       delete from busy where id > 1000`,
      );
      await new Promise((resolve) => setTimeout(resolve, COUNTED_MS));
      await db.ping();
      await keepUp(db);
      const [state] = await db.query<{ dead: number; rows: number; log: number }>(
        `select n_dead_tup as dead, reltuples as rows,
         (select pg_current_wal_lsn() - redo_lsn from pg_control_checkpoint()) as log
       from pg_stat_user_tables join pg_class on pg_class.oid = relid`,
      );
      t.equal(state?.dead, 0);
      t.equal(state?.rows, 1000);
      t.ok((state?.log ?? Infinity) < 1_000_000);
    },
    join(folder, 'data'),
  );
});
