import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { openPglite } from './pglite.ts';
import { withTestPglite } from './testing.ts';

// The same ending as this file's: the tests run compiled, or as they are through a loader.
const CHILD = fileURLToPath(import.meta.url.replace('pglite.test.', 'pglite-killed-child.'));

t.test('what is committed survives the sudden end of the process; what is not, does not', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'orrery-pglite-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const dataDir = join(folder, 'data');
  await withTestPglite(async (db) => {
    await db.exec('create table kept (id integer primary key)');
    const [row] = await db.query<{ fsync: string }>('show fsync');
    t.equal(row?.fsync, 'on');
  }, dataDir);

  const child = spawn(process.execPath, [...process.execArgv, CHILD, dataDir], { stdio: 'inherit' });
  const signal = await new Promise((resolve) => child.once('exit', (_code, killedBy) => resolve(killedBy)));
  t.equal(signal, 'SIGKILL');

  const db = await openPglite(dataDir);
  t.strictSame(await db.query('select id from kept'), [{ id: 1 }]);
  await db.close();
});

t.test('closing twice is closing once, and what was under way is done', async (t) => {
  let answered = false;
  await withTestPglite(async (db) => {
    const query = db.query('select 1').then(() => {
      answered = true;
    });
    await Promise.all([query, db.close(), db.close()]);
  });
  t.ok(answered);
});
