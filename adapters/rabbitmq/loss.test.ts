import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'amqplib';
import t from 'tap';
import { Inbox, message } from '../contracts/broker-inbox.ts';
import { contractTopology } from '../contracts/broker.ts';
import { BestEffortSend } from '../../core/engine/best-effort-send.ts';
import type { Broker, Frame } from '../../core/engine/ports.ts';
import { createRouter } from '../../core/engine/router.ts';
import { EVENTS, partitionQueue } from '../../core/engine/topology.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import { TcpProxy } from '../network/tcp-proxy.ts';
import { openRabbit } from './broker.ts';
import { withTestVhost } from './testing.ts';
import { eventually } from '../../core/kernel/testing-until.ts';

const topology = contractTopology();
/** Longer than messages wait for company, so that each has a frame of its own. */
const SENT_APART_MS = 80;
const unavailable = { code: 'broker_unavailable', retryable: true };

function frame(partition: number, id: string): Frame {
  const routingKey = `order.placed.p0${String(partition)}`;
  return { exchange: EVENTS, routingKey, messages: [message(id)], mandatory: true };
}

async function publishUntilTaken(broker: Broker, frames: readonly Frame[]): Promise<void> {
  await eventually(() =>
    broker.publish(frames).then(
      () => true,
      () => false,
    ),
  );
}

await t.test('lost connections', async (t) => {
  await withTestVhost(
    t,
    async (directUrl) => {
      const proxy = await TcpProxy.open(directUrl);
      const broker = await openRabbit(proxy.url, { topology, clientName: 'loss', logger: silentLogger });
      const direct = await connect(directUrl);

      await t.test(
        'a consumer is told once, and what it had not acknowledged comes again in order',
        async (t) => {
          const queue = partitionQueue('orders', 0);
          const inbox = new Inbox('hold');
          const options = { prefetch: 10, exclusive: true };
          const subscription = await broker.consume(queue, options, inbox);
          for (let n = 0; n < 15; n += 1) await broker.publish([frame(0, String(n))]);
          await inbox.until(10);
          proxy.cut();
          await eventually(() => inbox.lost.length === 1);
          t.equal(broker.connected(), false);
          for (const delivery of inbox.deliveries) delivery.ack();
          await subscription.cancel();
          await subscription.abandon();
          await eventually(() => broker.connected());

          const again = new Inbox('acknowledge');
          const successor = await broker.consume(queue, options, again);
          await again.until(15);
          t.same(
            again.ids(),
            Array.from({ length: 15 }, (_, n) => String(n)),
          );
          t.ok(again.deliveries.slice(0, 10).every(({ redeliveries }) => redeliveries === 1));
          t.equal(inbox.lost.length, 1);
          await successor.cancel();
        },
      );

      await t.test('a cancelled subscription is not told of a loss', async (t) => {
        const inbox = new Inbox('hold');
        const subscription = await broker.consume(
          partitionQueue('orders', 1),
          { prefetch: 10, exclusive: true },
          inbox,
        );
        await broker.publish([frame(1, 'kept')]);
        await inbox.until(1);
        await subscription.cancel();
        proxy.cut();
        await eventually(() => !broker.connected());
        await eventually(() => broker.connected());
        t.same(inbox.lost, []);
      });

      await t.test('publishes without a confirm are refused, then quickly, then taken again', async (t) => {
        proxy.holdAnswers(true);
        const unknown = [broker.publish([frame(2, 'first')]), broker.publish([frame(2, 'second')])];
        const outcomes = Promise.allSettled(unknown);
        proxy.refuse(true);
        t.match(await outcomes, [
          { status: 'rejected', reason: unavailable },
          { status: 'rejected', reason: unavailable },
        ]);
        const beganAt = Date.now();
        await t.rejects(broker.publish([frame(2, 'x')]), unavailable);
        await t.rejects(
          broker.consume('payments', { prefetch: 1, exclusive: false }, new Inbox('hold')),
          unavailable,
        );
        await t.rejects(broker.retry('payments', 60, message('x'), 1), unavailable);
        t.ok(Date.now() - beganAt < 3_000, 'while it is down nobody waits');
        proxy.refuse(false);
        proxy.holdAnswers(false);
        await publishUntilTaken(broker, [frame(2, 'first'), frame(2, 'second'), frame(2, 'third')]);
        await eventually(() => broker.connected());
        const inbox = new Inbox('acknowledge');
        const subscription = await broker.consume(
          partitionQueue('orders', 2),
          { prefetch: 9, exclusive: true },
          inbox,
        );
        await eventually(() => inbox.ids().includes('third'));
        t.same(inbox.ids().slice(-3), ['first', 'second', 'third'], 'repeats perhaps, but in order');
        await subscription.cancel();
      });

      await t.test('who listens to broadcasts hears again after a loss', async (t) => {
        const heard: unknown[] = [];
        const end = await broker.onBroadcast('topic', (payload) => {
          heard.push(payload);
        });
        proxy.cut();
        await eventually(() => !broker.connected());
        const late: unknown[] = [];
        const endLate = await broker.onBroadcast('late', (payload) => {
          late.push(payload);
        });
        await eventually(() => {
          broker.broadcast('topic', 'again');
          broker.broadcast('late', 'too');
          return heard.length > 0 && late.length > 0;
        });
        t.same([heard[0], late[0]], ['again', 'too']);
        await end();
        await endLate();
      });

      await t.test('a deleted queue is declared again, and its consumer told', async (t) => {
        await eventually(() => broker.connected());
        const queue = partitionQueue('orders', 3);
        const inbox = new Inbox('acknowledge');
        await broker.consume(queue, { prefetch: 9, exclusive: true }, inbox);
        const channel = await direct.createChannel();
        await channel.deleteQueue(queue);
        await eventually(() => inbox.lost.length === 1);
        await t.rejects(broker.publish([frame(3, 'homeless')]), unavailable, 'no queue took it');
        await publishUntilTaken(broker, [frame(3, 'homed')]);
        const again = new Inbox('acknowledge');
        const successor = await broker.consume(queue, { prefetch: 9, exclusive: true }, again);
        await again.until(1);
        t.equal(again.ids().at(-1), 'homed');
        await successor.cancel();
        await channel.close();
      });

      await t.test(
        'what is sent best effort is dropped and counted meanwhile, and its queue bounded',
        async (t) => {
          await eventually(() => broker.connected());
          const dropped: unknown[] = [];
          const sender = new BestEffortSend({
            broker,
            router: createRouter({ partitions: 8, exchangeOf: () => EVENTS, takersOf: () => 'shared' }),
            clock: systemClock,
            onDropped: (messages, reason) => dropped.push([messages, reason]),
          });
          const look = (id: string) => ({ ...message(id), type: 'product.viewed' });
          proxy.refuse(true);
          proxy.cut();
          await eventually(() => !broker.connected());
          sender.send(look('lost'));
          sender.send(look('lost as well'));
          await eventually(() => dropped.length > 0);
          t.same(dropped, [[2, 'unsent']]);
          proxy.refuse(false);
          await eventually(() => broker.connected());
          const inbox = new Inbox('acknowledge');
          for (const id of ['a', 'b', 'c', 'd', 'e']) {
            sender.send(look(id));
            await delay(SENT_APART_MS);
          }
          await sender.close();
          const subscription = await broker.consume('looks', { prefetch: 9, exclusive: false }, inbox);
          await inbox.until(3);
          t.same(inbox.ids(), ['c', 'd', 'e'], 'the newest, once');
          t.equal(dropped.length, 1);
          await subscription.cancel();
        },
      );

      await t.test('closing awaits what is on its way', async (t) => {
        const published = broker.publish(Array.from({ length: 50 }, (_, n) => frame(4, String(n))));
        await broker.close();
        await published;
        const channel = await direct.createChannel();
        t.equal((await channel.checkQueue(partitionQueue('orders', 4))).messageCount, 50);
        await channel.close();
      });

      await direct.close();
      await proxy.close();
    },
    topology,
  );
});

await t.test('a start that can not succeed says why at once', async (t) => {
  await withTestVhost(
    t,
    async (url) => {
      const options = { topology, clientName: 'start', logger: silentLogger };
      const wrongPassword = new URL(url);
      wrongPassword.password = 'wrong';
      await t.rejects(openRabbit(wrongPassword.href, options), { ...unavailable, message: /ACCESS.REFUSED/ });
      await t.rejects(openRabbit('http://127.0.0.1', options), { ...unavailable, message: /amqp/ });
      const model = await connect(url);
      const channel = await model.createChannel();
      await channel.assertQueue('payments', { durable: true });
      await t.rejects(openRabbit(url, options), { ...unavailable, message: /PRECONDITION.FAILED.*payments/ });
      await model.close();
    },
    topology,
  );
});
