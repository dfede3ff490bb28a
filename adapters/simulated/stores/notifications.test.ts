import t from 'tap';
import { notificationsContract } from '../../contracts/notifications.ts';
import { MemoryDatabase } from './database.ts';
import { MemoryNotificationStore } from './notifications.ts';

const database = new MemoryDatabase({ services: { notifications: [] }, now: Date.now });
const store = new MemoryNotificationStore(database);
await notificationsContract(t, { store, queries: store });
