import t from 'tap';
import { platformTopology } from '../../adapters/main/topology.ts';
import { queuesTaking } from './frames.ts';

const topology = platformTopology(16);

t.test(
  'a frame reaches the queue of its partition, and every service that is bound for its type',
  async (t) => {
    t.equal(queuesTaking(topology, 'commands', 'inventory.reserve.requested.p03'), 1);
    t.equal(
      queuesTaking(topology, 'commands', 'payment.requested.p03'),
      1,
      'a shared queue takes all partitions',
    );
    t.equal(queuesTaking(topology, 'events', 'inventory.reserved.p15'), 1);
  },
);

t.test('nobody takes a partition that is not there, another exchange or an unknown type', async (t) => {
  t.equal(queuesTaking(topology, 'commands', 'inventory.reserve.requested.p16'), 0);
  t.equal(queuesTaking(topology, 'events', 'inventory.reserve.requested.p03'), 0);
  t.equal(queuesTaking(topology, 'events', 'inventory.stock.changed.p03'), 0);
});
