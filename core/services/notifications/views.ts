import type { Notification } from './notification.ts';
import type { NotificationView } from './ports.ts';

/** A notification as its reader sees it. */
export function viewOf(notification: Notification): NotificationView {
  const { id, orderId, channel, recipient, subject, text, status, createdAtMs } = notification;
  return {
    id,
    orderId,
    channel,
    recipient,
    subject,
    text,
    status,
    createdAt: new Date(createdAtMs).toISOString(),
  };
}
