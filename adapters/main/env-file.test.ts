import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { readEnvFile } from './env-file.ts';

t.test('the settings of .env are added; what is in the environment wins', (t) => {
  const folder = t.testdir({});
  t.equal(readEnvFile(folder), false, 'no file is fine');
  writeFileSync(join(folder, '.env'), 'ORRERY_TEST_NEW=from-file\nORRERY_TEST_OLD=from-file\n');
  process.env['ORRERY_TEST_OLD'] = 'from-environment';
  t.teardown(() => {
    delete process.env['ORRERY_TEST_NEW'];
    delete process.env['ORRERY_TEST_OLD'];
  });
  t.equal(readEnvFile(folder), true);
  t.equal(process.env['ORRERY_TEST_NEW'], 'from-file');
  t.equal(process.env['ORRERY_TEST_OLD'], 'from-environment');
  t.end();
});
