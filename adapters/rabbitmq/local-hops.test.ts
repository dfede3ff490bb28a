import { connect } from 'amqplib';
import t from 'tap';
import { LocalHops } from '../../core/engine/local-hops.ts';
import type { Frame } from '../../core/engine/ports.ts';
import { EVENTS, partitionQueue } from '../../core/engine/topology.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import { eventually } from '../../core/kernel/testing-until.ts';
import { Inbox, message } from '../contracts/broker-inbox.ts';
import { contractTopology } from '../contracts/broker.ts';
import { exclusive, frame, numbered, shared } from '../contracts/broker-world.ts';
import { openRabbit } from './broker.ts';
import { withTestVhost } from './testing.ts';

/* What the short way within a process (P13) needs of RabbitMQ; the rest of it is core/engine/local-hops.test.ts. */

const topology = contractTopology();

function payment(id: string): Frame {
  const paid = { ...message(id), type: 'payment.processed' };
  return { exchange: EVENTS, routingKey: 'payment.processed.p01', messages: [paid], mandatory: true };
}

await t.test('the short way beside RabbitMQ', async (t) => {
  await withTestVhost(
    t,
    async (url) => {
      const rabbit = await openRabbit(url, { topology, clientName: 'hops', logger: silentLogger });
      const hops = new LocalHops({ broker: rabbit, topology, name: 'hops', clock: systemClock });
      const model = await connect(url);
      try {
        await t.test('keeps the order between what went through RabbitMQ and what did not', async (t) => {
          const inbox = new Inbox('acknowledge');
          const subscription = await hops.consume(partitionQueue('orders', 0), exclusive, inbox);
          const ids = numbered('m', 60);
          // A sender that publishes again has nothing newer under way; what is new follows at once.
          for (let first = 0; first < 60; first += 20) {
            const turn = ids.slice(first, first + 20);
            await Promise.all(turn.map((id, index) => hops.publish([frame(0, id)], { again: index < 10 })));
          }
          await inbox.until(60);
          t.same(inbox.ids(), ids);
          t.equal(inbox.deliveries.length, 60, 'marks are seen by nobody');
          await subscription.abandon();
        });

        await t.test('whoever listens hears each event once, a partition as well', async (t) => {
          const partition = new Inbox('acknowledge');
          const analytics = new Inbox('acknowledge');
          const subscriptions = [
            await hops.consume(partitionQueue('orders', 1), exclusive, partition),
            await hops.consume('analytics', shared, analytics),
          ];
          const channel = await model.createChannel();
          const { queue } = await channel.assertQueue('', { exclusive: true });
          await channel.bindQueue(queue, EVENTS, '#');
          const heard: string[] = [];
          await channel.consume(queue, (each) => heard.push(each?.fields.routingKey ?? ''), { noAck: true });
          await hops.publish([payment('first')], { again: true });
          await hops.publish([payment('second')]);
          await hops.publish([frame(1, 'placed')]);
          await eventually(() => heard.length === 3 && analytics.deliveries.length === 2);
          t.same(heard, ['payment.processed.p01', 'payment.processed.local', 'order.placed.local']);
          t.same(partition.ids(), ['first', 'second', 'placed']);
          t.same(analytics.ids(), ['first', 'second']);
          for (const subscription of subscriptions) await subscription.abandon();
        });
      } finally {
        await model.close();
        await rabbit.close();
      }
    },
    topology,
  );
});
