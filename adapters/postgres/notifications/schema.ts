import type { SchemaMigrations } from '../database.ts';
import { cheaperUpkeep, engineChanges, engineMigrations, pauseChanges } from '../tables.ts';

export const NOTIFICATIONS_SCHEMA = 'notifications';

/** One row per notification: the outbox that people read in the UI. */
export const notificationsMigrations: SchemaMigrations = {
  schema: NOTIFICATIONS_SCHEMA,
  steps: [
    ...engineMigrations(),
    {
      name: 'notifications',
      sql: `
create table notification (
  id text collate "C" primary key,
  user_id text collate "C" not null,
  order_id text collate "C",
  channel text not null check (channel in ('email', 'sms')),
  recipient text not null,
  subject text not null,
  text text not null,
  status text not null check (status in ('sent', 'failed')),
  reason text,
  created_at timestamptz not null
);
create index notification_user on notification (user_id, created_at desc, id desc);
`,
    },
    ...engineChanges(),
    ...cheaperUpkeep(),
    ...pauseChanges(),
  ],
};
