import PgBoss from 'pg-boss';
import { INBOX_DAYS } from '../../core/kernel/limits.ts';
import { errorMessage } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Database } from '../postgres/database.ts';

/**
 * Owns: the scheduled jobs, run by one process at a time however many there are (pg-boss keeps the schedule in the
 * database).
 */
export interface Job {
  /** Letters and dashes. */
  readonly name: string;
  /** Five fields, UTC. */
  readonly cron: string;
  run(): Promise<void>;
}

/**
 * Begins in the background: several processes that make the schedule at the same moment get into each other's way,
 * and whoever does tries again. The returned function stops it and resolves once it rests.
 */
export function startMaintenance(
  database: Database,
  jobs: readonly Job[],
  {
    logger,
    looksAtClock,
  }: {
    readonly logger: Logger;
    /** Whether it may be this process that tells which jobs are due: every half minute some 100 ms without a pause. */
    readonly looksAtClock: boolean;
  },
): () => Promise<void> {
  let boss: PgBoss | undefined;
  let stopped = false;
  let cancelRetry: () => void = () => undefined;

  const begin = async (): Promise<void> => {
    const next = newBoss(database, { logger, looksAtClock });
    try {
      await next.start();
      boss = next;
      for (const job of jobs) await schedule(next, job, logger);
    } catch (error) {
      logger.warn({ error: errorMessage(error) }, 'the scheduler could not start; it tries again');
      await next.stop(STOP).catch(() => undefined);
      boss = undefined;
      if (isStopped()) return;
      const timer = setTimeout(() => {
        if (!stopped) beginning = begin();
      }, RETRY_MS);
      cancelRetry = () => {
        clearTimeout(timer);
      };
    }
  };
  const isStopped = (): boolean => stopped;
  let beginning = begin();

  return async () => {
    stopped = true;
    cancelRetry();
    await beginning;
    await boss?.stop(STOP);
  };
}

const RETRY_MS = 5_000;
const STOP = { graceful: true, timeout: 2_000, close: false } as const;

function newBoss(
  database: Database,
  { logger, looksAtClock }: { readonly logger: Logger; readonly looksAtClock: boolean },
): PgBoss {
  const boss = new PgBoss({
    db: {
      // pg-boss makes its schema by several statements at once, which only a call without values can carry.
      executeSql: async (text: string, values?: unknown[]) => {
        if ((values?.length ?? 0) > 0 || text.trimStart().toLowerCase().startsWith('select')) {
          return { rows: await database.query(text, values) };
        }
        await database.exec(text);
        return { rows: [] };
      },
    },
    schema: 'jobs',
    schedule: looksAtClock,
    monitorStateIntervalSeconds: 3_600,
  });
  boss.on('error', (error) => {
    logger.warn({ error: errorMessage(error) }, 'the scheduler has a problem; it tries again');
  });
  return boss;
}

async function schedule(boss: PgBoss, job: Job, logger: Logger): Promise<void> {
  await boss.createQueue(job.name);
  await boss.schedule(job.name, job.cron, {}, { tz: 'UTC' });
  await boss.work(job.name, { pollingIntervalSeconds: 30 }, async () => {
    await job.run();
    logger.info({ job: job.name }, 'scheduled job done');
  });
}

/** First UTC day whose inbox ids are still remembered (P6). */
export function inboxKeptSince(nowMs: number): string {
  return new Date(nowMs - (INBOX_DAYS + 1) * 86_400_000).toISOString().slice(0, 10);
}
