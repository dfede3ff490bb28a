import t from 'tap';
import { brokerContract, contractTopology } from '../contracts/broker.ts';
import { createEmbeddedBroker } from './broker.ts';

await t.test('the in-process broker keeps the contract', async (t) => {
  const broker = createEmbeddedBroker({ topology: contractTopology() });
  await brokerContract(t, {
    open: () => Promise.resolve(broker),
    put: (queue, body) => {
      broker.put(queue, body);
      return Promise.resolve();
    },
    resolves: 'consumed',
  });
});
