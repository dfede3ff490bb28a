import t, { type Test } from 'tap';
import type { ExpectedRows, RowDecision } from '../../core/engine/row-batch.ts';
import { withTestPglite } from '../embedded/testing.ts';
import type { Database } from './database.ts';
import { KeyedRows } from './keyed-rows.ts';
import { type KeyedTable } from './keyed-table.ts';
import { migrate } from './migrate.ts';
import { engineChanges, engineMigrations } from './tables.ts';
import { withTestDatabase } from './testing.ts';

interface Counter {
  readonly id: string;
  readonly count: number;
}

const COUNTERS: KeyedTable<Counter, Counter> = {
  schema: 'counting',
  table: 'counter',
  key: 'id',
  keyOf: ({ id }) => id,
  columns: {
    id: { type: 'text', write: ({ id }) => id },
    count: { type: 'bigint', write: ({ count }) => count },
  },
  read: ({ id, count }) => ({ id, count }),
};

const countingMigrations = {
  schema: 'counting',
  steps: [
    ...engineMigrations(),
    {
      name: 'counters',
      sql: 'create table counter (id text collate "C" primary key, count bigint not null check (count < 1000))',
    },
    ...engineChanges(),
  ],
};

const NOTHING_KNOWN: ExpectedRows<Counter> = new Map();
let sequence = 0;

/** Adds one to each key, and sends what it counted. */
function increment(keys: readonly string[], shown: (number | undefined)[] = []) {
  return (rows: ReadonlyMap<string, Counter>): RowDecision<Counter, readonly Counter[]> => {
    shown.push(...keys.map((key) => rows.get(key)?.count));
    const writes = keys.map((id) => ({ id, count: (rows.get(id)?.count ?? 0) + 1 }));
    sequence += 1;
    return { writes, outbox: { writer: 'counter', epoch: 0, sequence, messages: [] }, result: writes };
  };
}

/** The same database, with what is asked of it written down. */
function watched(db: Database): { db: Database; asked: string[] } {
  const asked: string[] = [];
  const watchedDb: Database = {
    query: (sql, values, name) => {
      asked.push('query');
      return db.query(sql, values, name);
    },
    transaction: (work) => {
      asked.push('transaction');
      return db.transaction(work);
    },
    exec: (sql) => db.exec(sql),
    ping: () => db.ping(),
    close: () => db.close(),
  };
  return { db: watchedDb, asked };
}

async function suite(t: Test, database: Database): Promise<void> {
  await migrate(database, [countingMigrations]);
  const { db, asked } = watched(database);
  const rows = new KeyedRows(db, COUNTERS);
  const counted = async (id: string) =>
    (await database.query<Counter>('select count from counting.counter where id = $1', [id]))[0]?.count;
  const sent = async () =>
    (await database.query<{ sent: number }>('select count(*) as sent from counting.outbox'))[0]?.sent ?? 0;

  await t.test('a new row, and a row that was just written, take one round trip each', async (t) => {
    asked.length = 0;
    const [first] = await rows.transact(['fresh'], increment(['fresh']), new Map([['fresh', null]]));
    t.same(asked, ['query']);
    t.ok(first);
    await rows.transact(['fresh'], increment(['fresh']), new Map([['fresh', first ?? null]]));
    t.same(asked, ['query', 'query']);
    t.equal(await counted('fresh'), 2);
  });

  await t.test('keys of which nothing is known are looked up first, all of them at once', async (t) => {
    asked.length = 0;
    await rows.transact(['fresh', 'unheard'], increment(['fresh', 'unheard']), NOTHING_KNOWN);
    t.same(asked, ['query', 'query']);
    t.equal(await counted('fresh'), 3);
    t.equal(await counted('unheard'), 1);
  });

  await t.test(
    'a row where none was expected is decided over again, and nothing is sent twice',
    async (t) => {
      await rows.transact(['there'], increment(['there']));
      const before = await sent();
      const shown: (number | undefined)[] = [];
      const keys = ['not-there', 'there'];
      await rows.transact(
        keys,
        increment(keys, shown),
        new Map([...keys.map((key) => [key, null] as const)]),
      );
      t.same(shown, [undefined, undefined, undefined, 1]);
      t.equal(await counted('there'), 2);
      t.equal(await counted('not-there'), 1);
      t.equal(await sent(), before + 1);
    },
  );

  await t.test('a row that others changed since it was seen is decided over again', async (t) => {
    const [seen] = await rows.transact(['moved'], increment(['moved']));
    await database.exec(`update counting.counter set count = 10 where id = 'moved'`);
    const shown: (number | undefined)[] = [];
    await rows.transact(['moved'], increment(['moved'], shown), new Map([['moved', seen ?? null]]));
    t.same(shown, [1, 10]);
    t.equal(await counted('moved'), 11);
  });

  await t.test('an answer that writes no row depends on what is there all the same', async (t) => {
    const [seen] = await rows.transact(['read'], increment(['read']));
    await database.exec(`update counting.counter set count = 5 where id = 'read'`);
    const look = (found: ReadonlyMap<string, Counter>) => ({
      writes: [],
      outbox: undefined,
      result: found.get('read')?.count,
    });
    t.equal(await rows.transact(['read'], look, new Map([['read', null]])), 5, 'not empty as expected');
    t.equal(await rows.transact(['read'], look, new Map([['read', seen ?? null]])), 5, 'not as last seen');
    t.equal(await rows.transact(['empty'], look, new Map([['empty', null]])), undefined);
  });

  await t.test('a value that the database refuses undoes the whole change', async (t) => {
    const before = await sent();
    const tooMany = () => ({
      writes: [
        { id: 'refused', count: 1000 },
        { id: 'beside', count: 1 },
      ],
      outbox: { writer: 'refused', epoch: 0, sequence: 1, messages: [] },
      result: undefined,
    });
    const expected = new Map([
      ['refused', null],
      ['beside', null],
    ]);
    await t.rejects(rows.transact(['refused', 'beside'], tooMany, expected), { code: 'value_refused' });
    t.equal(await counted('beside'), undefined);
    t.equal(await sent(), before);
  });
}

/** What needs two connections: another writer in the middle of its transaction. */
async function races(t: Test, db: Database): Promise<void> {
  const rows = new KeyedRows(db, COUNTERS);
  const isWaiting = async () => {
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    for (let looks = 0; looks < 500; looks += 1) {
      if ((await db.query(waiting)).length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error('nobody waits for a lock');
  };
  const GIVEN_UP = new Error('given up');

  /** What `increment` is shown when another transaction did `sql` before and ends only once we wait for it. */
  const meanwhile = async (
    sql: string,
    key: string,
    expected: Counter | null,
    ending: 'commit' | 'rollback',
  ) => {
    const shown: (number | undefined)[] = [];
    let change: Promise<unknown> = Promise.resolve();
    const other = db.transaction(async (tx) => {
      await tx.query(sql, [key]);
      change = rows.transact([key], increment([key], shown), new Map([[key, expected]]));
      await isWaiting();
      if (ending === 'rollback') throw GIVEN_UP;
    });
    await other.catch((error: unknown) => {
      if (error !== GIVEN_UP) throw error;
    });
    await change;
    const [row] = await db.query<Counter>('select count from counting.counter where id = $1', [key]);
    return { shown, count: row?.count };
  };
  const UPDATE = 'update counting.counter set count = 100 where id = $1';
  const LOCK = 'select 1 from counting.counter where id = $1 for no key update';
  const INSERT = 'insert into counting.counter (id, count) values ($1, 100)';

  await t.test('an update under way is waited for, and decided over again if it lands', async (t) => {
    const [landed] = await rows.transact(['update'], increment(['update']));
    t.same(await meanwhile(UPDATE, 'update', landed ?? null, 'commit'), { shown: [1, 100], count: 101 });
    const [undone] = await rows.transact(['undone'], increment(['undone']));
    t.same(await meanwhile(UPDATE, 'undone', undone ?? null, 'rollback'), { shown: [1], count: 2 });
  });

  await t.test('a lock that changes nothing is waited for, and no more', async (t) => {
    const [seen] = await rows.transact(['locked'], increment(['locked']));
    t.same(await meanwhile(LOCK, 'locked', seen ?? null, 'commit'), { shown: [1], count: 2 });
  });

  await t.test('an insert under way is waited for, and decided over again if it lands', async (t) => {
    t.same(await meanwhile(INSERT, 'insert', null, 'commit'), { shown: [undefined, 100], count: 101 });
    t.same(await meanwhile(INSERT, 'never', null, 'rollback'), { shown: [undefined], count: 1 });
  });

  await t.test('two writers at once lose no change, whatever they expect', async (t) => {
    const writers = [new KeyedRows(db, COUNTERS), new KeyedRows(db, COUNTERS)];
    const keys = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(
      writers.map(async (writer, position) => {
        let expected = new Map<string, Counter | null>(keys.map((key) => [key, null]));
        for (let turn = 0; turn < 100; turn += 1) {
          const some = keys.filter((_, index) => (turn + position * index) % 3 !== 0);
          if (position === 1) some.reverse();
          const written = await writer.transact(some, increment(some), expected);
          expected = new Map(written.map((row) => [row.id, row]));
        }
      }),
    );
    const wanted = keys.map((_, index) =>
      writers.reduce((sum, _writer, position) => {
        const turns = Array.from({ length: 100 }, (_each, turn) => (turn + position * index) % 3 !== 0);
        return sum + turns.filter(Boolean).length;
      }, 0),
    );
    const stored = await db.query<Counter>(
      'select count from counting.counter where id = any($1::text[]) order by id',
      [keys],
    );
    t.same(
      stored.map(({ count }) => count),
      wanted,
    );
  });
}

t.test('on a Postgres server', (t) =>
  withTestDatabase(t, async (db) => {
    await suite(t, db);
    await races(t, db);
  }),
);
t.test('on Postgres in process', (t) => withTestPglite((db) => suite(t, db)));
