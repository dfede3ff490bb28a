import type {
  BulkAction,
  Effect,
  JobAuthor,
  JobItem,
  JobPage,
  JobView,
  OrderJob,
  OrdersFilter,
  Outcome,
} from './ports.ts';
import type { Obstacle } from './plan.ts';

/** Bulk actions and exports run beside each other; of each kind one job runs at a time, in one process. */
export const LANES = ['bulk', 'export'] as const;
export type Lane = (typeof LANES)[number];

export interface NewJob {
  readonly id: string;
  readonly kind: Lane;
  readonly action: BulkAction | null;
  readonly reason: string | null;
  /** Null: `ids` are the orders. */
  readonly filter: OrdersFilter | null;
  readonly ids: readonly string[];
  readonly by: JobAuthor;
  readonly origin: string | null;
  readonly createdAt: string;
}

/** A job as its runner finds it. */
export interface RunnableJob {
  readonly id: string;
  readonly kind: Lane;
  readonly action: BulkAction | null;
  readonly reason: string;
  readonly filter: OrdersFilter | null;
  readonly by: JobAuthor;
  readonly origin: string | null;
  readonly createdAt: string;
  /** `paused` and `cancelling` ones are found as long as orders they asked have not answered. */
  readonly state: 'running' | 'paused' | 'cancelling';
  /** Whether every order it is about is written down. */
  readonly collected: boolean;
  /** Where the walk over its orders goes on; null: at the beginning. */
  readonly position: string | null;
  readonly total: number | null;
  readonly done: number;
  readonly asked: number;
  /** Parts of the file written. */
  readonly parts: number;
}

/** An order that is to be asked, or was. */
export interface AskedItem {
  readonly orderId: string;
  readonly effect: Effect;
  /** The order's version when it was decided to ask. */
  readonly version: number;
  /** Of a parcel, for `dispatch`. */
  readonly parcel: string | null;
  readonly askedAt: string;
}

export type Settled = { readonly orderId: string; readonly outcome: 'done' } | Refused;
export interface Refused {
  readonly orderId: string;
  readonly outcome: 'failed';
  readonly code: Obstacle;
}

export interface ExportPart {
  readonly text: string;
  readonly rows: number;
  /** Where the walk goes on; null: this was the last part. */
  readonly position: string | null;
}

/**
 * Jobs and what became of each of their orders. Once a call resolved, it is durable.
 *
 * I1. Whatever a runner writes is refused with FenceLost unless it holds the lane at that moment.
 * I2. Counters and items change in one transaction.
 */
export interface JobStore {
  create(job: NewJob): Promise<void>;
  find(jobId: string): Promise<JobView | undefined>;
  list(limit: number, cursor?: string): Promise<JobPage<JobView>>;
  items(
    jobId: string,
    page: { readonly outcome?: Outcome; readonly limit: number; readonly cursor?: string },
  ): Promise<JobPage<Omit<JobItem, 'message'>>>;
  ofOrder(orderId: string, limit: number): Promise<readonly Omit<OrderJob, 'message'>[]>;
  errors(jobId: string): Promise<readonly { readonly code: Obstacle; readonly count: number }[]>;
  /** Undefined: its state does not allow it. A cancelled job's waiting orders are settled as `not_sent`. */
  control(jobId: string, wish: 'pause' | 'resume' | 'cancel'): Promise<JobView | undefined>;
  /** The compressed parts of a file in their order; undefined: there is no such file. */
  part(jobId: string, number: number): Promise<Buffer | undefined>;

  /** Takes or keeps the lane and resolves with its jobs that have something to do, the oldest first; none if it is not ours. */
  claim(lane: Lane, owner: string): Promise<readonly RunnableJob[]>;
  /** Lets go of the lanes, so that another process need not wait for the lease to run out. */
  release(owner: string): Promise<void>;
  collect(
    owner: string,
    job: RunnableJob,
    batch: { readonly orders: readonly string[]; readonly position: string | null },
  ): Promise<void>;
  /** Orders nobody has looked at yet, in their order. */
  waiting(jobId: string, limit: number): Promise<readonly string[]>;
  /** `deciding`: it is written down that they are asked, and not known whether they were. */
  askedItems(jobId: string, stage: 'deciding' | 'asked', limit: number): Promise<readonly AskedItem[]>;
  decide(
    owner: string,
    job: RunnableJob,
    decided: { readonly ask: readonly AskedItem[]; readonly refused: readonly Refused[] },
  ): Promise<void>;
  /** What was decided on has been sent. */
  sent(owner: string, job: RunnableJob, orderIds: readonly string[]): Promise<void>;
  settle(owner: string, job: RunnableJob, settled: readonly Settled[]): Promise<void>;
  counted(owner: string, job: RunnableJob, total: number): Promise<void>;
  addPart(owner: string, job: RunnableJob, part: ExportPart): Promise<void>;
  /** Ends the job, if nobody has paused or cancelled it meanwhile. */
  finish(
    owner: string,
    job: RunnableJob,
    end: { readonly state: 'done' | 'cancelled' | 'failed'; readonly problem?: string },
  ): Promise<void>;
  /** Drops files that have expired, and jobs of long ago. */
  forget(): Promise<void>;
}
