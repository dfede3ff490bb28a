import type { Notification } from '../../../core/services/notifications/notification.ts';
import type { NotificationStore } from '../../../core/services/notifications/store.ts';
import type { Database } from '../database.ts';
import { KeyedRows } from '../keyed-rows.ts';
import { timeText, type KeyedTable } from '../keyed-table.ts';
import { NOTIFICATIONS_SCHEMA } from './schema.ts';

/** A row of the table as the driver brings it. */
export interface StoredNotification {
  readonly id: string;
  readonly user_id: string;
  readonly order_id: string | null;
  readonly channel: Notification['channel'];
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly status: Notification['status'];
  readonly reason: string | null;
  readonly created_at: Date;
}

export function readNotification(stored: StoredNotification): Notification {
  return {
    id: stored.id,
    userId: stored.user_id,
    orderId: stored.order_id,
    channel: stored.channel,
    recipient: stored.recipient,
    subject: stored.subject,
    text: stored.text,
    status: stored.status,
    reason: stored.reason,
    createdAtMs: stored.created_at.getTime(),
  };
}

const NOTIFICATIONS: KeyedTable<Notification, StoredNotification> = {
  schema: NOTIFICATIONS_SCHEMA,
  table: 'notification',
  key: 'id',
  keyOf: (notification) => notification.id,
  columns: {
    id: { type: 'text', write: (notification) => notification.id },
    user_id: { type: 'text', write: (notification) => notification.userId },
    order_id: { type: 'text', write: (notification) => notification.orderId },
    channel: { type: 'text', write: (notification) => notification.channel },
    recipient: { type: 'text', write: (notification) => notification.recipient },
    subject: { type: 'text', write: (notification) => notification.subject },
    text: { type: 'text', write: (notification) => notification.text },
    status: { type: 'text', write: (notification) => notification.status },
    reason: { type: 'text', write: (notification) => notification.reason },
    created_at: { type: 'timestamptz', write: (notification) => timeText(notification.createdAtMs) },
  },
  read: readNotification,
};

/** Notifications in Postgres, in the schema that `notificationsMigrations` builds. */
export function createNotificationStore(db: Database): NotificationStore {
  return new KeyedRows(db, NOTIFICATIONS);
}
