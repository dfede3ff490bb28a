import type { Database } from '../../adapters/postgres/database.ts';
import { BenchInvalid } from '../harness/bench.ts';
import { closedLoop } from '../harness/closed-loop.ts';
import { checkoutOf, shelves } from '../harness/orders.ts';
import type { Place } from '../harness/place.ts';
import { openPlatform } from '../harness/platform.ts';
import { Waiting } from '../harness/waiting.ts';
import {
  recordWrites,
  type TableShape,
  tableShapes,
  takeWrites,
  untilNothingIsWritten,
} from './recording.ts';
import { sortWrites, type SortedWrites } from './sort.ts';

/** What real orders wrote at full load. */
export interface Sample extends SortedWrites {
  readonly database: Database;
  readonly partitions: number;
  readonly tables: readonly TableShape[];
}

const SKUS = 1_000;
const UNITS_EACH = 10_000_000;
const IN_FLIGHT = 1_024;
const WARM_UP_ORDERS = 2_000;
/** From here on an order is paid, its stock is taken and its parcel is booked. */
const DECIDED: ReadonlySet<string> = new Set(['processing', 'shipped', 'delivered']);

/**
 * Lets `orders` pass through the platform, up to the booking of their parcels and their letters, and notes what all
 * services write. Afterwards the platform is stopped, its tables of orders are empty and its stock is still there.
 */
export async function takeSample(
  place: Place,
  orders: number,
  onProgress: (text: string) => void,
): Promise<Sample> {
  let load = new Waiting();
  const platform = await openPlatform(place, {
    stock: shelves(SKUS, UNITS_EACH),
    onOrders: (changed) => {
      for (const { id, status } of changed) if (DECIDED.has(status)) load.done(id);
    },
  });
  const { database } = platform.resources;
  const pass = async (times: number): Promise<ReadonlySet<string>> => {
    load = new Waiting();
    const ids = new Set<string>();
    const placing = closedLoop({ inFlight: IN_FLIGHT, times }, async (number) => {
      const { orderId } = await platform.nodes.orders.checkout(checkoutOf(number, SKUS));
      ids.add(orderId);
      await load.begin(orderId, performance.now());
      onProgress(`${String(load.tookMs.length)} orders through the platform`);
    });
    await load.within(placing);
    return ids;
  };
  const tables = await tableShapes(database);
  await pass(WARM_UP_ORDERS);
  await recordWrites(database, tables);
  const ids = await pass(orders);
  onProgress('waiting for the last letter');
  await untilNothingIsWritten(database);
  for (const node of platform.nodes.all.values()) await node.stop();
  const sorted = sortWrites(await takeWrites(database, tables), tables, ids);
  const unwritten = [...sorted.orders.values()].filter((rounds) => rounds.length === 0);
  if (unwritten.length > 0) throw new BenchInvalid(`${String(unwritten.length)} orders wrote nothing`);
  const emptied = tables.filter(({ name }) => !sorted.shared.has(name)).map(({ name }) => name);
  await database.exec(`truncate ${emptied.join(', ')}`);
  return { ...sorted, database, partitions: platform.settings.partitions, tables };
}
