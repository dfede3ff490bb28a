import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { DataInUse, dataHolder, lockDataDir } from './data-lock.ts';

t.test('a second start on the same data is told who has it', async (t) => {
  const folder = join(t.testdir({}), 'new', 'data');
  const release = await lockDataDir(folder);
  t.equal(await dataHolder(folder), process.pid);
  await t.rejects(lockDataDir(folder, 0), {
    name: 'DataInUse',
    code: 'data_in_use',
    pid: process.pid,
    message: new RegExp(`in use by another Orrery \\(process ${String(process.pid)}\\)`),
  });
  await release();
  t.equal(await dataHolder(folder), undefined);
  const again = await lockDataDir(folder);
  await again();
  t.same(readdirSync(folder), [], 'nothing is left behind');
});

t.test('a process that is just ending is waited for', async (t) => {
  const folder = t.testdir({});
  const first = await lockDataDir(folder);
  setTimeout(() => void first(), 300);
  const second = await lockDataDir(folder);
  t.equal(await dataHolder(folder), process.pid);
  await second();
});

t.test('the lock of a process that is gone is taken over', async (t) => {
  const folder = t.testdir({});
  const child = spawn(process.execPath, ['-e', '']);
  const pid = child.pid ?? 0;
  await once(child, 'exit');
  writeFileSync(join(folder, 'orrery.lock'), JSON.stringify({ pid, host: hostname(), token: 'gone' }));
  t.equal(await dataHolder(folder), undefined);
  const release = await lockDataDir(folder);
  t.equal(await dataHolder(folder), process.pid);
  await release();
});

t.test(
  'a process id that was used again holds nothing',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const lock = { pid: process.pid, host: hostname(), token: 'old', began: 'an earlier boot/1' };
    const folder = t.testdir({ 'orrery.lock': JSON.stringify(lock) });
    const release = await lockDataDir(folder);
    await t.rejects(
      lockDataDir(folder),
      { code: 'data_in_use' },
      'while the real holder is known by its beginning',
    );
    await release();
  },
);

t.test('a lock of another host or without sense is taken over', async (t) => {
  for (const content of [
    JSON.stringify({ pid: process.pid, host: 'gone.example', token: 'x' }),
    '',
    '{',
    '[1]',
  ]) {
    const folder = t.testdir({ 'orrery.lock': content });
    const release = await lockDataDir(folder);
    await release();
    t.same(readdirSync(folder), [], `taken over: ${content}`);
  }
});

t.test('of many that take over at once one wins', async (t) => {
  const folder = t.testdir({
    'orrery.lock': JSON.stringify({ pid: 999_999_999, host: hostname(), token: 'gone' }),
  });
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(folder, 0)));
  const won = tries.filter((each) => each.status === 'fulfilled');
  t.equal(won.length, 1);
  for (const each of tries) if (each.status === 'rejected') t.type(each.reason, DataInUse);
  for (const each of won) await each.value();
  t.same(readdirSync(folder), []);
});

t.test('a release after someone else took over leaves their lock alone', async (t) => {
  const folder = t.testdir({});
  const release = await lockDataDir(folder);
  const other = JSON.stringify({ pid: process.pid, host: hostname(), token: 'other' });
  writeFileSync(join(folder, 'orrery.lock'), other);
  await release();
  t.equal(await dataHolder(folder), process.pid);
});
