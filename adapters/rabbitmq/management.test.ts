import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { openManagement } from './management.ts';

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
