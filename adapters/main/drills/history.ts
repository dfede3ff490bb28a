import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decideBatch } from '../../../core/engine/decide.ts';
import { hydrateActor } from '../../../core/engine/live-actor.ts';
import type { EngineStore } from '../../../core/engine/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import { currentVersionOf } from '../../../core/messages/catalogue.ts';
import { ORDER_TABLES } from '../../../core/services/orders/tables.ts';
import { openPglite } from '../../embedded/pglite.ts';
import type { Database } from '../../postgres/database.ts';
import { createEngineStore } from '../../postgres/engine/store.ts';
import { migrate } from '../../postgres/migrate.ts';
import { ordersMigrations } from '../../postgres/orders/migrations.ts';
import { runMeasuring } from './figures.ts';
import { withOwnDatabase } from './own-database.ts';
import { type Spread, spreadOf, spreadText } from './quantiles.ts';
import { say, Verdicts } from './run.ts';
import { ORDER_BEHAVIOUR, progressMessage, shippedOrderCommits, unfenced } from './shipped-order.ts';

/**
 * `npm run drill:history`: how long it takes to bring an order with a very long log into memory, on Postgres and on the
 * embedded database, beside one with a short log. The snapshot is what an actor is read from, so a log's length must
 * not matter.
 */
const READ_MS_MAX = 10;
const PARTITIONS = 16;
const WARM_UP_READS = 100;

interface Subject {
  readonly id: string;
  readonly version: number;
}

interface DatabaseFigures {
  readonly database: string;
  readonly longMs: Spread;
  readonly shortMs: Spread;
}

await runMeasuring(
  'history',
  {
    rows: { min: 100, max: 10_000_000, fallback: 100_000 },
    reads: { min: 10, max: 100_000, fallback: 200 },
  },
  async ({ rows, reads }) => {
    const measured = [
      await withOwnDatabase(({ database }) => measure('Postgres', database, rows, reads)),
      await withEmbedded((embedded) => measure('embedded', embedded, rows, reads)),
    ];
    const verdicts = new Verdicts();
    for (const { database, longMs } of measured) {
      verdicts.check(
        `${database}: an order with ${rows} log rows is in memory within ${READ_MS_MAX} ms`,
        longMs.p99 < READ_MS_MAX,
        `(${spreadText(longMs, 'ms', 2)})`,
      );
    }
    return { verdicts, figures: { databases: measured } };
  },
);

async function measure(
  name: string,
  database: Database,
  rows: number,
  reads: number,
): Promise<DatabaseFigures> {
  await migrate(database, [ordersMigrations]);
  const store = createEngineStore(database, 'orders', ORDER_TABLES);
  const short = await placeShipped(store, 'drill-short');
  const long = await lengthen(database, await placeShipped(store, 'drill-long'), rows);
  say(`${name}: ${rows} log rows written`);
  // The process has run for a while; it is only these orders that it does not have in memory.
  for (let read = 0; read < WARM_UP_READS; read += 1) await readOnce(store, short, read);
  const longMs: number[] = [];
  const shortMs: number[] = [];
  for (let read = 0; read < reads; read += 1) {
    longMs.push(await readOnce(store, long, read));
    shortMs.push(await readOnce(store, short, read));
  }
  const figures = { database: name, longMs: spreadOf(longMs), shortMs: spreadOf(shortMs) };
  say(`${name}: long log ${spreadText(figures.longMs, 'ms', 2)}`);
  say(`${name}: short log ${spreadText(figures.shortMs, 'ms', 2)}`);
  return figures;
}

/** An order under way with its whole, short log, and one message of the kind that makes logs long. */
async function placeShipped(store: EngineStore, id: string): Promise<Subject> {
  const now = Date.now();
  const commits = shippedOrderCommits(id, PARTITIONS, now);
  for (const commit of commits) await store.commit(commit);
  const last = commits.flatMap(({ actors }) => actors).at(-1);
  assert(last !== undefined, 'an order that is under way was written');
  const { actors, log, rows } = decideBatch(
    [{ message: progressMessage(id, 0, now), actor: hydrateActor(ORDER_BEHAVIOUR, last) }],
    { now, timersUntil: now, versionOf: currentVersionOf, seen: new Set() },
  );
  await store.commit(unfenced({ actors, log, rows }));
  return { id, version: last.version + 1 };
}

/** Repeats the last row of a log until it has `rows`, as if as much news had come. */
async function lengthen(database: Database, { id, version }: Subject, rows: number): Promise<Subject> {
  await database.query(
    `insert into orders.actor_log (kind, id, version, message_id, type, causation_id, from_state, to_state, at, detail)
     select kind, id, number, message_id || '/' || number, type, causation_id, from_state, to_state, at, detail
     from orders.actor_log, generate_series($3::bigint, $4::bigint) as number
     where id = $1 and version = $2`,
    [id, version, version + 1, rows],
  );
  await database.query(`update orders.actor set version = $2::bigint where kind = 'order' and id = $1`, [
    id,
    rows,
  ]);
  await database.exec('vacuum analyze orders.actor_log');
  return { id, version: rows };
}

/** What a worker does that does not have the actor in memory, when a message comes for it. Milliseconds. */
async function readOnce(store: EngineStore, subject: Subject, read: number): Promise<number> {
  const message = progressMessage(subject.id, read + 1, Date.now());
  const startedAt = performance.now();
  const { actors, seen } = await store.hydrate(
    [{ kind: 'order', id: subject.id }],
    [{ id: message.id, day: message.time.slice(0, 10), remember: 'log' }],
  );
  const [record] = actors;
  assert(record !== undefined && seen.size === 0, 'the order is there, and the message is news');
  const actor = hydrateActor(ORDER_BEHAVIOUR, record);
  const tookMs = performance.now() - startedAt;
  assert(actor.version === subject.version, 'the order is where its log ends');
  return tookMs;
}

async function withEmbedded<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'orrery-drill-'));
  try {
    const database = await openPglite(join(folder, 'database'));
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
