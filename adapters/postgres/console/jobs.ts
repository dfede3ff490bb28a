import { OrreryError } from '../../../core/kernel/errors.ts';
import type { JobStore, NewJob } from '../../../core/services/console/job-store.ts';
import type { Obstacle } from '../../../core/services/console/plan.ts';
import type { JobPage, JobView, Outcome } from '../../../core/services/console/ports.ts';
import type { Database, Queryable } from '../database.ts';
import {
  JOB_COLUMNS,
  itemView,
  jobView,
  orderJobView,
  type ItemRow,
  type JobRow,
  type OrderJobRow,
} from './job-rows.ts';

/** How long a finished job and its orders' outcomes are kept. */
const JOBS_KEPT = `interval '90 days'`;
const ITEM_COLUMNS = 'job_id, position, order_id, state, effect, code, at';
/** The states that an outcome stands for. */
const STATES: Readonly<Record<Outcome, readonly ItemRow['state'][]>> = {
  waiting: ['waiting'],
  asked: ['deciding', 'asked'],
  done: ['done'],
  failed: ['failed'],
};

type JobBook = Pick<
  JobStore,
  'create' | 'find' | 'list' | 'items' | 'ofOrder' | 'errors' | 'control' | 'part' | 'forget'
>;

/** What people do with jobs; running them is in job-run.ts. */
export function createJobBook(db: Database): JobBook {
  return {
    create: (job) => db.transaction((tx) => insertJob(tx, job)),

    async find(jobId) {
      const [row] = await db.query<JobRow>(
        `select ${JOB_COLUMNS} from console.job where id = $1`,
        [jobId],
        'console.job',
      );
      return row && jobView(row);
    },

    async list(limit, cursor) {
      const rows = await db.query<JobRow>(
        `select ${JOB_COLUMNS} from console.job where $1::text is null or id < $1
         order by id desc limit $2::bigint`,
        [plainCursor(cursor) ?? null, limit + 1],
        'console.jobs',
      );
      return pageOf(rows, limit, jobView, ({ id }) => id);
    },

    async items(jobId, { outcome, limit, cursor }) {
      const after = plainCursor(cursor);
      if (after !== undefined && !/^\d{1,9}$/.test(after)) throw badCursor();
      const rows = await db.query<ItemRow>(
        `select ${ITEM_COLUMNS} from console.item
         where job_id = $1 and position > $2::integer and ($3::text[] is null or state = any($3::text[]))
         order by position limit $4::bigint`,
        [jobId, Number(after ?? -1), outcome === undefined ? null : STATES[outcome], limit + 1],
        'console.items',
      );
      return pageOf(rows, limit, itemView, ({ position }) => String(position));
    },

    async ofOrder(orderId, limit) {
      const rows = await db.query<OrderJobRow>(
        `select item.*, job.action, job.reason, job.by_id, job.by_email
         from console.item join console.job on job.id = item.job_id
         where item.order_id = $1 order by job.id desc limit $2::bigint`,
        [orderId, limit],
        'console.jobs_of_order',
      );
      return rows.map(orderJobView);
    },

    errors: (jobId) =>
      db.query<{ readonly code: Obstacle; readonly count: number }>(
        `select code, count(*)::integer as count from console.item where job_id = $1 and state = 'failed'
         group by code order by count desc, code`,
        [jobId],
        'console.errors',
      ),

    control: (jobId, wish) => db.transaction((tx) => control(tx, jobId, wish)),

    async part(jobId, number) {
      const [row] = await db.query<{ readonly content: string }>(
        `select encode(part.content, 'base64') as content from console.part join console.job on job.id = job_id
         where job_id = $1 and number = $2 and job.expires_at > now()`,
        [jobId, number],
        'console.part',
      );
      return row && Buffer.from(row.content, 'base64');
    },

    async forget() {
      await db.query(
        `with expired as (update console.job set expires_at = null where expires_at <= now() returning id)
         delete from console.part using expired where part.job_id = expired.id`,
      );
      // What a job that was cancelled or has failed had written of its file.
      await db.query(
        `delete from console.part using console.job
         where part.job_id = job.id and job.state in ('cancelled', 'failed')`,
      );
      await db.query(
        `with old as (delete from console.job where finished_at < now() - ${JOBS_KEPT} returning id)
         delete from console.item using old where item.job_id = old.id`,
      );
    },
  };
}

async function insertJob(tx: Queryable, job: NewJob): Promise<void> {
  const named = job.kind === 'bulk' && job.filter === null;
  await tx.query(
    `insert into console.job (id, kind, action, reason, filter, by_id, by_email, origin, created_at, state, collected, total)
     values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9::timestamptz, 'running', $10, $11::integer)`,
    [
      job.id,
      job.kind,
      job.action,
      job.reason,
      job.filter === null ? null : JSON.stringify(job.filter),
      job.by.id,
      job.by.email,
      job.origin,
      job.createdAt,
      named || job.kind === 'export',
      named ? job.ids.length : job.kind === 'bulk' ? 0 : null,
    ],
  );
  await tx.query(
    `insert into console.item (job_id, position, order_id)
     select $1, place - 1, id from unnest($2::text[]) with ordinality as given(id, place)`,
    [job.id, [...job.ids]],
  );
}

/** From which states a wish leads where. */
const CONTROL = {
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  cancel: { from: ['running', 'paused'], to: 'cancelling' },
} as const;

async function control(
  tx: Queryable,
  jobId: string,
  wish: keyof typeof CONTROL,
): Promise<JobView | undefined> {
  const { from, to } = CONTROL[wish];
  const [row] = await tx.query<JobRow>(
    `update console.job set state = $3 where id = $1 and state = any($2::text[]) returning ${JOB_COLUMNS}`,
    [jobId, [...from], to],
  );
  if (row === undefined || wish !== 'cancel') return row && jobView(row);
  // Nothing is asked from here on; what was asked is waited for, and then the job ends.
  const [after] = await tx.query<JobRow>(
    `with dropped as (
       update console.item set state = 'failed', code = 'not_sent', at = now()
       where job_id = $1 and state = 'waiting' returning 1
     )
     update console.job set failed = failed + (select count(*) from dropped)
     where id = $1 returning ${JOB_COLUMNS}`,
    [jobId],
  );
  return after && jobView(after);
}

function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
  cursor: (row: Row) => string,
): JobPage<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(view),
    nextCursor: rows.length > limit && last !== undefined ? cursor(last) : null,
  };
}

/** Rejects with `bad_cursor` what none of these lists has made. */
function plainCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined || /^[\w-]{1,100}$/.test(cursor)) return cursor;
  throw badCursor();
}

function badCursor(): OrreryError {
  return new OrreryError('bad_cursor', 'cursor: this is not a cursor of this list');
}
