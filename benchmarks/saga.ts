import { spreadOf } from '../adapters/main/drills/quantiles.ts';
import type { Bench, Figures, RunOptions } from './harness/bench.ts';
import { closedLoop } from './harness/closed-loop.ts';
import { checkEndState, deliverParcels } from './harness/end-state.ts';
import { checkoutOf, shelves } from './harness/orders.ts';
import { numberOf } from './harness/parameters.ts';
import type { Place } from './harness/place.ts';
import { type BenchPlatform, openPlatform } from './harness/platform.ts';
import { Waiting } from './harness/waiting.ts';

const SKUS = 1_000;
const UNITS_EACH = 10_000_000;
const WARM_UP_MS = 4_000;
const REST_MS_MAX = 120_000;

/** From here on an order is paid, its stock is taken and its parcel is booked; or it was declined. */
const DECIDED: ReadonlySet<string> = new Set(['processing', 'shipped', 'delivered', 'cancelled']);

export const saga: Bench = {
  name: 'saga',
  measures:
    'Orders of two lines through the engine, from checkout to confirmed with the parcel booked: placed, stock ' +
    'reserved, paid, stock committed, parcel booked, letters written; all services in one process, every hop through ' +
    'the broker, everything durable. The rate is that of all orders from the first checkout to the last booking.',
  leavesOut:
    'HTTP, sign-in and prices from the catalogue; the payment gateway and the carrier answer at once and decline ' +
    'nothing (--set PAYMENT_LATENCY_MS=50 --set PAYMENT_FAILURE_RATE=0.2: as the simulated gateway does by itself). ' +
    'Parcels leave after the run; then every order must be delivered, or declined, and the books of all services add up.',
  columns: [
    { figure: 'ordersPerSecond', title: 'orders/s' },
    { figure: 'p50Ms', title: 'p50 ms', digits: 1 },
    { figure: 'p99Ms', title: 'p99 ms', digits: 1 },
    { figure: 'orders', title: 'orders' },
    { figure: 'nodeMicrosPerOrder', title: 'Node µs/order' },
  ],
  seconds: 10,
  headline: 'ordersPerSecond',
  floored: true,
  stacks: ['services', 'embedded'],
  parameters: ['inFlight', 'lines'],
  run,
};

async function run(place: Place, options: RunOptions): Promise<Figures> {
  const inFlight = numberOf(options.parameters, 'inFlight', 1_024);
  const lines = numberOf(options.parameters, 'lines', 2);
  let load = new Waiting();
  const platform = await openPlatform(place, {
    stock: shelves(SKUS, UNITS_EACH),
    onOrders: (changed) => {
      for (const { id, status } of changed) if (DECIDED.has(status)) load.done(id);
    },
  });
  const offer = async (forMs: number): Promise<Figures> => {
    load = new Waiting();
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    const placing = closedLoop({ inFlight, untilMs: startedAt + forMs }, async (number) => {
      await placeOne(platform, load, number, lines);
      options.onProgress(`${String(load.tookMs.length)} orders`);
    });
    const orders = await load.within(placing);
    const seconds = (load.lastMs - startedAt) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const { median, p99 } = spreadOf(load.tookMs);
    return {
      ordersPerSecond: orders / seconds,
      p50Ms: median,
      p99Ms: p99,
      orders,
      nodeMicrosPerOrder: (user + system) / orders,
    };
  };
  const warm = await offer(WARM_UP_MS);
  const figures = await offer(options.seconds * 1_000);
  options.onProgress('checking the end state');
  const { database } = platform.resources;
  await deliverParcels(database);
  const orders = (warm['orders'] ?? 0) + (figures['orders'] ?? 0);
  await platform.gateway.writeDown(database);
  await checkEndState(database, { orders, limitMs: REST_MS_MAX });
  return figures;
}

async function placeOne(
  platform: BenchPlatform,
  load: Waiting,
  number: number,
  lines: number,
): Promise<void> {
  const askedAt = performance.now();
  const { orderId } = await platform.nodes.orders.checkout(checkoutOf(number, SKUS, lines));
  await load.begin(orderId, askedAt);
}
