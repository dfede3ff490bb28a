import type { RowTransactions } from '../../engine/row-batch.ts';
import type { Notification } from './notification.ts';

/** Notifications under their id. Once a call resolved, rows and the messages they sent are durable together. */
export type NotificationStore = RowTransactions<Notification>;
