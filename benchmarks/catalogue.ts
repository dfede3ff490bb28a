import { answers } from './answers.ts';
import { checkout } from './checkout.ts';
import { flashSale } from './flash-sale.ts';
import { floor } from './floor.ts';
import type { Bench } from './harness/bench.ts';
import { hotSku } from './hot-sku.ts';
import { liveOrders } from './live-orders.ts';
import { loads } from './loads.ts';
import { memory } from './memory.ts';
import { recovery } from './recovery.ts';
import { saga } from './saga.ts';
import { search } from './search.ts';
import { stock } from './stock.ts';

/** In the order in which they run when none is named. */
export const BENCHES: readonly Bench[] = [
  saga,
  checkout,
  flashSale,
  loads,
  liveOrders,
  hotSku,
  stock,
  search,
  answers,
  recovery,
  memory,
  floor,
];
