/*
 * The order console as others see it: jobs over many orders, and what one looks at before deciding about an order. Times
 * are ISO 8601 UTC, money integer cents.
 */
import type { AdminOrdersScope } from '../orders/ports.ts';

/** Which orders a job is about: the list's own filter, without its pages and its order. */
export type OrdersFilter = Omit<AdminOrdersScope, 'sort'>;

export const BULK_ACTIONS = ['mark_shipped', 'cancel', 'refund'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** What an action comes to for one order. */
export const EFFECTS = ['dispatch', 'cancel', 'cancel_and_refund', 'refund', 'settle_again'] as const;
export type Effect = (typeof EFFECTS)[number];

/** Orders that a job may name one by one. */
export const BULK_IDS_MAX = 100;
/** A filter that more orders match is refused before anything is done to any of them. */
export const BULK_ORDERS_MAX = 100_000;
/** A preview looks at so many orders. */
export const PREVIEW_ORDERS_MAX = 10_000;
/** Rows that a download brings at once; more of them are a job. */
export const DOWNLOAD_ROWS_MAX = 10_000;
/** Rows that an export may have. */
export const EXPORT_ROWS_MAX = 5_000_000;
/** How long the file of an export is kept. */
export const EXPORT_KEPT_DAYS = 7;

export interface BulkRequest {
  readonly action: BulkAction;
  /** Either the orders themselves, or what they have in common. */
  readonly orders: { readonly ids: readonly string[] } | { readonly filter: OrdersFilter };
  readonly reason: string;
  readonly by: JobAuthor;
}

export interface ExportRequest {
  readonly filter: OrdersFilter;
  readonly by: JobAuthor;
  /** Where the letter's link leads; absent: nobody knows. */
  readonly origin?: string;
}

export interface JobAuthor {
  readonly id: string;
  readonly email: string;
}

export interface Tally {
  readonly code: string;
  /** The code in words. */
  readonly message: string;
  readonly count: number;
}

/** What a bulk action would do now; nothing is changed. */
export interface BulkPreview {
  /** Orders looked at. */
  readonly total: number;
  /** False: there are more than were looked at. */
  readonly complete: boolean;
  /** By effect. */
  readonly will: readonly { readonly effect: Effect; readonly count: number }[];
  /** By what stands in the way. */
  readonly wont: readonly Tally[];
}

/** `collecting`: which orders it is about is being written down. `cancelling`: what was asked for is waited for. */
export const JOB_STATES = [
  'collecting',
  'running',
  'paused',
  'cancelling',
  'cancelled',
  'done',
  'failed',
] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface JobView {
  readonly id: string;
  readonly kind: 'bulk' | 'export';
  readonly action: BulkAction | null;
  readonly state: JobState;
  readonly reason: string | null;
  /** Null: the orders were named one by one. */
  readonly filter: OrdersFilter | null;
  /** Orders it is about; null until that is known. In the end `done` + `failed`; what a cancelled job did not ask counts as failed. */
  readonly total: number | null;
  /** Orders whose saga has done what was asked for, or rows written. */
  readonly done: number;
  /** Orders for which it could not be done. */
  readonly failed: number;
  /** Orders that were asked and have not answered yet. */
  readonly asked: number;
  /** Why the job itself failed. */
  readonly problem: string | null;
  readonly createdBy: JobAuthor;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** What an export made; null until it is there, and once it has expired. */
  readonly file: { readonly bytes: number; readonly expiresAt: string } | null;
}

/** One job with why orders failed, the commonest first. */
export interface JobDetail extends JobView {
  readonly errors: readonly Tally[];
}

export const OUTCOMES = ['waiting', 'asked', 'done', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What became of one order of a job. */
export interface JobItem {
  readonly jobId: string;
  readonly orderId: string;
  readonly outcome: Outcome;
  readonly effect: Effect | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly at: string | null;
}

/** An order's part in a job, with who wanted it. */
export interface OrderJob extends JobItem {
  readonly action: BulkAction;
  readonly reason: string | null;
  readonly createdBy: JobAuthor;
}

/** Lists go by keyset; a cursor that was tampered with rejects with OrreryError `bad_cursor`. */
export interface Jobs {
  preview(request: Pick<BulkRequest, 'action' | 'orders'>): Promise<BulkPreview>;
  /** Resolves with the job's id once it is durable: it runs from then on, whatever happens to this process. */
  startBulk(request: BulkRequest): Promise<string>;
  startExport(request: ExportRequest): Promise<string>;
  find(jobId: string): Promise<JobDetail | undefined>;
  list(limit: number, cursor?: string): Promise<JobPage<JobView>>;
  items(
    jobId: string,
    page: { readonly outcome?: Outcome; readonly limit: number; readonly cursor?: string },
  ): Promise<JobPage<JobItem>>;
  /** The bulk actions that an order was part of, the newest first. */
  ofOrder(orderId: string): Promise<readonly OrderJob[]>;
  /** Rejects with OrreryError `unknown_job`, or `not_possible` when its state does not allow it. */
  control(jobId: string, wish: 'pause' | 'resume' | 'cancel'): Promise<JobView>;
  /** The file of an export, in parts of which each is gzipped by itself. Rejects with OrreryError `unknown_job` or `no_file`. */
  file(jobId: string): Promise<AsyncIterable<Uint8Array>>;
}

export interface JobPage<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** What a customer's orders usually look like, out of the newest of them. */
export interface CustomerUsual {
  /** Orders looked at besides the one in question, at most 1,000. */
  readonly orders: number;
  readonly averageCents: number | null;
  readonly largestCents: number | null;
  readonly delivered: number;
  readonly cancelled: number;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  /** Where their parcels went, the commonest first, at most 5. */
  readonly addresses: readonly {
    readonly street: string;
    readonly city: string;
    readonly country: string;
    readonly count: number;
  }[];
}

export interface CustomerQueries {
  usual(userId: string, exceptOrderId: string): Promise<CustomerUsual>;
}

/** The list's rows as a file has them, in batches. */
export interface OrderExports {
  /**
   * The orders of a filter as CSV, the newest first. Rejects with OrreryError `export_too_large` when more than
   * `DOWNLOAD_ROWS_MAX` match.
   */
  download(filter: OrdersFilter): Promise<AsyncIterable<string>>;
}
