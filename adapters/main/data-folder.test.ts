import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { openData, postgresFolder } from './data-folder.ts';

t.test('a first start that was cut off is made anew; what was finished stays', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'orrery-data-'));
  t.teardown(() => rm(dataDir, { recursive: true }));
  await mkdir(postgresFolder(dataDir));
  await writeFile(join(postgresFolder(dataDir), 'half'), '');
  await writeFile(join(dataDir, 'first-start'), '');

  const first = await openData({ databaseUrl: undefined, dataDir });
  await first.exec('create table kept (id integer); insert into kept values (7)');
  await first.close();
  await t.rejects(stat(join(dataDir, 'first-start')), { code: 'ENOENT' });

  const second = await openData({ databaseUrl: undefined, dataDir });
  t.same(await second.query('select id from kept'), [{ id: 7 }]);
  await second.close();
});
