import {
  EXPORT_KEPT_DAYS,
  type JobItem,
  type JobView,
  type OrderJob,
} from '../../../core/services/console/ports.ts';

/** A job's row, as `JOB_COLUMNS` selects it. */
export interface JobRow {
  readonly id: string;
  readonly kind: JobView['kind'];
  readonly action: JobView['action'];
  readonly reason: string | null;
  readonly filter: JobView['filter'];
  readonly by_id: string;
  readonly by_email: string;
  readonly state: Exclude<JobView['state'], 'collecting'>;
  readonly problem: string | null;
  readonly collected: boolean;
  readonly total: number | null;
  readonly done: number;
  readonly failed: number;
  readonly asked: number;
  readonly bytes: number;
  readonly created_at: Date;
  readonly finished_at: Date | null;
  readonly expires_at: Date | null;
}

export const JOB_COLUMNS = `id, kind, action, reason, filter, by_id, by_email, state, problem, collected, total, done,
  failed, asked, bytes, created_at, finished_at, expires_at`;

export function jobView(row: JobRow): JobView {
  const { id, kind, action, reason, filter, problem, done, failed, asked } = row;
  return {
    id,
    kind,
    action,
    state: row.state === 'running' && !row.collected ? 'collecting' : row.state,
    reason,
    filter,
    total: kind === 'bulk' && !row.collected ? null : row.total,
    done,
    failed,
    asked,
    problem,
    createdBy: { id: row.by_id, email: row.by_email },
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    file: row.expires_at === null ? null : { bytes: row.bytes, expiresAt: row.expires_at.toISOString() },
  };
}

export interface ItemRow {
  readonly job_id: string;
  readonly position: number;
  readonly order_id: string;
  readonly state: 'waiting' | 'deciding' | 'asked' | 'done' | 'failed';
  readonly effect: JobItem['effect'];
  readonly code: string | null;
  readonly at: Date | null;
}

export function itemView(row: ItemRow): Omit<JobItem, 'message'> {
  return {
    jobId: row.job_id,
    orderId: row.order_id,
    outcome: row.state === 'deciding' ? 'asked' : row.state,
    effect: row.effect,
    code: row.code,
    at: row.at?.toISOString() ?? null,
  };
}

export interface OrderJobRow extends ItemRow {
  readonly action: OrderJob['action'];
  readonly reason: string | null;
  readonly by_id: string;
  readonly by_email: string;
}

export function orderJobView(row: OrderJobRow): Omit<OrderJob, 'message'> {
  const { action, reason, by_id: id, by_email: email } = row;
  return { ...itemView(row), action, reason, createdBy: { id, email } };
}

export const FILE_KEPT = `interval '${String(EXPORT_KEPT_DAYS)} days'`;
