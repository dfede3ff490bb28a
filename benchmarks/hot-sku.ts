import type { Bench } from './harness/bench.ts';
import { RESERVATION_COLUMNS, RESERVATION_PARAMETERS, runReservations } from './reservations/run.ts';

export const hotSku: Bench = {
  name: 'hot-sku',
  measures:
    'Reservations of one unit of one and the same SKU, each for an order of its own (2,048 at once, --set inFlight=N): ' +
    'requests and answers through the broker in the frames the engine makes, reservation, counters, ledger and answer ' +
    'in one durable commit per batch. A reservation counts when its answer has reached the queue of its order and was ' +
    'read there; its time runs from the request. --set mode=engine: messages stay in the process, for the share of the ' +
    'broker.',
  leavesOut:
    'The orders themselves: what asks and hears the answers shares the process and keeps nothing. Payment, commitment and ' +
    'release of the stock.',
  columns: RESERVATION_COLUMNS,
  seconds: 10,
  headline: 'reservationsPerSecond',
  stacks: ['services', 'embedded'],
  parameters: RESERVATION_PARAMETERS,
  run: (place, options) => runReservations(place, options, 1),
};
