import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { assert } from '../../../core/kernel/assert.ts';
import type { Database, SchemaMigrations } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrate.ts';
import { ALL_MIGRATIONS } from '../resources.ts';
import { columnList } from './columns.ts';

/**
 * Owns: files that keep the orders of one build in flight: the rows of all services at one moment, as that build left
 * them, and which steps of the schemas it knew. A line of JSON for the header and for each row.
 *
 * I1. What is loaded is what that build would have left just now: schemas as far as it knew them, and every time moved
 *     by as much as has passed since, so that nothing is too old and no timer is due that was not.
 */
export interface SavedHeader {
  /** Of the order saga. */
  readonly definition: number;
  /** The moment the file shows, ISO 8601 UTC. */
  readonly at: string;
  /** How many migrations of each schema that build knew. */
  readonly steps: Readonly<Record<string, number>>;
}

export type SavedRow = readonly [table: string, row: Readonly<Record<string, unknown>>];

export interface Saved {
  readonly header: SavedHeader;
  readonly rows: readonly SavedRow[];
}

/** Products come with every build and people are nobody's order: both are made anew. Members live no longer. */
const SCHEMAS = ALL_MIGRATIONS.map(({ schema }) => schema).filter(
  (schema) => schema !== 'accounts' && schema !== 'catalog',
);
const LEFT_OUT: readonly string[] = ['migration', 'member'];

/** Writes what the database holds; nothing may be running on it. */
export async function saveOrders(
  database: Database,
  file: string,
  { definition, nowMs }: { readonly definition: number; readonly nowMs: number },
): Promise<number> {
  const lines = await database.transaction(async (tx) => {
    await tx.query(`set local time zone 'UTC'`);
    const steps: Record<string, number> = {};
    for (const { schema } of ALL_MIGRATIONS) {
      const [row] = await tx.query<{ known: number }>(
        `select count(*)::integer as known from ${schema}.migration`,
      );
      steps[schema] = row?.known ?? 0;
    }
    const tables = await tx.query<{ name: string }>(
      `select table_schema || '.' || table_name as name from information_schema.tables
       where table_schema = any($1::text[]) and table_name <> all($2::text[]) order by 1`,
      [SCHEMAS, LEFT_OUT],
    );
    const header: SavedHeader = { definition, at: new Date(nowMs).toISOString(), steps };
    const saved = [JSON.stringify(header)];
    for (const { name } of tables) {
      const rows = await tx.query<{ row: object }>(
        `select to_jsonb(stored) as row from ${name} as stored order by stored::text`,
      );
      saved.push(...rows.map(({ row }) => JSON.stringify([name, row])));
    }
    return saved;
  });
  await writeFile(file, `${lines.join('\n')}\n`);
  return lines.length - 1;
}

export async function readSaved(file: string): Promise<Saved> {
  const lines: unknown[] = [];
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
    lines.push(JSON.parse(line));
  const [header, ...rows] = lines;
  assert(header !== undefined, `${file} begins with its header`);
  return { header: header as SavedHeader, rows: rows as SavedRow[] };
}

/** Fills an empty database as that build would have left it `agedMs` before `nowMs` (I1). */
export async function loadSaved(
  database: Database,
  { header, rows }: Saved,
  { nowMs, agedMs = 0 }: { readonly nowMs: number; readonly agedMs?: number },
): Promise<void> {
  await migrate(database, knownThen(header));
  const byMs = nowMs - agedMs - Date.parse(header.at);
  const tables = new Map<string, object[]>();
  for (const [table, row] of rows) {
    const moved = table.endsWith('.inbox') ? inboxRows(row, byMs) : [movedBy(row, byMs) as object];
    tables.set(table, [...(tables.get(table) ?? []), ...moved]);
  }
  await database.transaction(async (tx) => {
    for (const [table, filled] of tables) {
      const columns = await columnList(tx, table);
      await tx.query(
        `insert into ${table} (${columns}) overriding system value
         select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb) as loaded`,
        [JSON.stringify(filled)],
      );
    }
  });
}

function knownThen({ steps }: SavedHeader): readonly SchemaMigrations[] {
  return ALL_MIGRATIONS.flatMap(({ schema, steps: all }) => {
    const known = steps[schema];
    return known === undefined ? [] : { schema, steps: all.slice(0, known) };
  });
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)$/;
/** Milliseconds since the epoch, from 2020 to 2100: no other number of ours is that large. */
const EPOCH_MS = { from: Date.UTC(2020), to: Date.UTC(2100) };

/** Every time in a value, at any depth, as text or in milliseconds since the epoch. */
function movedBy(value: unknown, byMs: number): unknown {
  if (typeof value === 'number' && value > EPOCH_MS.from && value < EPOCH_MS.to) return value + byMs;
  if (typeof value === 'string' && TIME.test(value)) return new Date(Date.parse(value) + byMs).toISOString();
  if (Array.isArray(value)) return value.map((each) => movedBy(each, byMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, movedBy(each, byMs)]));
}

/** An id is remembered under its message's day; which of two days that is after moving, the row can't tell. */
function inboxRows(row: Readonly<Record<string, unknown>>, byMs: number): object[] {
  const startMs = Date.parse(String(row['day'])) + byMs;
  const days = [startMs, startMs + 86_400_000].map((ms) => new Date(ms).toISOString().slice(0, 10));
  return [...new Set(days)].map((day) => ({ ...row, day }));
}
