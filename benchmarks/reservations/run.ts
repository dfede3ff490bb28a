import { spreadOf } from '../../adapters/main/drills/quantiles.ts';
import { DrillImpossible } from '../../adapters/main/drills/run.ts';
import type { Column, Figures, RunOptions } from '../harness/bench.ts';
import { closedLoop } from '../harness/closed-loop.ts';
import { shelves, skuOf } from '../harness/orders.ts';
import { numberOf } from '../harness/parameters.ts';
import type { Place } from '../harness/place.ts';
import { checkReservations } from './end-state.ts';
import { openInventory } from './inventory.ts';
import { OrdersStandIn } from './orders-stand-in.ts';

const UNITS_EACH = 1_000_000_000;
const WARM_UP_MS = 3_000;

export const RESERVATION_COLUMNS: readonly Column[] = [
  { figure: 'reservationsPerSecond', title: 'reservations/s' },
  { figure: 'p50Ms', title: 'p50 ms', digits: 1 },
  { figure: 'p99Ms', title: 'p99 ms', digits: 1 },
  { figure: 'reservations', title: 'reservations' },
  { figure: 'nodeMicrosPerReservation', title: 'Node µs/reservation', digits: 1 },
];

export const RESERVATION_PARAMETERS = ['inFlight', 'mode'] as const;

/** Reserves one unit at a time of `skus` SKUs, in turn, as fast as the inventory service confirms them. */
export async function runReservations(place: Place, options: RunOptions, skus: number): Promise<Figures> {
  const inFlight = numberOf(options.parameters, 'inFlight', 2_048);
  const stock = shelves(skus, UNITS_EACH);
  const inventory = await openInventory(place, { stock, withoutBroker: modeOf(options) === 'engine' });
  const orders = await OrdersStandIn.open(inventory);
  const offer = async (forMs: number): Promise<Figures> => {
    const load = orders.begin();
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    const reserving = closedLoop({ inFlight, untilMs: startedAt + forMs }, async (number) => {
      await orders.reserve(skuOf(number % skus));
      options.onProgress(`${String(load.tookMs.length)} reservations`);
    });
    const reservations = await load.within(reserving);
    const { user, system } = process.cpuUsage(cpu);
    const { median, p99 } = spreadOf(load.tookMs);
    return {
      reservationsPerSecond: (reservations * 1_000) / (load.lastMs - startedAt),
      p50Ms: median,
      p99Ms: p99,
      reservations,
      nodeMicrosPerReservation: (user + system) / reservations,
    };
  };
  const warm = await offer(WARM_UP_MS);
  const figures = await offer(options.seconds * 1_000);
  options.onProgress('checking the end state');
  await checkReservations(inventory.database, (warm['reservations'] ?? 0) + (figures['reservations'] ?? 0));
  return figures;
}

function modeOf({ parameters }: RunOptions): 'platform' | 'engine' {
  const mode = parameters.get('mode') ?? 'platform';
  if (mode === 'platform' || mode === 'engine') return mode;
  throw new DrillImpossible(`--set mode=${mode}: must be platform or engine`);
}
