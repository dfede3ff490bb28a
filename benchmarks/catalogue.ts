import type { Bench } from './harness/bench.ts';
import { saga } from './saga.ts';

/** In the order in which they run when none is named. */
export const BENCHES: readonly Bench[] = [saga];
