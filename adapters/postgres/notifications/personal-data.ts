import type { Queryable } from '../database.ts';

/** Forgets a person in the notifications service: the letters to them go. May be called again. */
export async function forgetRecipient(db: Queryable, userId: string): Promise<void> {
  await db.query(`delete from notifications.notification where user_id = $1`, [userId]);
}
