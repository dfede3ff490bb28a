import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { streamOf } from '../../core/kernel/seeded-random.ts';
import type { Database } from '../../adapters/postgres/database.ts';
import { openPostgres } from '../../adapters/postgres/open.ts';
import { orderQueries } from '../../adapters/postgres/orders/queries.ts';
import { ask, type Asked, timed } from './ask.ts';
import { openCold } from './cold.ts';
import { measureExport } from './export.ts';
import { figuresOf, type Figures, figuresText, rowOf, tableOf } from './figures.ts';
import { planOf, readsOf } from './plans.ts';
import { askSagas, type OnDatabase } from './sagas.ts';
import { CLASSES, readSamples, type Shape, shapesOf } from './shapes.ts';

const USAGE = `DATABASE_URL=… npm run bench:console                  asks the order console of a seeded database, caches warm
  --queries 100          of each class: single filters and pairs; queues, words, totals, depth
  --only TEXT            kinds of questions whose name holds this
  --seed 1               another number draws other filters
  --cold "COMMAND"       this restarts the database; each question then finds every cache empty (as root)
  --cold-queries 100     of each class
  --plans                what each kind of question reads
  --json FILE            everything, with the plan of the slowest
  --export               instead: checkouts over HTTP alone and beside an export, on a platform of its own
  --rows 1000000         exported; the checkouts come --per-second 20, and for --seconds 60 without it`;

function readWanted() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    options: {
      queries: text,
      only: text,
      seed: text,
      cold: text,
      'cold-queries': text,
      plans: flag,
      json: text,
      export: flag,
      rows: text,
      'per-second': text,
      seconds: text,
    },
  });
  const whole = (
    name: 'queries' | 'seed' | 'cold-queries' | 'rows' | 'per-second' | 'seconds',
    otherwise: number,
  ): number => {
    const value = values[name] ?? String(otherwise);
    if (!/^\d{1,7}$/.test(value) || Number(value) === 0)
      throw new Error(`--${name}: must be a whole number from 1, not "${value}"`);
    return Number(value);
  };
  const url = process.env['DATABASE_URL'];
  if (url === undefined) throw new Error('DATABASE_URL: which database is asked?');
  return {
    url,
    queries: whole('queries', 100),
    coldQueries: whole('cold-queries', 100),
    only: values.only ?? '',
    seed: whole('seed', 1),
    restart: values.cold,
    plans: values.plans ?? false,
    json: values.json,
    export: values.export ?? false,
    rows: whole('rows', 1_000_000),
    perSecond: whole('per-second', 20),
    seconds: whole('seconds', 60),
  };
}

type Wanted = ReturnType<typeof readWanted>;

/** Questions of a kind, in the order of kinds. */
type Answered = ReadonlyMap<Shape, readonly Asked[]>;

/** `queries` of each class, its kinds in turn. */
async function askAll(
  shapes: readonly Shape[],
  queries: number,
  seed: number,
  on: OnDatabase,
): Promise<Answered> {
  const random = streamOf(seed, 'console');
  const answered = new Map<Shape, Asked[]>(shapes.map((shape) => [shape, []]));
  for (const named of CLASSES) {
    const turns = shapes.filter((shape) => shape.of === named);
    for (let index = 0; turns.length > 0 && index < queries; index += 1) {
      const shape = turns[index % turns.length];
      if (shape === undefined) break;
      const filter = shape.draw(random);
      answered.get(shape)?.push(await on((db) => ask(db, filter)));
      if (index % 10 === 9) process.stderr.write('.');
    }
  }
  process.stderr.write('\n');
  return answered;
}

function told(title: string, answered: Answered) {
  const kinds = [...answered].filter(([, asked]) => asked.length > 0);
  const classes = CLASSES.flatMap((named) => {
    const asked = kinds.filter(([shape]) => shape.of === named).flatMap(([, of]) => of);
    return asked.length === 0 ? [] : [rowOf(named, asked)];
  });
  const rows = kinds.map(([{ name }, asked]) => rowOf(name, asked));
  console.log(`${title}, milliseconds\n${tableOf([...classes, ...rows])}\n`);
  return { classes, rows };
}

function slowestOf(asked: readonly Asked[]): Asked | undefined {
  return asked.toSorted((one, other) => other.firstMs - one.firstMs)[0];
}

async function planOfSlowest(db: Database, answered: Answered) {
  const slowest = slowestOf([...answered.values()].flat());
  if (slowest === undefined) return undefined;
  const plan = await planOf(db, slowest.slowest);
  const { sql, ms } = slowest.slowest;
  console.log(`slowest, ${slowest.firstMs.toFixed(0)} ms: ${JSON.stringify(slowest.filter)}`);
  console.log(`its longest statement took ${ms.toFixed(0)} ms; once more, warm:\n${plan.join('\n')}\n`);
  const { filter, count, firstMs } = slowest;
  return { filter, ms: firstMs, count, statement: sql, statementMs: ms, plan };
}

/** What the slowest question of each kind reads for its page, and for its count. */
async function readsByKind(db: Database, answered: Answered) {
  const told: { readonly kind: string; readonly filter: object; readonly reads: readonly string[] }[] = [];
  for (const [{ name }, asked] of answered) {
    const slowest = slowestOf(asked);
    if (slowest === undefined) continue;
    const reads = await Promise.all(slowest.statements.map((statement) => readsOf(db, statement)));
    told.push({ kind: name, filter: slowest.filter, reads: [...new Set(reads.flat())] });
  }
  for (const { kind, filter, reads } of told) {
    console.log(`${kind} ${JSON.stringify(filter)}\n  ${reads.join('; ')}`);
  }
  return told;
}

async function countersOf(on: OnDatabase, times: number): Promise<Figures> {
  const taken: number[] = [];
  for (let index = 0; index < times; index += 1) {
    taken.push(await on(async (db) => (await timed(() => orderQueries(db).counters()))[1]));
  }
  const figures = figuresOf(taken);
  console.log(`counters, ${String(times)} times: ${figuresText(figures)}\n`);
  return figures;
}

async function sagasOf(on: OnDatabase, orderIds: readonly string[]) {
  const asked = await askSagas(on, orderIds);
  const names = [...new Set(asked.map(({ name }) => name))];
  const told = names.map((name) => {
    const of = asked.filter((each) => each.name === name);
    return {
      name,
      figures: figuresOf(of.map(({ ms }) => ms)),
      scanned: [...new Set(of.flatMap(({ scanned }) => scanned))],
    };
  });
  for (const { name, figures, scanned } of told) {
    console.log(
      `${name.padEnd(34)} ${figuresText(figures)}${scanned.length === 0 ? '' : `  ${scanned.join(', ')}`}`,
    );
  }
  console.log('');
  return told;
}

async function bench(wanted: Wanted): Promise<object> {
  const { url, queries, coldQueries, only, seed, restart } = wanted;
  const open = (): Promise<Database> => openPostgres(url, { poolMax: 4, applicationName: 'orrery-bench' });
  let db = await open();
  const samples = await readSamples(db);
  const shapes = shapesOf(samples).filter(({ name }) => name.includes(only));
  if (shapes.length === 0) throw new Error(`--only: no kind of question is named "${only}"`);
  const kept: Record<string, unknown> = { at: new Date().toISOString(), seed };
  if (restart !== undefined) {
    await db.close();
    const cold: OnDatabase = async (work) => {
      const cooled = await openCold(url, restart);
      try {
        return await work(cooled);
      } finally {
        await cooled.close();
      }
    };
    const answered = await askAll(shapes, coldQueries, seed, cold);
    kept['cold'] = told('cold', answered);
    kept['coldCounters'] = await countersOf(cold, 3);
    kept['coldSagas'] = await sagasOf(cold, samples.orderIds.slice(0, 3));
    db = await open();
    kept['slowestCold'] = await planOfSlowest(db, answered);
  }
  const warm: OnDatabase = (work) => work(db);
  const answered = await askAll(shapes, queries, seed, warm);
  kept['warm'] = told('warm', answered);
  kept['warmCounters'] = await countersOf(warm, 20);
  kept['warmSagas'] = await sagasOf(warm, samples.orderIds.slice(0, 20));
  kept['slowestWarm'] = await planOfSlowest(db, answered);
  if (wanted.plans) kept['plans'] = await readsByKind(db, answered);
  await db.close();
  return kept;
}

async function benchExport(wanted: Wanted): Promise<object> {
  const measured = await measureExport(wanted.url, wanted, (what) => {
    process.stderr.write(`${what}\n`);
  });
  const { rows, exportSeconds, fileMegabytes, without, during, checkouts } = measured;
  console.log(
    `export: ${rows.toLocaleString('en-US')} rows in ${exportSeconds.toFixed(0)} s, ${fileMegabytes.toFixed(0)} MB\n` +
      `checkouts, ${String(wanted.perSecond)} a second, until answered:\n` +
      `  alone   ${figuresText(without)}  (${String(checkouts.without)})\n` +
      `  beside  ${figuresText(during)}  (${String(checkouts.during)})`,
  );
  return { at: new Date().toISOString(), perSecond: wanted.perSecond, ...measured };
}

try {
  const wanted = readWanted();
  const kept = await (wanted.export ? benchExport(wanted) : bench(wanted));
  if (wanted.json !== undefined) writeFileSync(wanted.json, `${JSON.stringify(kept, null, 2)}\n`);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 1;
}
