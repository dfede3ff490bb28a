import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { FenceLost } from '../../../core/kernel/errors.ts';
import type { AskedItem, JobStore, Lane, RunnableJob } from '../../../core/services/console/job-store.ts';
import type { Database, Queryable } from '../database.ts';
import { FILE_KEPT } from './job-rows.ts';

/**
 * How long a lane is held without a word of its owner. A step takes far less; another process takes over after it.
 */
const LEASE = `interval '15 seconds'`;
const compress = promisify(gzip);

type JobRun = Pick<
  JobStore,
  | 'claim'
  | 'release'
  | 'collect'
  | 'waiting'
  | 'askedItems'
  | 'decide'
  | 'sent'
  | 'settle'
  | 'counted'
  | 'addPart'
  | 'finish'
>;

interface RunnableRow extends Omit<RunnableJob, 'by' | 'createdAt'> {
  readonly by_id: string;
  readonly by_email: string;
  readonly created_at: Date;
}

export function createJobRun(db: Database): JobRun {
  return {
    claim: async (lane, owner) => ((await hold(db, lane, owner)) ? await open(db, lane) : []),

    async release(owner) {
      await db.query('update console.lane set owner = null where owner = $1', [owner]);
    },

    collect: (owner, job, { orders, position }) =>
      write(db, owner, job, async (tx) => {
        await tx.query(
          `with added as (
             insert into console.item (job_id, position, order_id)
             select $1, job.total + place - 1, given.id
             from console.job, unnest($2::text[]) with ordinality as given(id, place)
             where job.id = $1 and job.state = 'running'
             on conflict do nothing returning 1
           )
           update console.job set total = total + (select count(*) from added), position = $3::text, collected = $3::text is null
           where id = $1 and state = 'running'`,
          [job.id, [...orders], position],
        );
      }),

    async waiting(jobId, limit) {
      const rows = await db.query<{ readonly order_id: string }>(
        `select order_id from console.item where job_id = $1 and state = 'waiting' order by position limit $2::bigint`,
        [jobId, limit],
        'console.waiting',
      );
      return rows.map(({ order_id: id }) => id);
    },

    async askedItems(jobId, stage, limit) {
      const rows = await db.query<
        Omit<AskedItem, 'orderId' | 'askedAt'> & { order_id: string; asked_at: Date }
      >(
        `select order_id, effect, version, parcel, asked_at from console.item
         where job_id = $1 and state = $2 order by position limit $3::bigint`,
        [jobId, stage, limit],
        'console.asked',
      );
      return rows.map(({ order_id: orderId, asked_at: askedAt, ...item }) => ({
        ...item,
        orderId,
        askedAt: askedAt.toISOString(),
      }));
    },

    decide: (owner, job, { ask, refused }) =>
      write(db, owner, job, async (tx) => {
        // A job that was cancelled or paused this moment asks nobody any more: its orders still wait, or were dropped.
        const [running] = await tx.query(
          `select 1 from console.job where id = $1 and state = 'running' for update`,
          [job.id],
        );
        if (running === undefined) return;
        await tx.query(
          `with asked as (
             update console.item set state = 'deciding', effect = given.effect, version = given.version,
               parcel = given.parcel, asked_at = given.asked_at
             from unnest($2::text[], $3::text[], $4::integer[], $5::text[], $6::timestamptz[])
               as given(order_id, effect, version, parcel, asked_at)
             where item.job_id = $1 and item.order_id = given.order_id and item.state = 'waiting' returning 1
           )
           update console.job set asked = asked + (select count(*) from asked) where id = $1`,
          [
            job.id,
            ask.map(({ orderId }) => orderId),
            ask.map(({ effect }) => effect),
            ask.map(({ version }) => version),
            ask.map(({ parcel }) => parcel),
            ask.map(({ askedAt }) => askedAt),
          ],
        );
        await tx.query(
          `with refused as (
             update console.item set state = 'failed', code = given.code, at = now()
             from unnest($2::text[], $3::text[]) as given(order_id, code)
             where item.job_id = $1 and item.order_id = given.order_id and item.state = 'waiting' returning 1
           )
           update console.job set failed = failed + (select count(*) from refused) where id = $1`,
          [job.id, refused.map(({ orderId }) => orderId), refused.map(({ code }) => code)],
        );
      }),

    sent: (owner, job, orderIds) =>
      write(db, owner, job, async (tx) => {
        await tx.query(
          `update console.item set state = 'asked'
           where job_id = $1 and order_id = any($2::text[]) and state = 'deciding'`,
          [job.id, [...orderIds]],
        );
      }),

    settle: (owner, job, settled) =>
      write(db, owner, job, async (tx) => {
        await tx.query(
          `with settled as (
             update console.item set state = given.state, code = given.code, at = now()
             from unnest($2::text[], $3::text[], $4::text[]) as given(order_id, state, code)
             where item.job_id = $1 and item.order_id = given.order_id and item.state = 'asked'
             returning item.state
           )
           update console.job set asked = asked - (select count(*) from settled),
             done = done + (select count(*) from settled where state = 'done'),
             failed = failed + (select count(*) from settled where state = 'failed')
           where id = $1`,
          [
            job.id,
            settled.map(({ orderId }) => orderId),
            settled.map(({ outcome }) => outcome),
            settled.map((one) => (one.outcome === 'failed' ? one.code : null)),
          ],
        );
      }),

    counted: (owner, job, total) =>
      write(db, owner, job, async (tx) => {
        await tx.query('update console.job set total = $2::integer where id = $1', [job.id, total]);
      }),

    async addPart(owner, job, { text, rows, position }) {
      const content = await compress(text, { level: 3 });
      await write(db, owner, job, async (tx) => {
        await tx.query(
          `with running as (
             update console.job set parts = parts + 1, done = done + $3::integer, bytes = bytes + $4::bigint,
               position = $5, total = greatest(total, done + $3::integer)
             where id = $1 and state = 'running' and parts = $6::integer returning id
           )
           insert into console.part (job_id, number, content)
           select id, $6::integer, decode($2, 'base64') from running`,
          [job.id, content.toString('base64'), rows, Buffer.byteLength(text), position, job.parts],
        );
      });
    },

    finish: (owner, job, { state, problem }) =>
      write(db, owner, job, async (tx) => {
        await tx.query(
          `update console.job set state = $2, problem = $3, finished_at = now(), position = null,
             total = case when kind = 'export' and $2 = 'done' then done else total end,
             expires_at = case when kind = 'export' and $2 = 'done' then now() + ${FILE_KEPT} end
           where id = $1 and state = $4`,
          [job.id, state, problem ?? null, job.state],
        );
      }),
  };
}

/** Whether the lane is the owner's now. */
async function hold(db: Queryable, lane: Lane, owner: string): Promise<boolean> {
  const rows = await db.query(
    `update console.lane set owner = $2, expires_at = clock_timestamp() + ${LEASE}
     where name = $1 and (owner is null or owner = $2 or expires_at <= clock_timestamp()) returning name`,
    [lane, owner],
    'console.hold',
  );
  return rows.length > 0;
}

/** Jobs that run at once: each takes its turn. */
const OPEN_MAX = 20;

async function open(db: Queryable, lane: Lane): Promise<readonly RunnableJob[]> {
  const rows = await db.query<RunnableRow>(
    `select id, kind, action, coalesce(reason, '') as reason, filter, by_id, by_email, origin, created_at, state,
       collected, position, total, done, asked, parts
     from console.job
     where kind = $1 and finished_at is null
       and (state in ('running', 'cancelling') or (state = 'paused' and asked > 0))
     order by id limit ${String(OPEN_MAX)}`,
    [lane],
    'console.open',
  );
  return rows.map(({ by_id: id, by_email: email, created_at: createdAt, ...job }) => ({
    ...job,
    by: { id, email },
    createdAt: createdAt.toISOString(),
  }));
}

/** One transaction of whoever holds the lane. Rejects with FenceLost. */
async function write(
  db: Database,
  owner: string,
  { kind }: RunnableJob,
  work: (tx: Queryable) => Promise<void>,
): Promise<void> {
  await db.transaction(async (tx) => {
    const held = await tx.query(
      `select 1 from console.lane where name = $1 and owner = $2 and expires_at > clock_timestamp() for update`,
      [kind, owner],
    );
    if (held.length === 0) throw new FenceLost(`another process runs the ${kind} jobs now`);
    await work(tx);
  });
}
