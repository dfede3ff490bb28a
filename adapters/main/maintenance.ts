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

/** Resolves with the function that stops it. Its failure never stops the platform: jobs run with the next schedule. */
export async function startMaintenance(
  database: Database,
  jobs: readonly Job[],
  logger: Logger,
): Promise<() => Promise<void>> {
  const boss = new PgBoss({
    db: {
      // pg-boss makes its schema by several statements at once, which only a call without values can carry.
      executeSql: async (text: string, values: unknown[] = []) => {
        if (values.length > 0) return { rows: await database.query(text, values) };
        if (!text.trimStart().toLowerCase().startsWith('select')) {
          await database.exec(text);
          return { rows: [] };
        }
        return { rows: await database.query(text) };
      },
    },
    schema: 'jobs',
    monitorStateIntervalSeconds: 3_600,
  });
  boss.on('error', (error) => {
    logger.warn({ error: errorMessage(error) }, 'the scheduler has a problem; it tries again');
  });
  await boss.start();
  for (const job of jobs) {
    await boss.createQueue(job.name);
    await boss.schedule(job.name, job.cron, {}, { tz: 'UTC' });
    await boss.work(job.name, { pollingIntervalSeconds: 30 }, async () => {
      await job.run();
      logger.info({ job: job.name }, 'scheduled job done');
    });
  }
  return () => boss.stop({ graceful: true, timeout: 2_000, close: false });
}

/** First UTC day whose inbox ids are still remembered (P6). */
export function inboxKeptSince(nowMs: number): string {
  return new Date(nowMs - (INBOX_DAYS + 1) * 86_400_000).toISOString().slice(0, 10);
}
