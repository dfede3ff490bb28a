import type { RowWrite } from '../../core/engine/behaviour.ts';
import type { ActorWrite, Commit, EngineStore, OutboxRow, WakeWrite } from '../../core/engine/ports.ts';
import type { Random } from '../../core/kernel/clock.ts';
import { errorCode } from '../../core/kernel/errors.ts';
import { withTestPglite } from '../embedded/testing.ts';
import type { Database } from '../postgres/database.ts';
import { createEngineStore } from '../postgres/engine/store.ts';
import { migrate } from '../postgres/migrate.ts';
import { cheaperUpkeep, engineChanges, engineMigrations, pauseChanges } from '../postgres/tables.ts';
import { chance, streamOf, whole } from '../../core/kernel/seeded-random.ts';
import { memoryStore } from './memory-store.ts';
import { SERVICE_SPECS, SERVICE_TABLES, actorOf, commitOf, logOf, messageOf } from './store-fixture.ts';
import t from 'tap';

/*
 * Whatever is asked of the store of a simulated world is answered as Postgres would: the same calls, drawn from a seed,
 * on both. What one commit must not hold (an actor twice, a row by two specs) is not drawn.
 */
const SEEDS = [1, 2, 3, 4];
const CALLS = 120;
const PARTITIONS = [0, 1, 2, 3];
const OWNERS = ['a', 'b'];
const MEMBERS = ['m1', 'm2', 'm3'];
const DAYS = ['2026-01-01', '2026-01-02', '2026-01-03'];
const HOUR_MS = 3_600_000;
const ACTORS = 12;
const MESSAGES = 40;
/** Values that nothing is wrong with. */
const FINE = ['old', 'held', 'gone', 'kept', 'lost', 'found'];

interface Call {
  readonly name: string;
  readonly call: (store: EngineStore) => Promise<unknown>;
  /** For whoever looks into a difference. */
  readonly detail?: unknown;
}

await t.test('memory and Postgres give the same answers to the same calls', (t) =>
  withTestPglite(async (db) => {
    for (const seed of SEEDS) {
      await t.test(`seed ${String(seed)}`, async (t) => {
        const sql = await sqlStore(db, `trial_${String(seed)}`);
        const memory = memoryStore();
        const random = streamOf(seed, 'calls');
        const codes = new Map<string, number>();
        for (let index = 0; index < CALLS; index += 1) {
          const { name, call, detail } = callOf(random, index);
          const expected = await outcomeOf(() => call(sql.store));
          const found = await outcomeOf(() => call(memory.store));
          if (!t.strictSame(found, expected, `call ${String(index)}: ${name}`)) {
            t.comment(JSON.stringify(detail));
            return;
          }
          const code = 'code' in expected ? expected.code : 'done';
          if (name === 'commit') codes.set(code, (codes.get(code) ?? 0) + 1);
        }
        for (const table of ['parcel', 'movement']) {
          t.strictSame(await memory.rows(table), await sql.rows(table), table);
        }
        t.match(await memory.rows('actor_log'), await sql.rows('actor_log'));
        for (const code of ['done', 'fence_lost', 'value_refused']) t.ok(codes.get(code), `commits: ${code}`);
      });
    }
  }),
);

async function sqlStore(db: Database, schema: string) {
  await migrate(db, [
    {
      schema,
      steps: [
        ...engineMigrations(),
        ...engineChanges(),
        ...cheaperUpkeep(),
        ...pauseChanges(),
        { name: 'service tables', sql: SERVICE_TABLES },
      ],
    },
  ]);
  return {
    store: createEngineStore(db, schema, SERVICE_SPECS),
    rows: (table: string): Promise<readonly object[]> =>
      db.query(`select * from ${schema}.${table} order by 1, 2, 3`),
  };
}

async function outcomeOf(
  call: () => Promise<unknown>,
): Promise<{ readonly value: unknown } | { readonly code: string }> {
  try {
    return { value: comparable(await call()) };
  } catch (error) {
    return { code: errorCode(error) };
  }
}

/** Without the order of what has none. */
function comparable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('seen' in value) || !('actors' in value)) return value;
  const byText = (one: object, other: object): number =>
    JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
  return {
    seen: [...(value.seen as Set<string>)].sort(),
    actors: [...(value.actors as object[])].sort(byText),
  };
}

function callOf(random: Random, index: number): Call {
  const owner = oneOf(random, OWNERS);
  const some = PARTITIONS.filter(() => chance(random, 0.6));
  const fences = some.map((partition) => ({ partition, epoch: whole(random, 1, 4) }));
  const leaseMs = chance(random, 0.7) ? HOUR_MS : -1;
  const rows = [outboxRowOf(random, index), outboxRowOf(random, index)];
  const member = oneOf(random, MEMBERS);
  const living = MEMBERS.filter(() => chance(random, 0.5));
  const day = oneOf(random, DAYS);
  const nowMs = whole(random, 0, 100);
  const commit = commitDrawn(random, index);
  const calls: readonly (readonly [weight: number, Call])[] = [
    [2, { name: 'open', call: (store) => store.open(owner, some, leaseMs) }],
    [1, { name: 'renew', call: (store) => store.renew(owner, fences, leaseMs) }],
    [1, { name: 'release', call: (store) => store.release(owner, fences.slice(0, 1)) }],
    [1, { name: 'leases', call: (store) => store.leases() }],
    [1, { name: 'leftovers', call: (store) => store.leftovers(some) }],
    [1, { name: 'adoptOutbox', call: (store) => adopt(store, member, living) }],
    [1, { name: 'findOutbox', call: (store) => store.findOutbox(member, [1, 3, 5, 7]) }],
    [1, { name: 'confirmOutbox', call: (store) => store.confirmOutbox(rows) }],
    [1, { name: 'dueWakes', call: (store) => store.dueWakes(some, nowMs, 1_000) }],
    [0.3, { name: 'forgetInbox', call: (store) => store.forgetInbox(day) }],
    [2, { name: 'hydrate', call: (store) => store.hydrate(...everything(day)) }],
    [12, { name: 'commit', call: (store) => store.commit(commit), detail: commit }],
  ];
  if (index === 0) return { name: 'fixPartitions', call: (store) => store.fixPartitions(PARTITIONS.length) };
  const sum = calls.reduce((total, [weight]) => total + weight, 0);
  let drawn = random() * sum;
  for (const [weight, call] of calls) {
    drawn -= weight;
    if (drawn < 0) return call;
  }
  throw new Error('the weights add up to their sum');
}

/** All actors, and all messages by both memories. */
function everything(day: string): Parameters<EngineStore['hydrate']> {
  const actors = Array.from({ length: ACTORS }, (_, id) => ({ kind: 'parcel', id: `id-${String(id)}` }));
  const messages = Array.from({ length: MESSAGES }, (_, id) => [
    { id: `m-${String(id)}`, day, remember: 'log' as const },
    { id: `m-${String(id)}`, day, remember: 'inbox' as const },
  ]);
  return [actors, messages.flat()];
}

/** Every member has just been seen, or has left: when exactly is no part of the answer. */
async function adopt(store: EngineStore, member: string, living: readonly string[]): Promise<unknown> {
  for (const id of MEMBERS) await store.leave(id);
  let members: unknown = [];
  for (const id of living)
    ({ members } = await store.heartbeat({ id, worker: true, generation: 1, backlog: 2 }));
  const adopted = await store.adoptOutbox(member, 3);
  await store.confirmOutbox(adopted.slice(0, 1));
  // Not their new sequences: Postgres leaves gaps where an insert was undone.
  return { members, adopted: adopted.map(({ writer, epoch, messages }) => ({ writer, epoch, messages })) };
}

function outboxRowOf(random: Random, index: number): OutboxRow {
  const partition = chance(random, 0.5);
  const writer = partition ? `p0${String(oneOf(random, PARTITIONS))}` : oneOf(random, MEMBERS);
  const epoch = partition ? whole(random, 1, 2) : 0;
  return { writer, epoch, sequence: whole(random, 1, 8), messages: [messageOf(`o${String(index)}`)] };
}

function commitDrawn(random: Random, index: number): Commit {
  const rarely = <Item>(make: () => Item): Item[] => (chance(random, 0.3) ? [make()] : []);
  const actors = distinct(Array.from({ length: whole(random, 0, 3) }, () => actorDrawn(random)));
  const wakes = distinct(Array.from({ length: whole(random, 0, 2) }, () => wakeDrawn(random)));
  return commitOf(
    oneOf(random, OWNERS),
    chance(random, 0.5)
      ? []
      : PARTITIONS.filter(() => chance(random, 0.3)).map((partition) => ({
          partition,
          epoch: whole(random, 1, 3),
        })),
    {
      actors,
      wakes,
      log: [...rarely(() => logDrawn(random)), ...rarely(() => logDrawn(random))],
      inbox: rarely(() => ({ messageId: messageDrawn(random), day: oneOf(random, DAYS) })),
      rows: rowsDrawn(random),
      outbox: rarely(() => outboxRowOf(random, index)),
      confirmed: rarely(() => outboxRowOf(random, index)),
    },
  );
}

function actorDrawn(random: Random): ActorWrite {
  const version = chance(random, 0.6) ? 0 : whole(random, 1, 3);
  const wakeAt = chance(random, 0.5) ? whole(random, 0, 100) : null;
  const snapshot = chance(random, 0.05) ? { bad: 'a\0' } : { value: whole(random, 0, 9) };
  const partition = oneOf(random, PARTITIONS);
  return actorOf(idDrawn(random), version, { partition, wakeAt, wakeChanged: true, snapshot });
}

function wakeDrawn(random: Random): WakeWrite {
  const wakeAt = chance(random, 0.5) ? whole(random, 0, 100) : null;
  return { kind: 'parcel', id: idDrawn(random), partition: oneOf(random, PARTITIONS), wakeAt };
}

function logDrawn(random: Random) {
  const detail = chance(random, 0.1) ? '\0' : { n: whole(random, 0, 9) };
  return logOf(idDrawn(random), whole(random, 1, 6), { messageId: messageDrawn(random), detail });
}

function rowsDrawn(random: Random): readonly RowWrite[] {
  const ids = Array.from({ length: whole(random, 0, 2) }, () => idDrawn(random));
  return [...new Set(ids)].flatMap((id): RowWrite[] => {
    const status: unknown = oneOf(random, ['new', 'sent', 'a\0', null, 7, ...FINE]);
    const weight: unknown = oneOf(random, [1, 2.5, null, '12', undefined, ...FINE.keys()]);
    const details: unknown = oneOf(random, [{ a: [1] }, null, { bad: '\0' }, undefined, [[1], [2]], ...FINE]);
    switch (whole(random, 0, 3)) {
      case 0:
        return [{ table: 'parcel.new', row: { id, status, weight, details, sent_at: 1_700_000_000_000 } }];
      case 1:
        return [
          { table: 'parcel.status', row: { id, status } },
          { table: 'parcel.status', row: { id, status: 'later' } },
        ];
      case 2:
        return [
          { table: 'parcel.put', row: { id, status, weight, details } },
          { table: 'parcel.put', row: { id, status: 'later', weight: undefined } },
        ];
      default:
        return [
          {
            table: 'movement',
            row: { id, parcel_id: id, heavy: oneOf(random, [true, false, null, 'x']), share: 0.5 },
          },
        ];
    }
  });
}

/** Also of what there is not: `undefined` is one of the values. */
function oneOf<Item>(random: Random, items: readonly Item[]): Item {
  return items[whole(random, 0, items.length - 1)] as Item;
}

function idDrawn(random: Random): string {
  return `id-${String(whole(random, 0, ACTORS - 1))}`;
}

function messageDrawn(random: Random): string {
  return `m-${String(whole(random, 0, MESSAGES - 1))}`;
}

function distinct<Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}
