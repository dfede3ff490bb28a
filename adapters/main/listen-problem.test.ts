import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import t from 'tap';
import { listenProblem } from './listen-problem.ts';

async function listenError(host: string, port: number): Promise<unknown> {
  const server = createServer();
  server.listen(port, host);
  try {
    await once(server, 'listening');
    server.close();
    return undefined;
  } catch (error) {
    return error;
  }
}

t.test('a taken port is told with its number and the way out', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => {
    taken.close();
  });
  const { port } = taken.address() as AddressInfo;
  const text = listenProblem(await listenError('127.0.0.1', port), '127.0.0.1', port);
  t.match(text, new RegExp(`^PORT ${String(port)} on 127\\.0\\.0\\.1 is taken`));
  t.match(text, /set PORT to another/);
});

t.test('an address of another machine is told', async (t) => {
  t.match(
    listenProblem(await listenError('192.0.2.1', 0), '192.0.2.1', 0),
    /^HOST 192\.0\.2\.1 is no address of this/,
  );
});

t.test('other errors are left to others', (t) => {
  t.equal(listenProblem(new Error('something else'), '127.0.0.1', 80), undefined);
  t.equal(listenProblem('text', '127.0.0.1', 80), undefined);
  t.end();
});
