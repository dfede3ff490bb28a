import type { Notification } from '../../../core/services/notifications/notification.ts';
import type { NotificationQueries, NotificationView } from '../../../core/services/notifications/ports.ts';
import type { NotificationStore } from '../../../core/services/notifications/store.ts';
import { viewOf } from '../../../core/services/notifications/views.ts';
import type { MemoryDatabase } from './database.ts';
import { MemoryRows } from './rows.ts';

/** The notifications service's tables in memory. */
export class MemoryNotificationStore
  extends MemoryRows<Notification>
  implements NotificationStore, NotificationQueries
{
  constructor(database: MemoryDatabase) {
    super({
      tables: database.service('notifications'),
      table: 'notification',
      keyOf: (notification) => notification.id,
      landed: (writes, outbox) => ({ kind: 'rows', service: 'notifications', writes, outbox }),
    });
  }

  ofUser(userId: string, limit: number, before?: string): Promise<readonly NotificationView[]> {
    const newestFirst = [...this.rows.values()].filter((row) => row.userId === userId).sort(isNewer);
    const from = before === undefined ? undefined : this.rows.get(before);
    const stranger = before !== undefined && from?.userId !== userId;
    const older = from === undefined ? newestFirst : newestFirst.filter((row) => isNewer(from, row) < 0);
    return Promise.resolve((stranger ? [] : older).slice(0, limit).map(viewOf));
  }

  ofOrder(userId: string, orderId: string, limit: number): Promise<readonly NotificationView[]> {
    const told = [...this.rows.values()].filter((row) => row.userId === userId && row.orderId === orderId);
    return Promise.resolve(told.sort(isNewer).slice(0, limit).map(viewOf));
  }
}

/** Negative when `one` comes before `other` in a list of the newest first. */
function isNewer(one: Notification, other: Notification): number {
  if (one.createdAtMs !== other.createdAtMs) return other.createdAtMs - one.createdAtMs;
  if (one.id === other.id) return 0;
  return one.id > other.id ? -1 : 1;
}
