import t from 'tap';
import { paymentsContract } from '../../contracts/payments.ts';
import { MemoryPaymentStore } from './payments.ts';

const store = new MemoryPaymentStore();
await paymentsContract(t, { store, queries: store });
