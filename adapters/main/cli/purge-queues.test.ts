import { connect } from 'amqplib';
import t from 'tap';
import { withTestVhost } from '../../rabbitmq/testing.ts';
import { purgeQueues } from './purge-queues.ts';

const queue = (name: string) => ({ name, kind: 'shared' as const });
const topology = {
  exchanges: [],
  bindings: [],
  queues: [queue('orders.p00'), queue('absent'), queue('payments')],
};

t.test('queues are emptied; one that is not there does not matter', (t) =>
  withTestVhost(
    t,
    async (url) => {
      const connection = await connect(url);
      try {
        const channel = await connection.createConfirmChannel();
        for (const name of ['orders.p00', 'payments', 'of.somebody.else']) {
          await channel.assertQueue(name, { durable: true });
          channel.sendToQueue(name, Buffer.from('text'));
          channel.sendToQueue(name, Buffer.from('text'));
        }
        await channel.waitForConfirms();
        t.equal(await purgeQueues(url, topology), 4);
        t.equal((await channel.checkQueue('payments')).messageCount, 0);
        t.equal(
          (await channel.checkQueue('of.somebody.else')).messageCount,
          2,
          'only the queues of the product',
        );
        await channel.deleteQueue('of.somebody.else');
      } finally {
        await connection.close();
      }
    },
    topology,
  ),
);
