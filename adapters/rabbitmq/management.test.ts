import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'amqplib';
import t from 'tap';
import { openManagement } from './management.ts';
import { withTestVhost } from './testing.ts';
import { until } from '../../core/kernel/testing-until.ts';

t.test('queues as the management tells them', async (t) => {
  const asked: { url: string | undefined; authorization: string | undefined }[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    asked.push({ url: request.url, authorization: request.headers.authorization });
    response.writeHead(status, { 'content-type': 'application/json' }).end(
      JSON.stringify([
        {
          name: 'orders.p00',
          messages_ready: 3,
          messages_unacknowledged: 2,
          consumers: 1,
          message_stats: { publish_details: { rate: 12.4 }, deliver_get_details: { rate: 12 } },
        },
        { name: 'new' },
      ]),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const url = `http://me:s%40fe@127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const management = openManagement({ url, amqpUrl: 'amqp://guest:guest@127.0.0.1/my%2Fhost' });

  t.same(await management.queues(), [
    { name: 'orders.p00', ready: 3, unacknowledged: 2, consumers: 1, inPerSecond: 12.4, outPerSecond: 12 },
    { name: 'new', ready: 0, unacknowledged: 0, consumers: 0, inPerSecond: 0, outPerSecond: 0 },
  ]);
  t.match(asked[0]?.url, /^\/api\/queues\/my%2Fhost\?columns=name,messages_ready/);
  t.equal(asked[0]?.authorization, `Basic ${Buffer.from('me:s@fe').toString('base64')}`);
  status = 401;
  await t.rejects(management.queues(), { code: 'broker_unavailable' });
});

t.test('queues as a real management tells them', async (t) => {
  const amqp = process.env['AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672';
  const url = process.env['RABBITMQ_MANAGEMENT_URL'] ?? `http://${new URL(amqp).hostname}:15672`;
  const answers = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  );
  if (!answers) {
    t.skip(`no management at ${url}: rabbitmq-plugins enable rabbitmq_management`, () => undefined);
    return;
  }
  await withTestVhost(t, async (amqpUrl) => {
    const model = await connect(amqpUrl);
    try {
      const channel = await model.createConfirmChannel();
      await channel.assertQueue('orders.p00', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      await channel.assertQueue('idle', { durable: true });
      await channel.prefetch(1);
      await channel.consume('orders.p00', () => undefined);
      for (let sent = 0; sent < 3; sent += 1) channel.sendToQueue('orders.p00', Buffer.from('[]'));
      await channel.waitForConfirms();
      const management = openManagement({ url, amqpUrl });
      const told = { name: 'orders.p00', ready: 2, unacknowledged: 1, consumers: 1 };
      // The broker tells its management every five seconds.
      const queues = await until(
        'the management to tell it',
        () => management.queues(),
        (all) => {
          const queue = all.find(({ name }) => name === 'orders.p00');
          return queue?.ready === 2 && queue.unacknowledged === 1 && queue.consumers === 1;
        },
      );
      t.match(
        queues.find(({ name }) => name === 'orders.p00'),
        told,
      );
      t.match(
        queues.find(({ name }) => name === 'idle'),
        { ready: 0, unacknowledged: 0, consumers: 0, inPerSecond: 0 },
      );
      t.equal(queues.length, 2, 'of its own virtual host alone');
      const nobody = openManagement({ url: url.replace('//', '//nobody:wrong@'), amqpUrl });
      await t.rejects(nobody.queues(), { code: 'broker_unavailable' });
    } finally {
      await model.close();
    }
  });
});
