import type { NotificationQueries } from '../../../core/services/notifications/ports.ts';
import { viewOf } from '../../../core/services/notifications/views.ts';
import type { Queryable } from '../database.ts';
import { readNotification, type StoredNotification } from './store.ts';

const NEWEST = `
select * from notifications.notification where user_id = $1
order by created_at desc, id desc limit $2`;

/** The last one seen must be the reader's own: nobody pages from a stranger's row. */
const OLDER = `
select older.* from notifications.notification as older, notifications.notification as seen
where seen.id = $3 and seen.user_id = $1 and older.user_id = $1
  and (older.created_at, older.id) < (seen.created_at, seen.id)
order by older.created_at desc, older.id desc limit $2`;

/** By way of the owner's letters: an index of every letter by its order would cost every order more than this saves. */
const OF_ORDER = `
select * from notifications.notification where user_id = $1 and order_id = $2
order by created_at desc, id desc limit $3`;

export function createNotificationQueries(db: Queryable): NotificationQueries {
  return {
    ofUser: async (userId, limit, before) => {
      const rows =
        before === undefined
          ? await db.query<StoredNotification>(NEWEST, [userId, limit], 'notifications.newest')
          : await db.query<StoredNotification>(OLDER, [userId, limit, before], 'notifications.older');
      return rows.map(readNotification).map(viewOf);
    },
    ofOrder: async (userId, orderId, limit) => {
      const values = [userId, orderId, limit];
      const rows = await db.query<StoredNotification>(OF_ORDER, values, 'notifications.of_order');
      return rows.map(readNotification).map(viewOf);
    },
  };
}
