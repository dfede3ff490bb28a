import { createServer } from 'node:net';
import t from 'tap';
import { OrreryError } from '../../core/kernel/errors.ts';
import { bothDatabases } from '../contracts/databases.ts';
import { TcpProxy } from '../network/tcp-proxy.ts';
import { openPostgres } from './open.ts';
import { withTestDatabase } from './testing.ts';
import { until } from '../../core/kernel/testing-until.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

t.test('values come back as the port says', (t) =>
  bothDatabases(t, async (t, db) => {
    const [row] = await db.query(
      `select 9007199254740991::bigint as big, sum(x)::bigint as total, sum(x::bigint) as numeric, avg(x) as mean,
         timestamptz '2026-01-02 03:04:05.678+00' as at, date '2026-01-02' as day, $1::jsonb as doc,
         '[1]'::json as json, array[1, null]::bigint[] as bigs, array['a', 'NULL', null] as texts, true as yes,
         0.5::double precision as half, null::text as none, $2::timestamptz as given
       from generate_series(1, 2) as x`,
      ['{"a":[1,"b"]}', new Date(1_700_000_000_123)],
    );
    t.strictSame(row, {
      big: Number.MAX_SAFE_INTEGER,
      total: 3,
      numeric: 3,
      mean: 1.5,
      at: new Date('2026-01-02T03:04:05.678Z'),
      day: '2026-01-02',
      doc: { a: [1, 'b'] },
      json: [1],
      bigs: [1, null],
      texts: ['a', 'NULL', null],
      yes: true,
      half: 0.5,
      none: null,
      given: new Date(1_700_000_000_123),
    });
  }),
);

t.test('arrays go in for unnest, whatever is in them', (t) =>
  bothDatabases(t, async (t, db) => {
    const texts = [
      'plain',
      'a "quoted" \\ {b,c}',
      '',
      'NULL',
      null,
      'Grüße 🎻',
      JSON.stringify({ a: '"\\"' }),
    ];
    const numbers = [1, -2, 0.5, null, 9007199254740991, 6, 7];
    const rows = await db.query(
      'select text, number from unnest($1::text[], $2::double precision[]) as row(text, number)',
      [texts, numbers],
      'arrays',
    );
    t.strictSame(
      rows,
      texts.map((text, index) => ({ text, number: numbers[index] })),
    );
  }),
);

t.test('errors are classified', (t) =>
  bothDatabases(t, async (t, db) => {
    await db.exec('create table one (id integer primary key); insert into one values (1)');
    const cases: readonly [string, readonly unknown[], string][] = [
      ['insert into one values (1)', [], 'value_refused'],
      ['select $1::integer', ['many'], 'value_refused'],
      ['select $1::text', ['\u0000'], 'value_refused'],
      ['select nothing from one', [], 'sql_error'],
      ["do $$ begin raise exception using errcode = 'OR001'; end $$", [], 'fence_lost'],
      ["do $$ begin raise exception using errcode = '40001'; end $$", [], 'store_unavailable'],
      ["do $$ begin raise exception using errcode = '57014'; end $$", [], 'store_unavailable'],
    ];
    for (const [sql, values, code] of cases) {
      await t.rejects(db.query(sql, values), { code, retryable: code === 'store_unavailable' }, sql);
      await t.rejects(
        db.transaction((tx) => tx.query(sql, values)),
        { code },
        sql,
      );
    }
    await db.ping();
  }),
);

t.test('a transaction is all or nothing', (t) =>
  bothDatabases(t, async (t, db) => {
    await db.exec('create table one (id integer primary key)');
    const own = new OrreryError('own', 'thrown by the work');
    await t.rejects(
      db.transaction(async (tx) => {
        await tx.query('insert into one values (1)');
        throw own;
      }),
      own,
    );
    t.strictSame(await db.query('select id from one'), []);
    t.equal(await db.transaction(async (tx) => (await tx.query('insert into one values (2)')).length), 0);
    t.strictSame(await db.query('select id from one'), [{ id: 2 }]);

    const hidden = db.transaction(async (tx) => {
      await tx.query('insert into one values (3)');
      await tx.query('insert into one values (2)').catch(() => undefined);
    });
    await t.rejects(hidden, { code: 'sql_error' }, 'work that hides a failure does not pass for committed');
    t.strictSame(await db.query('select id from one'), [{ id: 2 }]);
  }),
);

t.test('statements that begin a transaction and fail in it leave none open for the next caller', (t) =>
  bothDatabases(t, async (t, db) => {
    await db.exec('create table one (id integer primary key)');
    await t.rejects(db.exec('begin; insert into one values (1); select nothing from one; commit;'), {
      code: 'sql_error',
    });
    await Promise.all(Array.from({ length: 10 }, () => db.query('select pg_sleep(0.01)')));
    t.strictSame(await db.query('select id from one'), []);
  }),
);

t.test('transactions at the same moment do not mix', (t) =>
  bothDatabases(t, async (t, db) => {
    await db.exec('create table tally (n integer); insert into tally values (0)');
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        db
          .transaction(async (tx) => {
            const [row] = await tx.query<{ n: number }>('select n from tally for update', [], 'read');
            await tx.query('update tally set n = $1', [(row?.n ?? 0) + 1], 'write');
            if (index % 3 === 0) throw new OrreryError('own', 'undone');
          })
          .catch(() => undefined),
      ),
    );
    t.strictSame(await db.query('select n from tally'), [{ n: 8 }]);
  }),
);

t.test('a lost connection is replaced by the next call', (t) =>
  withTestDatabase(t, async (db, url) => {
    const other = await openPostgres(url, { poolMax: 1 });
    const kill = (): Promise<object[]> =>
      other.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    try {
      await db.query('select 1', [], 'named');
      await kill();
      await pause(50);
      t.strictSame(await db.query('select 2 as n', [], 'named'), [{ n: 2 }], 'an idle one');
      const running = db.query('select pg_sleep(5)');
      const failed = t.rejects(running, { code: 'store_unavailable', retryable: true }, 'a busy one');
      await until('the query to run', async () => {
        const running = await other.query(
          `select 1 from pg_stat_activity where datname = current_database() and query = 'select pg_sleep(5)'`,
        );
        return running.length === 1;
      });
      await kill();
      await failed;
      const transaction = db.transaction(async (tx) => {
        await kill();
        await tx.query('select 1');
      });
      await t.rejects(transaction, { code: 'store_unavailable' }, 'one in a transaction');
      await db.ping();
    } finally {
      await other.close();
    }
  }),
);

t.test('connections that went silent are given up together, not each in its own time', (t) =>
  withTestDatabase(t, async (_, url) => {
    const proxy = await TcpProxy.open(url);
    const db = await openPostgres(proxy.url, { poolMax: 4, promptAnswerMsMax: 2_000 });
    try {
      const four = Array.from({ length: 4 }, () => db.query('select pg_sleep(0.1)', [], 'sleep'));
      await Promise.all(four);
      proxy.forget();
      const startedAt = performance.now();
      await t.rejects(db.query('select 1', [], 'one'), { code: 'store_unavailable' });
      await Promise.all(Array.from({ length: 4 }, () => db.query('select 1', [], 'one')));
      await db.transaction((tx) => tx.query('select 1', [], 'one'));
      const tookMs = performance.now() - startedAt;
      t.ok(tookMs > 1_900 && tookMs < 3_900, 'one waited, nobody else', { tookMs });

      proxy.forget();
      await t.rejects(
        db.transaction((tx) => tx.query('select 1', [], 'one')),
        { code: 'store_unavailable' },
        'a transaction as well',
      );
      await db.query('select 1', [], 'one');

      proxy.holdAnswers(true);
      const slow = db.query('select 2 as two');
      setTimeout(() => {
        proxy.holdAnswers(false);
      }, 2_500);
      t.strictSame(await slow, [{ two: 2 }], 'what is not prepared may take its time');
    } finally {
      await db.close();
      await proxy.close();
    }
  }),
);

t.test('a transaction that stands still is ended by the server, and blocks nobody (P2)', (t) =>
  withTestDatabase(t, async (db) => {
    await db.exec('create table one (id integer primary key); insert into one values (1)');
    let isLocked = false;
    const stopped = db.transaction(async (tx) => {
      await tx.query('select id from one for update');
      isLocked = true;
      await pause(2_600);
      await tx.query('select 1');
    });
    const failed = t.rejects(stopped, { code: 'store_unavailable' });
    await until('the lock', () => isLocked);
    await db.query('update one set id = 2');
    await failed;
    t.strictSame(await db.query('select id from one'), [{ id: 2 }]);
  }),
);

t.test('a server that is not there, or never answers, is told as such', async (t) => {
  await t.rejects(openPostgres('postgres://postgres@127.0.0.1:1/x'), { code: 'store_unavailable' });
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '1';
  await t.rejects(openPostgres(`postgres://postgres@127.0.0.1:${port}/x`), { code: 'store_unavailable' });
  silent.close();
});

t.test('a server that goes away right behind its welcome is away, and no more', async (t) => {
  const part = (type: string, body: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4);
    return Buffer.concat([Buffer.from(type), length, body]);
  };
  const welcome = Buffer.concat([part('R', Buffer.alloc(4)), part('Z', Buffer.from('I'))]);
  const farewell = part(
    'E',
    Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'),
  );
  // Both in one packet: read in one go, before whoever waits for the connection goes on.
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.concat([welcome, farewell])));
  }).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { readonly port: number };
  await t.rejects(openPostgres(`postgres://somebody@127.0.0.1:${String(port)}/anything`), {
    code: 'store_unavailable',
  });
});
