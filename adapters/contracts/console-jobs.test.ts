import t from 'tap';
import { uuidv7 } from 'uuidv7';
import { gunzipSync } from 'node:zlib';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { Message } from '../../core/kernel/message.ts';
import { parseMessage } from '../../core/messages/catalogue.ts';
import { bulkStep } from '../../core/services/console/bulk-step.ts';
import { exportStep } from '../../core/services/console/export-step.ts';
import type { JobStore, Lane, RunnableJob } from '../../core/services/console/job-store.ts';
import { createJobs } from '../../core/services/console/jobs.ts';
import type { BulkRequest } from '../../core/services/console/ports.ts';
import { createJobBook } from '../postgres/console/jobs.ts';
import { createJobRun } from '../postgres/console/job-run.ts';
import { consoleMigrations } from '../postgres/console/schema.ts';
import type { Database } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { placementStore } from '../postgres/orders/intake.ts';
import { ordersMigrations } from '../postgres/orders/migrations.ts';
import { createOrderWalk } from '../postgres/orders/walk.ts';
import { bothDatabases } from './databases.ts';
import { batchOf, PLACED_AT, type TestOrder } from './orders-fixture.ts';

const BY = { id: 'admin-1', email: 'admin@example.com' };
const STATUSES = ['confirmed', 'awaiting_payment', 'delivered', 'shipped'] as const;
const ORDERS: readonly TestOrder[] = Array.from({ length: 1_202 }, (_, index) => ({
  id: `order-${String(index).padStart(4, '0')}`,
  userId: `u${String(index % 5)}`,
  name: index === 7 ? '=HYPERLINK("http://evil.example","x")' : `Ann "${String(index)}", Lee`,
  status: STATUSES[index % 4] ?? 'confirmed',
  at: PLACED_AT + index * 1_000,
}));

/** A house whose orders do at once what they are asked, unless they are `deaf`. */
class House {
  readonly sent: Message[] = [];
  readonly deaf = new Set<string>();
  /** Messages that still get through before the process dies. */
  sendsLeft = Infinity;
  now = PLACED_AT + 10_000_000;
  readonly store: JobStore;
  readonly jobs: ReturnType<typeof createJobs>;
  readonly db: Database;
  readonly #walk;

  constructor(db: Database) {
    this.db = db;
    this.store = { ...createJobBook(db), ...createJobRun(db) };
    this.#walk = createOrderWalk(db);
    this.jobs = createJobs({
      store: this.store,
      walk: this.#walk,
      clock: { now: () => this.now },
      newId: uuidv7,
      wake: () => undefined,
    });
  }

  async send(message: Message): Promise<void> {
    if (this.sendsLeft <= 0) throw new Error('the process has died');
    this.sendsLeft -= 1;
    parseMessage(JSON.parse(JSON.stringify(message)));
    this.sent.push(message);
    if (this.deaf.has(message.subject)) return;
    await this.db.query(
      `update orders.orders set status = 'cancelled', saga_state = 'cancelled', version = version + 1 where id = $1`,
      [message.subject],
    );
  }

  /** One step of each job of the lane, by the process called `owner`. */
  async round(lane: Lane, owner: string): Promise<readonly RunnableJob[]> {
    const ports = {
      store: this.store,
      walk: this.#walk,
      parcels: () => Promise.resolve(new Map<string, string>()),
      send: (message: Message) => this.send(message),
      clock: { now: () => this.now },
    };
    const jobs = await this.store.claim(lane, owner);
    for (const job of jobs) {
      if (lane === 'bulk') await bulkStep(ports, owner, job);
      else await exportStep(ports, owner, job);
    }
    return jobs;
  }

  async runAll(lane: Lane, owner: string): Promise<void> {
    for (let rounds = 0; (await this.round(lane, owner)).length > 0; rounds += 1) {
      if (rounds > 2_000) throw new Error('the job does not come to an end');
    }
  }

  /** The process holding the lanes is gone, and its lease has run out. */
  async bury(): Promise<void> {
    await this.db.query(`update console.lane set expires_at = clock_timestamp() - interval '1 second'`);
  }

  async found(jobId: string) {
    const job = await this.jobs.find(jobId);
    if (job === undefined) throw new Error(`${jobId} is a job`);
    return job;
  }
}

const cancelling = (orders: BulkRequest['orders']): BulkRequest => ({
  action: 'cancel',
  orders,
  reason: 'recalled',
  by: BY,
});

async function rejection(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof OrreryError ? error.code : String(error);
}

await t.test('jobs of the order console', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [ordersMigrations, consoleMigrations]);
    const placements = placementStore(db, { now: () => PLACED_AT });
    const place = async (sequence: number, orders: readonly TestOrder[]): Promise<void> => {
      await placements.commit(batchOf(sequence, ...orders));
    };
    await place(1, ORDERS.slice(0, 600));
    await place(2, ORDERS.slice(600));

    await t.test('a preview tells what would happen, and changes nothing', async (t) => {
      const house = new House(db);
      const { will, wont, ...counts } = await house.jobs.preview({
        action: 'cancel',
        orders: { filter: { priceMinCents: 1 } },
      });
      t.strictSame(counts, { total: 1_202, complete: true });
      t.strictSame(will, [{ effect: 'cancel', count: 602 }]);
      t.match(wont, [
        { code: 'already_delivered', count: 300 },
        { code: 'parcel_under_way', count: 300 },
      ]);
      t.strictSame(house.sent, []);
      await db.query(`delete from orders.actor where id = 'order-0000'`);
      const seeded = await house.jobs.preview({ action: 'cancel', orders: { ids: ['order-0000'] } });
      t.match(seeded.wont, [{ code: 'no_saga', count: 1 }], 'nobody would hear it');
      await db.query(
        `insert into orders.actor select (jsonb_populate_record(a, '{"id": "order-0000"}')).* from orders.actor a
         where id = 'order-0001'`,
      );
      const some = await house.jobs.preview({ action: 'refund', orders: { ids: ['order-0000', 'nobody'] } });
      t.match(some.wont.map(({ code }) => code).sort(), ['nothing_paid', 'unknown_order']);
    });

    await t.test('an export survives a crash without losing or repeating a row', async (t) => {
      const house = new House(db);
      const id = await house.jobs.startExport({ filter: {}, by: BY, origin: 'https://shop.example' });
      await house.round('export', 'one');
      await house.round('export', 'one');
      t.match(await house.found(id), { state: 'running', total: 1_202, done: 500, file: null });
      t.equal(await rejection(house.jobs.file(id)), 'no_file');
      await house.bury();
      await house.runAll('export', 'two');
      t.match(await house.found(id), { state: 'done', total: 1_202, done: 1_202, file: { bytes: Number } });
      let text = '';
      for await (const part of await house.jobs.file(id)) text += gunzipSync(part).toString();
      const lines = text.split('\r\n');
      t.match(lines[0], /^order_id,placed_at,/);
      t.strictSame(
        lines.slice(1, -1).map((line) => line.split(',')[0]),
        [...ORDERS].reverse().map((order) => order.id),
      );
      t.match(text, /,"'=HYPERLINK\(""http:/, 'a name that is a formula is text');
      t.match(text, /,"Ann ""8"", Lee",/);
      t.match(house.sent, [{ data: { email: BY.email, text: /https:\/\/shop\.example\/admin\/jobs\// } }]);

      await db.query(`update console.job set expires_at = now() - interval '1 second'`);
      await house.store.forget();
      t.equal((await house.found(id)).file, null);
      t.equal(await rejection(house.jobs.file(id)), 'no_file');
    });

    await t.test('the same rows come at once where they are few', async (t) => {
      const house = new House(db);
      let text = '';
      for await (const part of await house.jobs.download({ status: 'shipped' })) text += part;
      t.equal(text.split('\r\n').length, 300 + 2);
    });

    await t.test('a pause stops asking, a cancellation settles what was not asked', async (t) => {
      const house = new House(db);
      const ids = ORDERS.slice(0, 100).map((order) => order.id);
      house.deaf.add('order-0000');
      const id = await house.jobs.startBulk({
        ...cancelling({ ids: [...ids, 'order-0000'] }),
        action: 'cancel',
      });
      await house.round('bulk', 'one');
      t.match(await house.found(id), { state: 'running', total: 100, asked: 10, failed: 10 });
      t.match(await house.jobs.control(id, 'pause'), { state: 'paused' });
      await house.round('bulk', 'one');
      t.match(
        await house.found(id),
        { state: 'paused', done: 9, asked: 1, failed: 10 },
        'answers still count',
      );
      t.equal(house.sent.length, 10);
      t.equal(await rejection(house.jobs.control(id, 'pause')), 'not_possible');
      t.match(await house.jobs.control(id, 'resume'), { state: 'running' });
      await house.round('bulk', 'one');
      t.equal(house.sent.length, 20);
      t.match(await house.jobs.control(id, 'cancel'), { state: 'cancelling' });
      await house.round('bulk', 'one');
      t.match(await house.found(id), { state: 'cancelling', asked: 1 }, 'one has not answered');
      house.now += 700_000;
      await house.runAll('bulk', 'one');
      const job = await house.found(id);
      t.match(job, { state: 'cancelled', total: 100, done: 19, failed: 81, asked: 0 });
      t.same(
        new Map(job.errors.map(({ code, count }) => [code, count])),
        new Map(Object.entries({ not_sent: 60, already_delivered: 10, parcel_under_way: 10, no_answer: 1 })),
      );
      t.equal(house.sent.length, 20, 'nobody was asked after that');
      await db.query(
        `update orders.orders set status = 'confirmed', saga_state = 'confirmed' where id = 'order-0000'`,
      );
    });

    await t.test('a job over a filter asks each order once, whatever crashes', async (t) => {
      const house = new House(db);
      const open = 602 - 20 + 1;
      const id = await house.jobs.startBulk(cancelling({ filter: { priceMinCents: 1 } }));
      await house.round('bulk', 'one');
      t.match(await house.found(id), { state: 'collecting', total: null });
      // Placed while the orders are collected, with a time before the job's: it belongs to those that were there.
      await place(3, [{ id: 'later', status: 'confirmed', at: house.now + 1_000 }]);
      await house.bury();
      await house.round('bulk', 'two');
      t.match(await house.found(id), { state: 'running', total: 1_202 });

      for (let process = 0; process < 6; process += 1) {
        await house.bury();
        house.sendsLeft = 33;
        const died = await rejection(house.runAll('bulk', `process-${String(process)}`));
        t.match(died, /has died/);
      }
      await house.bury();
      house.sendsLeft = Infinity;
      await house.runAll('bulk', 'last');
      const job = await house.found(id);
      t.match(job, { state: 'done', total: 1_202, done: open, failed: 1_202 - open, asked: 0 });
      t.equal(
        job.errors.reduce((sum, { count }) => sum + count, 0),
        job.failed,
      );
      t.match(
        job.errors.map(({ code }) => code),
        ['already_delivered', 'parcel_under_way', 'already_cancelled'],
      );
      const asked = new Map<string, Set<string>>();
      for (const { id: messageId, subject } of house.sent) {
        asked.set(subject, (asked.get(subject) ?? new Set()).add(messageId));
      }
      t.equal(asked.size, open);
      t.ok(
        [...asked.values()].every((ids) => ids.size === 1),
        'sent again only under the same id',
      );
      t.ok(house.sent.length < open + 6 * 20, 'and only what was in the dying hand');
      t.notOk(asked.has('later'));

      const listed: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await house.jobs.items(id, {
          outcome: 'failed',
          limit: 100,
          ...(cursor === undefined ? {} : { cursor }),
        });
        listed.push(...page.items.map(({ orderId }) => orderId));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      t.equal(new Set(listed).size, job.failed);
      t.match(await house.jobs.ofOrder('order-0002'), [
        { jobId: id, action: 'cancel', outcome: 'failed', code: 'already_delivered', createdBy: BY },
      ]);
    });

    await t.test('one process runs a lane; whoever lost it can write nothing', async (t) => {
      const house = new House(db);
      const id = await house.jobs.startBulk(cancelling({ ids: ['order-0002'] }));
      await house.bury();
      const [job] = await house.store.claim('bulk', 'slow');
      if (job === undefined) throw new Error('the lane is free');
      t.strictSame(await house.store.claim('bulk', 'other'), [], 'taken');
      await house.bury();
      t.equal((await house.store.claim('bulk', 'other')).length, 1);
      const late = house.store.finish('slow', job, { state: 'done' });
      t.equal(await rejection(late), 'fence_lost');
      t.match(await house.found(id), { state: 'running' });
      await house.store.release('other');
      t.equal((await house.store.claim('bulk', 'third')).length, 1, 'let go of, and taken at once');
      await house.runAll('bulk', 'third');
    });
  }),
);
