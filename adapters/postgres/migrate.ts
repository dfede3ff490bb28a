import { OrreryError } from '../../core/kernel/errors.ts';
import type { Database, Queryable, SchemaMigrations } from './database.ts';
import { quoteName } from './names.ts';

/** Names the lock that keeps processes which start at the same moment from migrating at once. */
const MIGRATION_LOCK = 0x0_44_e4;

/**
 * Brings every schema up to this build's steps, all in one transaction: either every schema is up to date once
 * this resolves, or nothing has changed. Safe when several processes start at once. Rejects with
 * `database_newer` when a schema has seen a later step than this build knows.
 *
 * Steps and the wait for another process's are bound by the database's statement timeout: for steps that rewrite
 * large tables, pass a database that was opened with a longer one.
 */
export async function migrate(db: Database, sets: readonly SchemaMigrations[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    for (const set of sets) await migrateSchema(tx, set);
  });
}

async function migrateSchema(tx: Queryable, { schema, steps }: SchemaMigrations): Promise<void> {
  const name = quoteName(schema);
  const found = await tx.query('select 1 from pg_namespace where nspname = $1', [schema]);
  if (found.length === 0) await tx.query(`create schema ${name}`);
  await tx.query(`set local search_path to ${name}`);
  await tx.query(
    `create table if not exists ${name}.migration (
       number integer primary key, name text not null, applied_at timestamptz not null default now()
     )`,
  );
  const [row] = await tx.query<{ applied: number }>(
    `select coalesce(max(number), 0)::integer as applied from ${name}.migration`,
  );
  const applied = row?.applied ?? 0;
  if (applied > steps.length) {
    throw new OrreryError(
      'database_newer',
      `the database is newer than this build: schema ${schema} is at step ${String(applied)}, ` +
        `this build knows ${String(steps.length)}`,
    );
  }
  for (const [index, step] of steps.entries()) {
    if (index < applied) continue;
    await tx.query(step.sql);
    await tx.query(`insert into ${name}.migration (number, name) values ($1, $2)`, [index + 1, step.name]);
  }
}
