import type { Database } from '../postgres/database.ts';

/**
 * Owns: what a Postgres server does by itself in the background and one in process does not: checkpoints, vacuum,
 * statistics. Without it the write-ahead log and the outbox would grow for ever, and plans made for empty tables
 * would stay.
 *
 * I1. A round that fails changes nothing for the database's users; the next one tries again.
 */
const UPKEEP_EVERY_MS = 15_000;
/** Write-ahead log kept before a checkpoint; as much has to be replayed after a sudden end. */
const WAL_BYTES_MAX = 64 * 1024 * 1024;

interface TableState {
  readonly name: string;
  readonly vacuum: boolean;
}

/** Begins rounds of upkeep; the returned function ends them. */
export function startUpkeep(db: Database): () => void {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    keepUp(db)
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  }, UPKEEP_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/**
 * One round: vacuums tables with many dead rows, analyses those that have changed a lot, and writes a checkpoint
 * when the log has grown. A statement per table, so that others get their turn in between.
 */
export async function keepUp(db: Database): Promise<void> {
  const tables = await db.query<TableState>(
    `select format('%I.%I', schemaname, relname) as name, n_dead_tup > 200 + n_live_tup / 10 as vacuum
     from pg_stat_user_tables
     where n_dead_tup > 200 + n_live_tup / 10 or n_mod_since_analyze > 200 + n_live_tup / 5`,
  );
  for (const { name, vacuum } of tables)
    await db.exec(vacuum ? `vacuum (analyze) ${name}` : `analyze ${name}`);
  const [log] = await db.query<{ grown: boolean }>(
    'select pg_current_wal_lsn() - redo_lsn > $1::bigint as grown from pg_control_checkpoint()',
    [WAL_BYTES_MAX],
  );
  if (log?.grown === true) await db.exec('checkpoint');
}
