import type { Json } from '../../core/engine/behaviour.ts';
import type { Database, Queryable } from '../../adapters/postgres/database.ts';
import { quoteName } from '../../adapters/postgres/names.ts';
import { pause } from '../../adapters/main/drills/run.ts';
import { BenchInvalid } from '../harness/bench.ts';

/** Owns: noting every row that the services write, as it was after the write, in the order of the writes. */
export interface Write {
  /** With its schema: `orders.actor`. */
  readonly table: string;
  /** The first time that this row was written; else it was changed. */
  readonly inserted: boolean;
  readonly row: Row;
}

export type Row = Readonly<Record<string, Json>>;

/** A table that services write to while orders pass. */
export interface TableShape {
  readonly name: string;
  /** Without those that the database fills in; types as SQL names them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly key: readonly string[];
}

const SCHEMAS = ['orders', 'inventory', 'payments', 'shipping', 'notifications'];
/** What is not written for orders: leases, heartbeats, settings, and names that are known after their first order. */
const ASIDE = ['setting', 'member', 'partition', 'known_product', 'known_customer'];

export async function tableShapes(database: Queryable): Promise<readonly TableShape[]> {
  return database.query<TableShape>(
    `select space.nspname || '.' || class.relname as name,
       (select json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod)) order by attnum)
        from pg_attribute where attrelid = class.oid and attnum > 0 and not attisdropped and attidentity = '' and attgenerated = '') as columns,
       (select json_agg(attname order by attnum) from pg_attribute
        where attrelid = class.oid and attnum = any(index.indkey::smallint[])) as key
     from pg_class as class join pg_namespace as space on space.oid = class.relnamespace
     join pg_index as index on index.indrelid = class.oid and index.indisprimary
     where class.relkind = 'r' and space.nspname = any($1::text[]) and class.relname <> all($2::text[])
     order by 1`,
    [SCHEMAS, ASIDE],
  );
}

/** From here on every write to these tables is noted. */
export async function recordWrites(database: Database, tables: readonly TableShape[]): Promise<void> {
  await database.exec(`
    create schema bench_floor;
    create unlogged table bench_floor.written (
      position bigint generated always as identity, name text not null, inserted boolean not null, row_after json not null
    );
    create function bench_floor.record() returns trigger language plpgsql as $$
    begin
      insert into bench_floor.written (name, inserted, row_after)
        values (tg_table_schema || '.' || tg_table_name, tg_op = 'INSERT', to_json(new));
      return null;
    end
    $$;
    ${tables.map(({ name }) => `create trigger bench_floor_record after insert or update on ${quoted(name)} for each row execute function bench_floor.record();`).join('\n')}
  `);
}

/** Resolves once nothing is written any more; throws BenchInvalid when that takes too long. */
export async function untilNothingIsWritten(database: Queryable): Promise<void> {
  const deadline = performance.now() + STILL_MS_MAX;
  for (let before = -1; performance.now() < deadline;) {
    const [row] = await database.query<{ written: number }>(
      'select count(*) as written from bench_floor.written',
    );
    if (row?.written === before) return;
    before = row?.written ?? -1;
    await pause(STILL_MS);
  }
  throw new BenchInvalid(`rows are still written after ${String(STILL_MS_MAX / 1_000)} s`);
}

const STILL_MS = 1_500;
const STILL_MS_MAX = 60_000;

/** Everything that was noted, in order. Nothing is noted any more, and the tables are as before. */
export async function takeWrites(
  database: Database,
  tables: readonly TableShape[],
): Promise<readonly Write[]> {
  const writes = await database.query<Write>(
    `select name as table, inserted, row_after as row from bench_floor.written order by position`,
  );
  await database.exec(
    tables.map(({ name }) => `drop trigger bench_floor_record on ${quoted(name)};`).join('\n') +
      'drop schema bench_floor cascade;',
  );
  return writes;
}

export function quoted(name: string): string {
  return name.split('.').map(quoteName).join('.');
}
