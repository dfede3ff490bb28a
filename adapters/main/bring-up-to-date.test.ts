import t from 'tap';
import type { SchemaMigrations } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { openPostgres } from '../postgres/open.ts';
import { withTestDatabase } from '../postgres/testing.ts';
import { bringUpToDate } from './bring-up-to-date.ts';

const first = {
  name: 'first',
  sql: 'create table thing (size integer); insert into thing select generate_series(1, 1000)',
};
/** As one that rewrites a large table: longer than a statement of the platform may take. */
const slow = {
  name: 'large',
  sql: `alter table thing add column half integer generated always as (size / 2) stored; select pg_sleep(2)`,
};
const SETS: readonly SchemaMigrations[] = [{ schema: 'shop', steps: [first, slow] }];

interface Line {
  readonly text: string | undefined;
  readonly [field: string]: unknown;
}

function notebook() {
  const lines: Line[] = [];
  const info = (facts: object, text?: string): void => void lines.push({ ...facts, text });
  return { lines, logger: { info, debug: () => undefined } };
}

t.test('a step may take longer than any other statement, is told of, and leaves statistics behind', (t) =>
  withTestDatabase(t, async (_db, url) => {
    const database = await openPostgres(url, { statementTimeoutMs: 1_000, promptAnswerMsMax: 1_000 });
    try {
      await migrate(database, [{ schema: 'shop', steps: [first] }]);
      await t.rejects(migrate(database, SETS), 'the connections of the platform are cut off');
      const { lines, logger } = notebook();
      await bringUpToDate({ database, url, sets: SETS, logger, tellAfterMs: 100, tellEveryMs: 500 });
      t.match(await database.query('select max(half) as half from shop.thing'), [{ half: 500 }]);
      t.match(lines[0], { schema: 'shop', step: '2 of 2', name: 'large' });
      t.ok(lines.length >= 3, 'told again as long as it lasts, and once it is over');
      t.match(
        await database.query(
          `select attname from pg_stats where schemaname = 'shop' and tablename = 'thing' and attname = 'half'`,
        ),
        [{ attname: 'half' }],
      );
      const quiet = notebook();
      await bringUpToDate({ database, url, sets: SETS, logger: quiet.logger });
      t.strictSame(quiet.lines, [], 'where there is nothing to do, nothing is told');
    } finally {
      await database.close();
    }
  }),
);

t.test('who comes second waits for the first, and says so', (t) =>
  withTestDatabase(t, async (_db, url) => {
    const database = await openPostgres(url, { statementTimeoutMs: 200 });
    try {
      const [one, other] = [notebook(), notebook()];
      const tell = { database, url, sets: SETS, tellAfterMs: 300, tellEveryMs: 1_000 };
      await Promise.all([
        bringUpToDate({ ...tell, logger: one.logger }),
        bringUpToDate({ ...tell, logger: other.logger }),
      ]);
      const texts = [...one.lines, ...other.lines].map(({ text }) => text);
      t.ok(texts.includes('another process brings the database up to date; waiting for it'));
      t.match(await database.query('select number from shop.migration order by number'), [
        { number: 1 },
        { number: 2 },
      ]);
    } finally {
      await database.close();
    }
  }),
);
