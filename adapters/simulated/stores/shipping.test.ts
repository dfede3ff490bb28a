import t from 'tap';
import { shippingContract } from '../../contracts/shipping.ts';
import { MemoryShippingStore } from './shipping.ts';

const store = new MemoryShippingStore();
const clear = (): Promise<void> => {
  store.rows.clear();
  return Promise.resolve();
};
await shippingContract(t, { store, queries: store, clear });
