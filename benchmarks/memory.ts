import { ACTOR_CACHE_MAX } from '../core/kernel/limits.ts';
import { DrillImpossible, pause } from '../adapters/main/drills/run.ts';
import type { Database } from '../adapters/postgres/database.ts';
import { type Bench, BenchInvalid, type Figures, type RunOptions } from './harness/bench.ts';
import { closedLoop } from './harness/closed-loop.ts';
import { checkoutOf, shelves } from './harness/orders.ts';
import { numberOf } from './harness/parameters.ts';
import type { Place } from './harness/place.ts';
import { BENCH_SETTINGS, openPlatform, type OrderChange } from './harness/platform.ts';
import { Waiting } from './harness/waiting.ts';
import { copyOrder } from './memory/idle-orders.ts';
import { type HeapReport, MeasuredProcess } from './memory/measured-process.ts';

const SKUS = 1_000;
const UNITS_EACH = 10_000_000;
const IN_FLIGHT = 256;
/** Orders that a worker has handled before it is measured for the first time, so that its code is compiled. */
const FIRST_ORDERS = 1_000;
/** For letters and confirmations that still come. */
const SETTLE_MS = 3_000;
const MEBIBYTE = 2 ** 20;

const GATEWAY_SERVICES = 'gateway,accounts,catalog,carts';
const WORKER_SERVICES = 'orders,inventory,payments,shipping,notifications';

export const memory: Bench = {
  name: 'memory',
  measures:
    'What orders cost in the memory of a worker, a process of its own with all services that work on orders, after its ' +
    'garbage was collected. Active: how much more it holds for each of 10,000 orders more (--set active=N) that it has ' +
    'just handled and keeps, their parcels booked and on their way: the actor of the order, and what stock remembers of ' +
    'its reservations. Idle: how much more a worker holds that was started on a database with 1,000,000 orders more at ' +
    'rest (--set orders=N; copies of a real one that waits for its parcel, timers armed) than one on a database without ' +
    'them; both had handled 1,000 orders when they were measured.',
  leavesOut:
    'The gateway, which keeps no orders; the memory of Postgres. A worker keeps 20,000 actors at most, however many are ' +
    'active. Resident memory is what the system has given and not yet taken back, garbage included. --seconds has no ' +
    'effect.',
  columns: [
    { figure: 'heapBytesPerActiveOrder', title: 'heap bytes/active order' },
    { figure: 'residentBytesPerActiveOrder', title: 'resident bytes/active order' },
    { figure: 'heapMiBWithoutIdle', title: 'heap MiB, none idle', digits: 1 },
    { figure: 'heapMiBWithIdle', title: 'heap MiB, idle', digits: 1 },
    { figure: 'residentMiBWithoutIdle', title: 'resident MiB, none idle', digits: 1 },
    { figure: 'residentMiBWithIdle', title: 'resident MiB, idle', digits: 1 },
    { figure: 'heapBytesPerIdleOrder', title: 'heap bytes/idle order', digits: 2 },
    { figure: 'idleOrders', title: 'idle orders' },
  ],
  seconds: 1,
  headline: 'heapBytesPerActiveOrder',
  stacks: ['services'],
  parameters: ['orders', 'active'],
  run,
};

async function run(place: Place, { parameters, onProgress }: RunOptions): Promise<Figures> {
  const idle = numberOf(parameters, 'orders', 1_000_000);
  const active = numberOf(parameters, 'active', 10_000);
  if (active + FIRST_ORDERS + SKUS > ACTOR_CACHE_MAX) {
    throw new DrillImpossible(
      `--set active=${String(active)}: a worker keeps ${String(ACTOR_CACHE_MAX)} actors`,
    );
  }
  const shop = await openIntake(place);
  onProgress('orders for the first worker');
  const first = await startWorker(place);
  await shop.place(FIRST_ORDERS);
  const without = await settled(first);
  onProgress(`${String(active)} active orders`);
  await shop.place(active);
  const withActive = await settled(first);
  await first.stop();
  onProgress('filling the database');
  await copyOrder(
    shop.database,
    { orderId: shop.placed[0] ?? '', count: idle, partitions: shop.partitions },
    (copied) => onProgress(`${String(copied)} idle orders`),
  );
  onProgress('orders for the second worker');
  const second = await startWorker(place);
  await shop.place(FIRST_ORDERS);
  const withIdle = await settled(second);
  await second.stop();
  await checkOrders(shop.database, shop.placed.length + idle);
  return {
    heapBytesPerActiveOrder: (withActive.heapBytes - without.heapBytes) / active,
    residentBytesPerActiveOrder: (withActive.residentBytes - without.residentBytes) / active,
    heapMiBWithoutIdle: without.heapBytes / MEBIBYTE,
    heapMiBWithIdle: withIdle.heapBytes / MEBIBYTE,
    residentMiBWithoutIdle: without.residentBytes / MEBIBYTE,
    residentMiBWithIdle: withIdle.residentBytes / MEBIBYTE,
    heapBytesPerIdleOrder: (withIdle.heapBytes - without.heapBytes) / idle,
    activeOrders: active,
    idleOrders: idle,
  };
}

async function startWorker(place: Place): Promise<MeasuredProcess> {
  const worker = await MeasuredProcess.start({
    ...BENCH_SETTINGS,
    ...place.settings,
    SERVICES: WORKER_SERVICES,
  });
  place.defer(() => worker.stop());
  return worker;
}

interface Intake {
  readonly database: Database;
  readonly partitions: number;
  /** Ids of all orders placed so far. */
  readonly placed: readonly string[];
  /** Resolves once so many orders more have been handled up to the booking of their parcels. */
  place(orders: number): Promise<void>;
}

/** Takes orders in, and does nothing else. */
async function openIntake(place: Place): Promise<Intake> {
  const platform = await openPlatform(place, {
    stock: shelves(SKUS, UNITS_EACH),
    settings: { SERVICES: GATEWAY_SERVICES },
  });
  const { resources, nodes, settings } = platform;
  let load = new Waiting();
  const stopListening = await resources.broker.onBroadcast('orders', (changed) => {
    for (const { id, status } of changed as unknown as readonly OrderChange[]) {
      if (status === 'processing') load.done(id);
    }
  });
  place.defer(stopListening);
  const placed: string[] = [];
  return {
    database: resources.database,
    partitions: settings.partitions,
    placed,
    place: async (orders) => {
      load = new Waiting();
      const placing = closedLoop({ inFlight: IN_FLIGHT, times: orders }, async (number) => {
        const { orderId } = await nodes.orders.checkout(checkoutOf(number, SKUS));
        placed.push(orderId);
        await load.begin(orderId, performance.now());
      });
      await load.within(placing);
    },
  };
}

async function settled(worker: MeasuredProcess): Promise<HeapReport> {
  await pause(SETTLE_MS);
  return worker.measure();
}

/** Throws BenchInvalid unless all `orders` are there and wait for their parcels. */
async function checkOrders(database: Database, orders: number): Promise<void> {
  const [row] = await database.query<{ orders: number; waiting: number }>(
    `select count(*) as orders, count(*) filter (where status = 'processing') as waiting from orders.orders`,
  );
  if (row?.orders !== orders || row.waiting !== orders) {
    throw new BenchInvalid(
      `${String(orders)} orders were to wait for their parcels; ${String(row?.orders)} are there, ` +
        `${String(row?.waiting)} of them wait`,
    );
  }
}
