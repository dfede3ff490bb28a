import { once } from 'node:events';
import t from 'tap';
import { WebSocket } from 'ws';
import { withGateway } from './testing.ts';

await t.test('who comes while the server stops is told to come back', (t) =>
  withGateway({}, async ({ app }) => {
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    // A client that takes its time to say goodbye keeps the server stopping for a moment.
    const slow = new WebSocket(`${address.replace('http', 'ws')}/api/live`);
    await once(slow, 'open');
    slow.pause();
    const stopped = app.close();
    for (const path of ['/api/products', '/api/health/ready', '/nothing']) {
      const answer = await fetch(`${address}${path}`);
      t.equal(answer.status, 503, path);
      t.equal(answer.headers.get('retry-after'), '1');
      t.equal(answer.headers.get('connection'), 'close');
      t.match(answer.headers.get('content-type'), 'application/problem+json');
      t.match(await answer.json(), { status: 503, code: 'stopping' });
    }
    await stopped;
    slow.terminate();
  }),
);
