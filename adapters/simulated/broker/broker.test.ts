import t from 'tap';
import { systemClock } from '../../../core/kernel/clock.ts';
import { brokerContract, contractTopology } from '../../contracts/broker.ts';
import { streamOf } from '../../../core/kernel/seeded-random.ts';
import { SimulatedBroker } from './broker.ts';

await t.test('the simulated broker keeps the contract, on real time', async (t) => {
  const broker = new SimulatedBroker({
    topology: contractTopology(),
    timeline: systemClock,
    random: streamOf(1, 'broker'),
    // What the contract asks of every adapter; tests of our own have it the other way round.
    returnedLast: 0,
  });
  const weather = { latencyMs: 1, publishLost: 0, confirmLost: 0, duplicate: 0, away: false };
  let opened = 0;
  await brokerContract(t, {
    open: () => {
      opened += 1;
      const port = broker.connect({
        name: `process-${String(opened)}`,
        weather: () => weather,
        alive: () => true,
        deliver: (run) => {
          run();
        },
      });
      return Promise.resolve(port);
    },
    put: (queue, body) => {
      broker.put(queue, body);
      return Promise.resolve();
    },
    resolves: 'stored',
  });
});
