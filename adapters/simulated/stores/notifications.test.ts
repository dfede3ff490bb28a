import t from 'tap';
import { notificationsContract } from '../../contracts/notifications.ts';
import { MemoryNotificationStore } from './notifications.ts';

const store = new MemoryNotificationStore();
await notificationsContract(t, { store, queries: store });
