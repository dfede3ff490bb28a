import type { Clock } from '../../kernel/clock.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import type { Message } from '../../kernel/message.ts';
import { notificationRequested } from '../../messages/notifications.ts';
import type { StepResult } from './bulk-step.ts';
import { CSV_HEAD, csvRows } from './csv.ts';
import type { JobStore, RunnableJob } from './job-store.ts';
import type { OrderWalk } from './order-walk.ts';
import { EXPORT_KEPT_DAYS, EXPORT_ROWS_MAX } from './ports.ts';

/**
 * One step of an export: a part of the file, five hundred rows, so that neither the database nor the event loop is held
 * for long at a time.
 *
 * I1. A part and the place where the next one begins are one write: after a crash no row is lost or comes twice.
 * I2. The letter is sent before the job is done, under an id of the job: it comes once, and never of a job that failed.
 */
export interface ExportPorts {
  readonly store: JobStore;
  readonly walk: OrderWalk;
  /** Durable once resolved. */
  readonly send: (message: Message) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Rows of a part: some 10 ms of the database, 5 ms of this process. */
const PART_ROWS = 500;

export async function exportStep(ports: ExportPorts, owner: string, job: RunnableJob): Promise<StepResult> {
  const { store, walk } = ports;
  const filter = job.filter ?? {};
  if (job.state !== 'running') {
    if (job.state === 'cancelling') await store.finish(owner, job, { state: 'cancelled' });
    return 'over';
  }
  if (job.total === null) {
    const total = await walk.count(filter, job.createdAt, EXPORT_ROWS_MAX + 1);
    if (total > EXPORT_ROWS_MAX) {
      const problem = `more than ${EXPORT_ROWS_MAX.toLocaleString('en-US')} orders match: narrow the filter`;
      await store.finish(owner, job, { state: 'failed', problem });
      return 'over';
    }
    await store.counted(owner, job, total);
    return 'worked';
  }
  if (job.parts > 0 && job.position === null) {
    await ports.send(letterOf(ports, job));
    await store.finish(owner, job, { state: 'done' });
    return 'over';
  }
  const { rows, next } = await walk.rows({
    filter,
    until: job.createdAt,
    limit: PART_ROWS,
    ...(job.position === null ? {} : { after: job.position }),
  });
  const text = `${job.parts === 0 ? CSV_HEAD : ''}${csvRows(rows)}`;
  await store.addPart(owner, job, { text, rows: rows.length, position: next });
  return 'worked';
}

function letterOf({ clock }: ExportPorts, { id, by, done, origin }: RunnableJob): Message {
  const where = origin === null ? 'on the page “Jobs” of the control room' : `at ${origin}/admin/jobs/${id}`;
  const rows = `${done.toLocaleString('en-US')} ${done === 1 ? 'order' : 'orders'}`;
  return {
    id: `export/${id}/ready`,
    type: notificationRequested.type,
    subject: by.id,
    correlationId: id,
    causationId: null,
    time: isoTime(clock.now()),
    version: notificationRequested.version,
    data: {
      userId: by.id,
      email: by.email,
      channel: 'email',
      subject: 'Your export of orders is ready',
      text:
        `Your export of ${rows} is ready. You can download it ${where} ` +
        `for ${String(EXPORT_KEPT_DAYS)} days; you have to be signed in.`,
    },
  };
}
