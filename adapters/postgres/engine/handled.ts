import type { Queryable } from '../database.ts';
import { quoteName } from '../names.ts';

/**
 * Whether a service has handled a message with this id: by its log, or by its inbox, which keeps ids by the day of the
 * message (P6). `day`: a UTC date; null: not known, and the inbox is not asked.
 */
export async function handledBefore(
  db: Queryable,
  service: string,
  messageId: string,
  day: string | null,
): Promise<boolean> {
  const schema = quoteName(service);
  const [row] = await db.query<{ handled: boolean }>(
    `select exists (select from ${schema}.actor_log where message_id = $1)
       or exists (select from ${schema}.inbox where day = $2::date and message_id = $1) as handled`,
    [messageId, day],
    `${service}.handled_before`,
  );
  return row?.handled ?? false;
}
