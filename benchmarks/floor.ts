import { platformTopology } from '../adapters/main/topology.ts';
import { measureBroker } from './floor/broker.ts';
import { framesOf } from './floor/frames.ts';
import { measureRows } from './floor/rows.ts';
import { takeSample } from './floor/sample.ts';
import { type Bench, BenchInvalid, type Figures, type RunOptions } from './harness/bench.ts';
import { numberOf } from './harness/parameters.ts';
import type { Place } from './harness/place.ts';

export const floor: Bench = {
  name: 'floor',
  measures:
    'What no platform that keeps and sends the same can beat on this machine. First 3,000 real orders of two lines pass ' +
    'through the platform at full load (--set sample=N), and every row that any service inserts or changes for them is ' +
    'recorded, up to the booked parcel and the letters. Rows: the same writes of the same contents under new ids, by ' +
    'bare prepared statements of 200 orders over two connections, each statement a durable transaction; no engine, no ' +
    'decisions, no broker. Broker: the frames in which the outbox rows of these orders were sent, as bytes made before, ' +
    'through the same quorum queues: published with confirms, consumed with acknowledgements, not read. Each ' +
    'keeps all cores busy, so together they make 1 / (1/rows + 1/broker) orders/s.',
  leavesOut:
    'Everything that is not writing rows or moving frames: reading, deciding, HTTP, live hints, the delivery of the ' +
    'parcels. A platform that writes fewer or smaller rows, or sends less, has another floor.',
  columns: [
    { figure: 'ordersPerSecond', title: 'orders/s' },
    { figure: 'rowsFloorPerSecond', title: 'rows alone' },
    { figure: 'brokerFloorPerSecond', title: 'broker alone' },
    { figure: 'rowsPerOrder', title: 'rows/order', digits: 1 },
    { figure: 'ordersPerTransaction', title: 'orders/transaction' },
    { figure: 'framesPerOrder', title: 'frames/order', digits: 2 },
    { figure: 'frameBytesPerOrder', title: 'frame bytes/order' },
  ],
  seconds: 10,
  headline: 'ordersPerSecond',
  stacks: ['services'],
  parameters: ['sample'],
  run,
};

async function run(place: Place, { seconds, parameters, onProgress }: RunOptions): Promise<Figures> {
  const { AMQP_URL } = place.settings;
  if (AMQP_URL === undefined) throw new Error('a place on services has a broker');
  const sample = await takeSample(place, numberOf(parameters, 'sample', 3_000), onProgress);
  const topology = platformTopology(sample.partitions);
  const sent = sample.outbox.map(({ row }) => row);
  const frames = framesOf(sent, { topology, partitions: sample.partitions });
  const framesPerOrder = frames.length / sample.orders.size;
  onProgress('writing rows');
  const rows = await measureRows(sample, seconds * 1_000);
  onProgress('moving frames');
  const broker = await measureBroker(AMQP_URL, { frames, topology, forMs: seconds * 1_000 });
  const rowsFloorPerSecond = rows.ordersPerSecond;
  const brokerFloorPerSecond = broker.framesPerSecond / framesPerOrder;
  if (!(rowsFloorPerSecond > 0 && brokerFloorPerSecond > 0)) throw new BenchInvalid('nothing was moved');
  return {
    ordersPerSecond: 1 / (1 / rowsFloorPerSecond + 1 / brokerFloorPerSecond),
    rowsFloorPerSecond,
    brokerFloorPerSecond,
    rowsPerOrder: rows.rowsPerOrder,
    ordersPerTransaction: rows.ordersPerTransaction,
    framesPerOrder,
    frameBytesPerOrder: frames.reduce((sum, { body }) => sum + body.length, 0) / sample.orders.size,
  };
}
