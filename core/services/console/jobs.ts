import type { Clock } from '../../kernel/clock.ts';
import { OrreryError } from '../../kernel/errors.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import { CSV_HEAD, csvRows } from './csv.ts';
import type { JobStore, NewJob } from './job-store.ts';
import type { OrderFacts, OrderWalk } from './order-walk.ts';
import { OBSTACLES, planFor, type Obstacle } from './plan.ts';
import {
  DOWNLOAD_ROWS_MAX,
  PREVIEW_ORDERS_MAX,
  type BulkPreview,
  type BulkRequest,
  type Effect,
  type JobItem,
  type Jobs,
  type OrderExports,
  type OrdersFilter,
  type Tally,
} from './ports.ts';

export interface JobServiceOptions {
  readonly store: JobStore;
  readonly walk: OrderWalk;
  /** Never the same twice; time-ordered, for jobs are listed by it. */
  readonly newId: () => string;
  readonly clock: Pick<Clock, 'now'>;
  /** A job was made or changed: its runner need not wait. */
  readonly wake: () => void;
}

/** Orders read at once for a preview or a download. */
const BATCH = 1_000;
/** Jobs of one order that are shown. */
const JOBS_OF_ORDER_MAX = 20;

/** What people ask of the console's jobs. */
export function createJobs(options: JobServiceOptions): Jobs & OrderExports {
  const { store, walk, wake, clock, newId } = options;
  const start = async (job: Omit<NewJob, 'id' | 'createdAt'>): Promise<string> => {
    const id = newId();
    await store.create({ ...job, id, createdAt: isoTime(clock.now()) });
    wake();
    return id;
  };
  const required = async (jobId: string) => {
    const job = await store.find(jobId);
    if (job === undefined) throw new OrreryError('unknown_job', 'there is no such job');
    return job;
  };
  return {
    preview: ({ action, orders }) =>
      'ids' in orders
        ? previewOf(action, orders.ids, walk)
        : previewMatching(action, orders.filter, walk, isoTime(clock.now())),

    startBulk: ({ action, orders, reason, by }) =>
      start({
        kind: 'bulk',
        action,
        reason,
        by,
        origin: null,
        ...('ids' in orders
          ? { filter: null, ids: [...new Set(orders.ids)] }
          : { filter: orders.filter, ids: [] }),
      }),

    startExport: ({ filter, by, origin }) =>
      start({ kind: 'export', action: null, reason: null, filter, ids: [], by, origin: origin ?? null }),

    async find(jobId) {
      const job = await store.find(jobId);
      if (job === undefined) return undefined;
      const errors = await store.errors(jobId);
      return { ...job, errors: errors.map(({ code, count }) => tally(code, count)) };
    },

    list: (limit, cursor) => store.list(limit, cursor),

    async items(jobId, page) {
      await required(jobId);
      const { items, nextCursor } = await store.items(jobId, page);
      return { items: items.map(inWords), nextCursor };
    },

    ofOrder: async (orderId) => (await store.ofOrder(orderId, JOBS_OF_ORDER_MAX)).map(inWords),

    async control(jobId, wish) {
      const changed = await store.control(jobId, wish);
      if (changed !== undefined) {
        wake();
        return changed;
      }
      const { state } = await required(jobId);
      throw new OrreryError('not_possible', `the job is ${state}: ${wish} is not possible`);
    },

    async file(jobId) {
      const { file } = await required(jobId);
      const first = file === null ? undefined : await store.part(jobId, 0);
      if (first === undefined) {
        throw new OrreryError(
          'no_file',
          'there is no file of this job: it is not done, or the file has expired',
        );
      }
      return partsFrom(store, jobId, first);
    },

    async download(filter) {
      const until = isoTime(clock.now());
      if ((await walk.count(filter, until, DOWNLOAD_ROWS_MAX + 1)) > DOWNLOAD_ROWS_MAX) {
        const most = DOWNLOAD_ROWS_MAX.toLocaleString('en-US');
        throw new OrreryError(
          'export_too_large',
          `more than ${most} orders match: ask for it as a job, POST /api/admin/orders/export`,
        );
      }
      return csvOf(walk, filter, until);
    },
  };
}

async function* partsFrom(store: JobStore, jobId: string, first: Buffer): AsyncGenerator<Buffer> {
  let part: Buffer | undefined = first;
  for (let number = 1; part !== undefined; number += 1) {
    yield part;
    part = await store.part(jobId, number);
  }
}

async function* csvOf(walk: OrderWalk, filter: OrdersFilter, until: string): AsyncGenerator<string> {
  yield CSV_HEAD;
  for await (const rows of batches((after) => walk.rows({ filter, until, limit: BATCH, ...after }))) {
    yield csvRows(rows);
  }
}

async function* batches<Row>(
  read: (after: { readonly after?: string }) => Promise<{ rows: readonly Row[]; next: string | null }>,
): AsyncGenerator<readonly Row[]> {
  let after: string | null = null;
  do {
    const batch: { rows: readonly Row[]; next: string | null } = await read(after === null ? {} : { after });
    yield batch.rows;
    after = batch.next;
  } while (after !== null);
}

async function previewOf(
  action: BulkRequest['action'],
  ids: readonly string[],
  walk: OrderWalk,
): Promise<BulkPreview> {
  const wanted = [...new Set(ids)];
  const facts = await walk.factsOf(wanted);
  const counts = new PreviewCounts(action);
  for (const id of wanted) counts.add(facts.get(id));
  return counts.preview(true);
}

async function previewMatching(
  action: BulkRequest['action'],
  filter: OrdersFilter,
  walk: OrderWalk,
  until: string,
): Promise<BulkPreview> {
  const counts = new PreviewCounts(action);
  for await (const rows of batches((after) => walk.facts({ filter, until, limit: BATCH, ...after }))) {
    for (const order of rows) counts.add(order);
    if (counts.total >= PREVIEW_ORDERS_MAX) {
      return counts.preview((await walk.count(filter, until, PREVIEW_ORDERS_MAX + 1)) <= PREVIEW_ORDERS_MAX);
    }
  }
  return counts.preview(true);
}

class PreviewCounts {
  total = 0;
  readonly #action: BulkRequest['action'];
  readonly #will = new Map<Effect, number>();
  readonly #wont = new Map<Obstacle, number>();

  constructor(action: BulkRequest['action']) {
    this.#action = action;
  }

  add(order: OrderFacts | undefined): void {
    this.total += 1;
    const plan = order === undefined ? { code: 'unknown_order' as const } : planFor(this.#action, order);
    if ('code' in plan) this.#wont.set(plan.code, (this.#wont.get(plan.code) ?? 0) + 1);
    else this.#will.set(plan.effect, (this.#will.get(plan.effect) ?? 0) + 1);
  }

  preview(complete: boolean): BulkPreview {
    return {
      total: this.total,
      complete,
      will: commonestFirst(this.#will).map(([effect, count]) => ({ effect, count })),
      wont: commonestFirst(this.#wont).map(([code, count]) => tally(code, count)),
    };
  }
}

function commonestFirst<Name extends string>(
  counts: ReadonlyMap<Name, number>,
): readonly (readonly [Name, number])[] {
  return [...counts].sort(([name, one], [other, more]) => more - one || (name < other ? -1 : 1));
}

function tally(code: Obstacle, count: number): Tally {
  return { code, message: OBSTACLES[code], count };
}

function inWords<Item extends { readonly code: string | null }>(item: Item): Item & Pick<JobItem, 'message'> {
  const message = item.code === null ? null : (OBSTACLES[item.code as Obstacle] as string | undefined);
  return { ...item, message: message ?? null };
}
