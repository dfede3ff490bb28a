import type { Bench } from './harness/bench.ts';
import { RESERVATION_COLUMNS, RESERVATION_PARAMETERS, runReservations } from './reservations/run.ts';

const SKUS = 1_000;

export const stock: Bench = {
  name: 'stock',
  measures:
    'The same as hot-sku over 1,000 SKUs in turn, which lie in all partitions: a batch of reservations rewrites the ' +
    'counters of hundreds of SKUs instead of one.',
  leavesOut:
    'The orders themselves: what asks and hears the answers shares the process and keeps nothing. Payment, commitment and ' +
    'release of the stock.',
  columns: RESERVATION_COLUMNS,
  seconds: 10,
  headline: 'reservationsPerSecond',
  stacks: ['services', 'embedded'],
  parameters: RESERVATION_PARAMETERS,
  run: (place, options) => runReservations(place, options, SKUS),
};
