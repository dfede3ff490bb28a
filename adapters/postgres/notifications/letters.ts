import { notificationId } from '../../../core/services/notifications/notification.ts';
import type { ElsewhereEntry } from '../../../core/services/sagas/ports.ts';
import { textArray } from '../arrays.ts';
import type { Queryable } from '../database.ts';

const CHANNELS = ['email', 'sms'] as const;

interface LetterRow {
  readonly id: string;
  readonly channel: (typeof CHANNELS)[number];
  readonly subject: string;
  readonly status: string;
  readonly reason: string | null;
  readonly created_at: Date;
}

/** The letters that messages led to: a letter's id derives from its message's (one each by mail and by text message). */
export async function lettersOf(
  db: Queryable,
  messageIds: readonly string[],
): Promise<readonly ElsewhereEntry[]> {
  if (messageIds.length === 0) return [];
  const messages = new Map(
    messageIds.flatMap((id) => CHANNELS.map((channel) => [notificationId(id, channel), id] as const)),
  );
  const rows = await db.query<LetterRow>(
    `select id, channel, subject, status, reason, created_at
     from notifications.notification where id = any($1::text[]) order by created_at, id`,
    [textArray([...messages.keys()])],
    'notifications.of_messages',
  );
  return rows.map(({ id, channel, subject, status, reason, created_at }) => ({
    service: 'notifications',
    messageId: messages.get(id) ?? null,
    at: created_at.toISOString(),
    what: `${channel} ${status}`,
    detail: { id, subject, ...(reason === null ? {} : { reason }) },
  }));
}
