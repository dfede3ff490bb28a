import { connect } from 'amqplib';
import t from 'tap';
import { silentLogger } from '../../core/kernel/logger.ts';
import { brokerContract, contractTopology } from '../contracts/broker.ts';
import { openRabbit } from './broker.ts';
import { withTestVhost } from './testing.ts';

await t.test('RabbitMQ keeps the contract', async (t) => {
  const topology = contractTopology();
  await withTestVhost(
    t,
    (url) =>
      brokerContract(t, {
        open: () => openRabbit(url, { topology, clientName: 'contract', logger: silentLogger }),
        put: async (queue, body) => {
          const model = await connect(url);
          const channel = await model.createConfirmChannel();
          channel.sendToQueue(queue, Buffer.from(body));
          await channel.waitForConfirms();
          await model.close();
        },
        resolves: 'stored',
      }),
    topology,
  );
});
