import t from 'tap';
import { notificationsContract } from '../../contracts/notifications.ts';
import { withTestPglite } from '../../embedded/testing.ts';
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { withTestDatabase } from '../testing.ts';
import { createNotificationQueries } from './queries.ts';
import { notificationsMigrations } from './schema.ts';
import { createNotificationStore } from './store.ts';

async function suite(t: Parameters<typeof notificationsContract>[0], db: Database): Promise<void> {
  await migrate(db, [notificationsMigrations]);
  await notificationsContract(t, {
    store: createNotificationStore(db),
    queries: createNotificationQueries(db),
  });
}

t.test('on a Postgres server', (t) => withTestDatabase(t, (db) => suite(t, db)));
t.test('on Postgres in process', (t) => withTestPglite((db) => suite(t, db)));
