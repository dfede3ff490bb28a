import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { streamOf } from '../../core/kernel/seeded-random.ts';
import type { Database } from '../../adapters/postgres/database.ts';
import { openPostgres } from '../../adapters/postgres/open.ts';
import { orderQueries } from '../../adapters/postgres/orders/queries.ts';
import { ask, type Asked, planOf, timed } from './ask.ts';
import { openCold } from './cold.ts';
import { type Figures, figuresOf, rowOf, tableOf } from './figures.ts';
import { readSamples, type Shape, shapesOf } from './shapes.ts';

const USAGE = `DATABASE_URL=… npm run bench:console                  asks the order console of a seeded database, caches warm
  --queries 100          of each kind
  --only TEXT            kinds whose name holds this
  --seed 1               another number draws other filters
  --cold "COMMAND"       this restarts the database; each question then finds every cache empty (as root)
  --cold-queries 3       of each kind
  --json FILE            everything, with the plan of the slowest`;

interface Wanted {
  readonly url: string;
  readonly queries: number;
  readonly coldQueries: number;
  readonly only: string;
  readonly seed: number;
  readonly restart: string | undefined;
  readonly json: string | undefined;
}

function readWanted(): Wanted {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { queries: text, only: text, seed: text, cold: text, 'cold-queries': text, json: text },
  });
  const whole = (name: 'queries' | 'seed' | 'cold-queries', otherwise: number): number => {
    const value = values[name] ?? String(otherwise);
    if (!/^\d{1,6}$/.test(value) || value === '0')
      throw new Error(`--${name}: must be a whole number from 1, not "${value}"`);
    return Number(value);
  };
  const url = process.env['DATABASE_URL'];
  if (url === undefined) throw new Error('DATABASE_URL: which database is asked?');
  return {
    url,
    queries: whole('queries', 100),
    coldQueries: whole('cold-queries', 3),
    only: values.only ?? '',
    seed: whole('seed', 1),
    restart: values.cold,
    json: values.json,
  };
}

/** Opened for each question, and closed after it where it came up for that question only. */
type Open = () => Promise<{ readonly db: Database; readonly close: () => Promise<void> }>;

async function askAll(shapes: readonly Shape[], queries: number, seed: number, open: Open) {
  const random = streamOf(seed, 'console');
  const answered = new Map<string, Asked[]>();
  for (const { name, draw } of shapes) {
    const asked: Asked[] = [];
    for (let index = 0; index < queries; index += 1) {
      const filter = draw(random);
      const { db, close } = await open();
      try {
        asked.push(await ask(db, filter));
      } finally {
        await close();
      }
    }
    answered.set(name, asked);
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  return answered;
}

function told(title: string, answered: ReadonlyMap<string, readonly Asked[]>) {
  const rows = [...answered].map(([name, asked]) => rowOf(name, asked));
  const all = rowOf('all of them', [...answered.values()].flat());
  console.log(`${title}, milliseconds\n${tableOf([...rows, all])}\n`);
  return [...rows, all];
}

async function slowestOf(db: Database, answered: ReadonlyMap<string, readonly Asked[]>) {
  const slowest = [...answered.values()]
    .flat()
    .reduce((one, other) => (other.firstMs > one.firstMs ? other : one));
  const plan = await planOf(db, slowest.slowest);
  const { sql, ms } = slowest.slowest;
  console.log(`slowest, ${slowest.firstMs.toFixed(0)} ms: ${JSON.stringify(slowest.filter)}`);
  console.log(`its longest statement took ${ms.toFixed(0)} ms; once more, warm:\n${plan.join('\n')}\n`);
  return {
    filter: slowest.filter,
    ms: slowest.firstMs,
    count: slowest.count,
    statement: sql,
    statementMs: ms,
    plan,
  };
}

async function countersOf(open: Open, times: number): Promise<Figures> {
  const taken: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const { db, close } = await open();
    taken.push((await timed(() => orderQueries(db).counters()))[1]);
    await close();
  }
  const figures = figuresOf(taken);
  console.log(`counters: p50 ${figures.p50.toFixed(1)} ms, p95 ${figures.p95.toFixed(1)} ms\n`);
  return figures;
}

async function bench({ url, queries, coldQueries, only, seed, restart, json }: Wanted): Promise<void> {
  let db = await openPostgres(url, { poolMax: 4, applicationName: 'orrery-bench' });
  const shapes = shapesOf(await readSamples(db)).filter(({ name }) => name.includes(only));
  if (shapes.length === 0) throw new Error(`--only: no kind of question is named "${only}"`);
  const kept: Record<string, unknown> = { at: new Date().toISOString(), seed };
  if (restart !== undefined) {
    await db.close();
    const open: Open = async () => {
      const cold = await openCold(url, restart);
      return { db: cold, close: () => cold.close() };
    };
    const answered = await askAll(shapes, coldQueries, seed, open);
    kept['cold'] = told('cold', answered);
    kept['coldCounters'] = await countersOf(open, 3);
    db = await openPostgres(url, { poolMax: 4, applicationName: 'orrery-bench' });
    kept['slowestCold'] = await slowestOf(db, answered);
  }
  const warm: Open = () => Promise.resolve({ db, close: () => Promise.resolve() });
  const answered = await askAll(shapes, queries, seed, warm);
  kept['warm'] = told('warm', answered);
  kept['warmCounters'] = await countersOf(warm, 20);
  kept['slowestWarm'] = await slowestOf(db, answered);
  await db.close();
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(kept, null, 2)}\n`);
}

try {
  await bench(readWanted());
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 1;
}
