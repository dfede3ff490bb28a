import type {
  JobDetail,
  JobItem,
  JobView,
  CustomerUsual,
  OrderJob,
} from '../../../core/services/console/ports.ts';
import type { TransactionView } from '../../../core/services/payments/ports.ts';
import type { AuditEntry } from '../../../core/services/audit/ports.ts';
import type { NotificationView, OrderView, Page, SagaLogEntry, ShipmentView } from '../../api/types.ts';

export type { BulkAction, BulkPreview, JobItem, Outcome } from '../../../core/services/console/ports.ts';

export type Job = JobView & { readonly downloadUrl: string | null };
export type JobInFull = JobDetail & { readonly downloadUrl: string | null };
export type JobItems = Page<JobItem>;

export type {
  AdminOrdersOutline as Outline,
  AdminOrdersPage as AdminPage,
} from '../../../core/services/orders/ports.ts';

/** The part of the counters that the queues show. */
export interface Counters {
  readonly asOf: string | null;
  readonly queues: {
    readonly all: number;
    readonly pending: number;
    readonly inReview: number;
    readonly failedPayment: number;
  };
}

/** Everything about one order. */
export interface Dossier {
  readonly order: OrderView;
  readonly suspicion: { readonly score: number; readonly reasons: readonly string[] } | null;
  readonly log: readonly SagaLogEntry[];
  readonly transactions: readonly TransactionView[];
  readonly shipments: readonly ShipmentView[];
  readonly letters: readonly NotificationView[];
  readonly audit: readonly AuditEntry[];
  readonly jobs: readonly OrderJob[];
  readonly customer: {
    readonly usual: CustomerUsual;
    readonly recent: readonly Pick<OrderView, 'id' | 'status' | 'totalCents' | 'currency' | 'createdAt'>[];
  };
}

export interface FlaggedOrder {
  readonly order: OrderView;
  readonly score: number | null;
  readonly reasons: readonly string[];
}
