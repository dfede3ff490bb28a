import t from 'tap';
import type { ShippingQueries } from '../../../core/services/shipping/ports.ts';
import type { ShippingStore } from '../../../core/services/shipping/store.ts';
import { shippingContract } from '../../contracts/shipping.ts';
import { MemoryDatabase } from './database.ts';
import { MemoryShippingStore } from './shipping.ts';

function empty(): MemoryShippingStore {
  return new MemoryShippingStore(new MemoryDatabase({ services: { shipping: [] }, now: Date.now }));
}

let current = empty();
const store: ShippingStore & ShippingQueries = {
  transact: (keys, decide) => current.transact(keys, decide),
  transactDue: (nowMs, limit, decide) => current.transactDue(nowMs, limit, decide),
  shipments: (orderId) => current.shipments(orderId),
};
const clear = (): Promise<void> => {
  current = empty();
  return Promise.resolve();
};
await shippingContract(t, { store, queries: store, clear });
