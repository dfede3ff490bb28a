import { OrreryError } from '../../core/kernel/errors.ts';
import type { Database, Queryable, SchemaMigrations } from './database.ts';
import { quoteName } from './names.ts';

/** Names the lock that keeps processes which start at the same moment from migrating at once. */
const MIGRATION_LOCK = 0x0_44_e4;

/** A step that is about to be taken. */
export interface MigrationStep {
  readonly schema: string;
  readonly number: number;
  /** Steps that this build knows of the schema. */
  readonly of: number;
  readonly name: string;
}

/** Who looks on while a database is brought up to date. */
export interface MigrationWatch {
  onStep?(step: MigrationStep): void;
  /** Another process is at it; nothing happens here before it is through. */
  onWait?(): void;
}

/**
 * Brings every schema up to this build's steps, all in one transaction: either every schema is up to date once
 * this resolves, or nothing has changed. Safe when several processes start at once. Rejects with
 * `database_newer` when a schema has seen a later step than this build knows.
 *
 * Steps and the wait for another process's are bound by the database's statement timeout: for steps that rewrite
 * large tables, pass a database that was opened with a longer one.
 *
 * Resolves with the schemas that were there before and have changed.
 */
export async function migrate(
  db: Database,
  sets: readonly SchemaMigrations[],
  watch: MigrationWatch = {},
): Promise<readonly string[]> {
  return db.transaction(async (tx) => {
    const [lock] = await tx.query<{ free: boolean }>('select pg_try_advisory_xact_lock($1) as free', [
      MIGRATION_LOCK,
    ]);
    if (lock?.free !== true) {
      watch.onWait?.();
      await tx.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    }
    const changed: string[] = [];
    for (const set of sets) if (await migrateSchema(tx, set, watch)) changed.push(set.schema);
    return changed;
  });
}

/** Resolves with whether it was there before and has changed. */
async function migrateSchema(
  tx: Queryable,
  { schema, steps }: SchemaMigrations,
  watch: MigrationWatch,
): Promise<boolean> {
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
    watch.onStep?.({ schema, number: index + 1, of: steps.length, name: step.name });
    await tx.query(step.sql);
    await tx.query(`insert into ${name}.migration (number, name) values ($1, $2)`, [index + 1, step.name]);
  }
  return applied > 0 && applied < steps.length;
}
