import { errorMessage } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Database, SchemaMigrations } from '../postgres/database.ts';
import { migrate, type MigrationStep } from '../postgres/migrate.ts';
import { quoteName } from '../postgres/names.ts';
import { openPostgres } from '../postgres/open.ts';

/** A step that rewrites a table of many millions of rows takes minutes; one that takes this long never ends. */
const STEP_MS_MAX = 6 * 3_600_000;
/** Nobody needs to hear of what is over by then. */
const TELL_AFTER_MS = 2_000;
const TELL_EVERY_MS = 10_000;

export interface UpToDateOptions {
  readonly database: Database;
  /** Of a server; undefined: the database is embedded. */
  readonly url: string | undefined;
  readonly sets: readonly SchemaMigrations[];
  readonly logger: Pick<Logger, 'info' | 'debug'>;
  readonly tellAfterMs?: number;
  readonly tellEveryMs?: number;
}

/**
 * Brings the database up to this build, however large its tables are: on a connection of its own, which may take its time
 * where those of the platform are cut off, and with a line in the log now and then as long as it lasts. What was there before
 * and has changed is analysed, since a table that was rewritten has no statistics of its new columns, and nothing else
 * would make some until a tenth of its rows have changed.
 *
 * Rejects as `migrate` does; then nothing has changed.
 */
export async function bringUpToDate(options: UpToDateOptions): Promise<void> {
  const { database, url, sets } = options;
  const patient =
    url === undefined
      ? database
      : await openPostgres(url, {
          poolMax: 1,
          applicationName: 'orrery-migrations',
          statementTimeoutMs: STEP_MS_MAX,
          promptAnswerMsMax: STEP_MS_MAX,
          idleInTransactionMsMax: 60_000,
        });
  const teller = new Teller(options);
  try {
    const changed = await migrate(patient, sets, {
      onStep: (step) => {
        teller.step(step);
      },
      onWait: () => {
        teller.wait();
      },
    });
    for (const schema of changed) await analyse(patient, schema);
  } finally {
    teller.stop();
    if (patient !== database) await patient.close();
  }
}

async function analyse(database: Database, schema: string): Promise<void> {
  const tables = await database.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r'`,
    [schema],
  );
  for (const { name } of tables) await database.exec(`analyze ${quoteName(schema)}.${quoteName(name)}`);
}

/** Owns: saying what is under way, as long as it lasts. */
class Teller {
  readonly #options: UpToDateOptions;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  #every: NodeJS.Timeout | undefined;
  #doing: MigrationStep | 'waiting' | undefined;
  #told = false;

  constructor(options: UpToDateOptions) {
    this.#options = options;
    this.#timer = setTimeout(() => {
      void this.#tell();
      this.#every = setInterval(() => void this.#tell(), options.tellEveryMs ?? TELL_EVERY_MS);
    }, options.tellAfterMs ?? TELL_AFTER_MS);
  }

  step(step: MigrationStep): void {
    this.#doing = step;
  }

  wait(): void {
    this.#doing = 'waiting';
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#every);
    // Whoever heard that it lasts hears that it is over.
    if (this.#told)
      this.#options.logger.info(this.#since(), 'the database is up to date, or was left as it was');
  }

  async #tell(): Promise<void> {
    const { logger } = this.#options;
    const doing = this.#doing;
    this.#told ||= doing !== undefined;
    if (doing === 'waiting') {
      logger.info(this.#since(), 'another process brings the database up to date; waiting for it');
    } else if (doing !== undefined) {
      const { schema, number, of, name } = doing;
      const index = await this.#indexProgress();
      logger.info(
        { ...this.#since(), schema, step: `${String(number)} of ${String(of)}`, name, ...index },
        'bringing the database up to date; large tables take minutes',
      );
    }
  }

  #since(): { readonly seconds: number } {
    return { seconds: Math.round((performance.now() - this.#startedAt) / 1_000) };
  }

  /** How far the index is that is being built; nothing where none is, or nobody can tell. */
  async #indexProgress(): Promise<{ readonly index?: string }> {
    const { database, url, logger } = this.#options;
    // The embedded database has one connection, which is busy.
    if (url === undefined) return {};
    try {
      const [row] = await database.query<{ phase: string; share: number | null }>(
        `select phase, (100 * blocks_done / nullif(blocks_total, 0))::integer as share
         from pg_stat_progress_create_index where datname = current_database()`,
      );
      if (row === undefined) return {};
      return { index: row.share === null ? row.phase : `${row.phase}, ${String(row.share)} %` };
    } catch (error) {
      logger.debug({ error: errorMessage(error) }, 'the progress of an index is not known');
      return {};
    }
  }
}
