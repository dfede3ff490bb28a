import t from 'tap';
import { bothDatabases } from '../contracts/databases.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './open.ts';
import { withTestDatabase } from './testing.ts';

const first = { name: 'first', sql: 'create table thing (id text); insert into thing values ($$one$$)' };
const second = { name: 'second', sql: 'alter table thing add column size bigint default 3' };
const broken = { name: 'broken', sql: 'create table other (id text); insert into missing values (1)' };

const things = (db: Database): Promise<object[]> => db.query('select * from shop.thing');

t.test('steps are applied once, in order, in their schema', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [{ schema: 'shop', steps: [first] }]);
    t.strictSame(await migrate(db, [{ schema: 'shop', steps: [first] }]), []);
    t.strictSame(await things(db), [{ id: 'one' }]);
    const told: string[] = [];
    const changed = await migrate(
      db,
      [
        { schema: 'shop', steps: [first, second] },
        { schema: 'depot', steps: [first] },
      ],
      {
        onStep: ({ schema, number, of, name }) =>
          told.push(`${schema} ${String(number)}/${String(of)} ${name}`),
      },
    );
    t.strictSame(told, ['shop 2/2 second', 'depot 1/1 first'], 'each step is told before it is taken');
    t.strictSame(changed, ['shop'], 'the other one was not there');
    t.strictSame(await things(db), [{ id: 'one', size: 3 }]);
    t.strictSame(await db.query('select * from depot.thing'), [{ id: 'one' }]);
    t.match(await db.query('select number, name from shop.migration order by number'), [
      { number: 1, name: 'first' },
      { number: 2, name: 'second' },
    ]);
  }),
);

t.test('a step that fails leaves everything as it was', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [{ schema: 'shop', steps: [first] }]);
    const sets = [
      { schema: 'depot', steps: [first] },
      { schema: 'shop', steps: [first, second, broken] },
    ];
    await t.rejects(migrate(db, sets), { code: 'sql_error', retryable: false });
    t.strictSame(await things(db), [{ id: 'one' }]);
    t.strictSame(await db.query("select 1 from pg_namespace where nspname = 'depot'"), []);
  }),
);

t.test('a database that is newer than the build is refused', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [{ schema: 'shop', steps: [first, second] }]);
    await t.rejects(migrate(db, [{ schema: 'shop', steps: [first] }]), {
      code: 'database_newer',
      message: /newer than this build: schema shop is at step 2, this build knows 1/,
    });
  }),
);

t.test('processes that start at the same moment migrate once', (t) =>
  withTestDatabase(t, async (db, url) => {
    const other = await openPostgres(url, { poolMax: 1 });
    try {
      const sets = [{ schema: 'shop', steps: [first, second] }];
      await Promise.all([migrate(db, sets), migrate(other, sets), migrate(db, sets)]);
      t.strictSame(await things(db), [{ id: 'one', size: 3 }]);
    } finally {
      await other.close();
    }
  }),
);
