import t from 'tap';
import { paymentsContract } from '../../contracts/payments.ts';
import { MemoryDatabase } from './database.ts';
import { MemoryPaymentStore } from './payments.ts';

const database = new MemoryDatabase({ services: { payments: [] }, now: Date.now });
const store = new MemoryPaymentStore(database);
await paymentsContract(t, { store, queries: store });
