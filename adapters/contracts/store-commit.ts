import type { Commit, Fence } from '../../core/engine/ports.ts';
import type { TapTest } from '../postgres/testing.ts';
import { LEASE_MS, type StoreUnderTest, actorOf, commitOf, logOf, messageOf } from './store-fixture.ts';

/** Writing: P2, P6, P8, and how decisions' rows reach the service's tables. */
export async function commitContract(t: TapTest, under: StoreUnderTest): Promise<void> {
  const { store, rows } = under;
  await store.fixPartitions(2);
  const fences: readonly Fence[] = await store.open('a', [0, 1], LEASE_MS);
  const commit = (parts: Partial<Commit>): Promise<void> => store.commit(commitOf('a', fences, parts));
  const load = async (id: string): Promise<readonly object[]> =>
    (await store.hydrate([{ kind: 'parcel', id }], [])).actors;

  await t.test('a commit of everything is read back as it was written', async (t) => {
    const actor = actorOf('whole', 0, {
      partition: 1,
      version: 3,
      snapshot: { value: { moving: 'by van' }, list: [1, null, 'Grüße "x" \\ {}'] },
      timers: [{ id: 'late', dueAt: 1_800_000_000_000, armedAt: 3, event: { type: 'late' } }],
      waiting: [{ message: messageOf('w1'), sinceMs: 1_700_000_000_000 }],
      wakeAt: 1_800_000_000_000,
      wakeChanged: true,
    });
    const { expectedVersion: _expected, wakeChanged: _changed, ...record } = actor;
    await commit({
      actors: [actor],
      log: [logOf('whole', 1), logOf('whole', 2), logOf('whole', 3)],
      inbox: [{ messageId: 'seen-1', day: '2026-01-02' }],
      outbox: [{ writer: 'p01', epoch: 1, sequence: 1, messages: [messageOf('o1')] }],
      rows: [
        {
          table: 'parcel.new',
          row: {
            id: 'whole',
            status: 'new',
            weight: 12,
            details: [['a'], { b: 1 }],
            sent_at: 1_700_000_000_000,
          },
        },
        { table: 'movement', row: { id: 'v1', parcel_id: 'whole', heavy: true, share: 0.25 } },
      ],
    });
    t.strictSame(await load('whole'), [record]);
    t.match(await rows('actor_log'), [
      {
        kind: 'parcel',
        id: 'whole',
        version: 1,
        message_id: 'm/whole/1',
        from_state: 'waiting',
        to_state: 'moving',
        at: new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678)),
        detail: { data: { by: 'van' } },
      },
      { version: 2 },
      { version: 3 },
    ]);
    t.strictSame(await rows('parcel'), [
      {
        id: 'whole',
        status: 'new',
        weight: 12,
        details: [['a'], { b: 1 }],
        sent_at: new Date(1_700_000_000_000),
      },
    ]);
    t.strictSame(await rows('movement'), [{ id: 'v1', parcel_id: 'whole', heavy: true, share: 0.25 }]);
  });

  await t.test('an actor is written only at the version it was decided on (P2)', async (t) => {
    await commit({ actors: [actorOf('versioned', 0)] });
    await t.rejects(commit({ actors: [actorOf('versioned', 0)] }), { code: 'fence_lost' }, 'exists already');
    await t.rejects(commit({ actors: [actorOf('versioned', 2)] }), { code: 'fence_lost' }, 'is older');
    await t.rejects(commit({ actors: [actorOf('nobody', 1)] }), { code: 'fence_lost' }, 'does not exist');
    t.strictSame(await load('nobody'), []);
    await commit({ actors: [actorOf('versioned', 1, { snapshot: 'next' }), actorOf('nobody', 0)] });
    t.match(await load('versioned'), [{ version: 2, snapshot: 'next' }]);
  });

  await t.test(
    'a message that somebody else has handled is a lost fence, and nothing is written (P6)',
    async (t) => {
      await commit({ actors: [actorOf('twice', 0)], log: [logOf('twice', 1)] });
      const repeat = commit({
        actors: [actorOf('twice', 1)],
        log: [logOf('twice', 2, { messageId: 'm/twice/1' })],
        outbox: [{ writer: 'p00', epoch: 1, sequence: 77, messages: [] }],
      });
      await t.rejects(repeat, { code: 'fence_lost' });
      t.match(await load('twice'), [{ version: 1 }]);
      t.strictSame(await store.leftovers([0]), []);
      await commit({ inbox: [{ messageId: 'in-1', day: '2026-01-02' }] });
      await t.rejects(commit({ inbox: [{ messageId: 'in-1', day: '2026-01-02' }] }), { code: 'fence_lost' });
    },
  );

  await t.test('a poisoned value is refused and nothing of its batch is written (P8)', async (t) => {
    const poisoned = 'a\u0000b';
    const healthy = actorOf('beside', 0);
    const cases: readonly [string, Partial<Commit>][] = [
      ['half a character', { actors: [healthy], log: [logOf('beside', 1, { detail: { text: 'a\ud83d' } })] }],
      ['id', { actors: [healthy, actorOf(poisoned, 0)] }],
      ['no snapshot', { actors: [healthy, actorOf('p9', 0, { snapshot: undefined as never })] }],
      ['half a millisecond', { actors: [healthy, actorOf('p10', 0, { wakeAt: 0.5, wakeChanged: true })] }],
      ['no date', { actors: [healthy], inbox: [{ messageId: 'p11', day: 'someday' }] }],
      ['log', { actors: [healthy], log: [logOf('beside', 1, { detail: { text: poisoned } })] }],
      [
        'text column',
        { actors: [healthy], rows: [{ table: 'parcel.new', row: { id: 'p2', status: poisoned } }] },
      ],
      [
        'json column',
        {
          actors: [healthy],
          rows: [{ table: 'parcel.new', row: { id: 'p3', status: '', details: poisoned } }],
        },
      ],
      ['unknown table', { actors: [healthy], rows: [{ table: 'nothing', row: { id: 'p6' } }] }],
      ['half an update', { actors: [healthy], rows: [{ table: 'parcel.status', row: { id: 'whole' } }] }],
      [
        'no time',
        {
          actors: [healthy],
          rows: [{ table: 'parcel.new', row: { id: 'p12', status: '', sent_at: 'soon' } }],
        },
      ],
      [
        'no number',
        {
          actors: [healthy],
          rows: [{ table: 'parcel.new', row: { id: 'p13', status: '', weight: 'much' } }],
        },
      ],
      [
        'twice in one batch',
        {
          actors: [healthy],
          rows: [
            { table: 'parcel.new', row: { id: 'p14', status: 'one' } },
            { table: 'parcel.new', row: { id: 'p14', status: 'two' } },
          ],
        },
      ],
      [
        'object for text',
        { actors: [healthy], rows: [{ table: 'parcel.new', row: { id: 'p7', status: {} } }] },
      ],
      ['missing value', { actors: [healthy], rows: [{ table: 'parcel.new', row: { id: 'p4' } }] }],
      [
        'number too large',
        { actors: [healthy], rows: [{ table: 'parcel.new', row: { id: 'p5', status: '', weight: 1e30 } }] },
      ],
    ];
    for (const [name, parts] of cases) await t.rejects(commit(parts), { code: 'value_refused' }, name);
    t.strictSame(await load('beside'), []);
    await commit({ actors: [healthy] });
    t.equal((await load('beside')).length, 1, 'the store goes on');
  });

  await t.test('a snapshot comes back as it was, whatever text is in it', async (t) => {
    const snapshot = { nul: 'a\u0000b', half: 'a\ud83d', deep: [{ text: 'ü "quoted" \\ back' }] };
    await commit({ actors: [actorOf('verbatim', 0, { snapshot })] });
    t.match(await load('verbatim'), [{ snapshot }]);
  });

  await t.test(
    'rows: an insert of what exists is refused, an upsert replaces, an update must meet a row',
    async (t) => {
      const put = (table: string, row: object): Promise<void> =>
        commit({ rows: [{ table, row: { ...row } }] });
      const parcel = async (id: string): Promise<unknown> =>
        (await rows('parcel')).find((row) => idOf(row) === id);
      await put('parcel.new', { id: 'r1', status: 'new', weight: 3 });
      await t.rejects(put('parcel.new', { id: 'r1', status: 'again' }), { code: 'value_refused' });
      await put('parcel.status', { id: 'r1', status: 'sent' });
      t.match(await parcel('r1'), { status: 'sent', weight: 3 });
      await put('parcel.put', { id: 'r1', status: 'put', details: { a: 1 } });
      t.match(await parcel('r1'), { status: 'put', weight: null, details: { a: 1 } });
      await put('parcel.put', { id: 'r2', status: 'made' });
      t.match(await parcel('r2'), { status: 'made' });
      await t.rejects(put('parcel.status', { id: 'nowhere', status: 'sent' }), { code: 'value_refused' });
    },
  );

  await t.test('what the writer lost outranks what is wrong with its rows (P2, P8)', async (t) => {
    const row = { table: 'parcel.new', row: { id: 'o1', status: 'new' } };
    await commit({
      actors: [actorOf('outranked', 0)],
      rows: [row],
      inbox: [{ messageId: 'o-1', day: '2026-01-02' }],
    });
    const stale = fences.map(({ partition, epoch }) => ({ partition, epoch: epoch - 1 }));
    const again = [row, { table: 'parcel.status', row: { id: 'nowhere', status: 'sent' } }];
    await t.rejects(store.commit(commitOf('a', stale, { rows: again })), { code: 'fence_lost' }, 'the lease');
    await t.rejects(
      commit({ actors: [actorOf('outranked', 0)], rows: again }),
      { code: 'fence_lost' },
      'the version',
    );
    await t.rejects(
      commit({ rows: [row], inbox: [{ messageId: 'o-1', day: '2026-01-02' }] }),
      { code: 'value_refused' },
      'of an id and a row that exist the row is told',
    );
    await t.rejects(
      commit({
        rows: [row],
        outbox: [
          { writer: 'p00', epoch: 1, sequence: 90, messages: [] },
          { writer: 'p00', epoch: 1, sequence: 90, messages: [] },
        ],
      }),
      { code: 'fence_lost' },
      'an outbox row before both',
    );
    t.strictSame(await store.leftovers([0]), []);
  });

  await t.test('what JSON leaves out is not stored', async (t) => {
    const snapshot = { kept: 1, gone: undefined, when: new Date(0), list: [undefined, NaN] } as never;
    await commit({ actors: [actorOf('json', 0, { snapshot })] });
    t.strictSame(
      (await load('json')).map((actor) => 'snapshot' in actor && actor.snapshot),
      [{ kept: 1, when: '1970-01-01T00:00:00.000Z', list: [null, null] }],
    );
  });

  await t.test('rows of one key in one batch become one, the later wins column by column', async (t) => {
    await commit({
      rows: [
        { table: 'parcel.put', row: { id: 'm1', status: 'first', weight: 5 } },
        { table: 'parcel.put', row: { id: 'm1', status: 'second' } },
        { table: 'parcel.put', row: { id: 'm2', status: 'alone' } },
        { table: 'parcel.status', row: { id: 'r1', status: 'one' } },
        { table: 'parcel.status', row: { id: 'r1', status: 'two' } },
      ],
    });
    const stored = await rows('parcel');
    t.match(
      stored.find((row) => idOf(row) === 'm1'),
      { status: 'second', weight: 5 },
    );
    t.match(
      stored.find((row) => idOf(row) === 'm2'),
      { status: 'alone' },
    );
    t.match(
      stored.find((row) => idOf(row) === 'r1'),
      { status: 'two' },
    );
  });

  await t.test('hydrating tells which messages were handled, each by its own kind of memory', async (t) => {
    const { actors, seen } = await store.hydrate(
      [
        { kind: 'parcel', id: 'whole' },
        { kind: 'other', id: 'whole' },
        { kind: 'parcel', id: 'unheard' },
      ],
      [
        { id: 'm/whole/2', day: '2026-01-02', remember: 'log' },
        { id: 'seen-1', day: '2026-01-02', remember: 'inbox' },
        { id: 'seen-1', day: '2026-01-03', remember: 'log' },
        { id: 'm/whole/9', day: '2026-01-02', remember: 'log' },
        { id: 'm/whole/3', day: '2026-01-02', remember: 'inbox' },
      ],
    );
    t.strictSame(
      actors.map(({ kind, id }) => [kind, id]),
      [['parcel', 'whole']],
    );
    t.strictSame([...seen].sort(), ['m/whole/2', 'seen-1']);
  });
}

function idOf(row: object): unknown {
  return 'id' in row ? row.id : undefined;
}
