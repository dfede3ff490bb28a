import { join } from 'node:path';
import t from 'tap';
import { readEmptyDatabase } from './empty-database.ts';

t.test('without an empty database made by the build, Postgres makes its folder itself', async (t) => {
  t.equal(await readEmptyDatabase(join(t.testdir({}), 'database.tar')), undefined);
});
