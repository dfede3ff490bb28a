import { once } from 'node:events';
import net from 'node:net';
import t from 'tap';
import { TcpProxy } from './tcp-proxy.ts';
import { eventually } from '../../core/kernel/testing-until.ts';

t.setTimeout(60_000);

/** A service that remembers what it got and answers each chunk with the same in capitals. */
async function openService(): Promise<{ url: string; got: () => string; close: () => void }> {
  let got = '';
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text: string) => {
      got += text;
      if (socket.writable) socket.write(text.toUpperCase());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return { url: `redis://127.0.0.1:${port}/3`, got: () => got, close: () => server.close() };
}

interface Client {
  readonly socket: net.Socket;
  readonly heard: () => string;
}

async function call(url: string): Promise<Client> {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
  await once(socket, 'connect');
  return { socket, heard: () => heard };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await t.test('a proxy', async (t) => {
  const service = await openService();
  const proxy = await TcpProxy.open(service.url);
  t.teardown(async () => {
    await proxy.close();
    service.close();
  });

  await t.test('passes everything on, and keeps the rest of the URL', async (t) => {
    const client = await call(proxy.url);
    t.equal(new URL(proxy.url).pathname, '/3');
    client.socket.write('hello');
    await eventually(() => client.heard() === 'HELLO');
    t.equal(proxy.disturbed, 0);
    client.socket.end();
    await once(client.socket, 'close');
  });

  await t.test('cuts with a reset', async (t) => {
    const client = await call(proxy.url);
    client.socket.write('a');
    await eventually(() => client.heard() === 'A');
    const failed = once(client.socket, 'error');
    proxy.cut();
    t.match(await failed, [{ code: 'ECONNRESET' }]);
    t.equal(proxy.disturbed, 1);
  });

  await t.test('refuses as long as it is told to', async (t) => {
    proxy.refuse(true);
    const refused = net.connect(Number(new URL(proxy.url).port), '127.0.0.1');
    await t.rejects(once(refused, 'close'), { code: 'ECONNRESET' });
    proxy.refuse(false);
    const client = await call(proxy.url);
    client.socket.write('b');
    await eventually(() => client.heard() === 'B');
    client.socket.destroy();
    t.pass('and then passes again');
  });

  await t.test('holds answers, not questions', async (t) => {
    const client = await call(proxy.url);
    proxy.holdAnswers(true);
    client.socket.write('question');
    await eventually(() => service.got().endsWith('question'));
    await pause(50);
    t.equal(client.heard(), '');
    proxy.holdAnswers(false);
    await eventually(() => client.heard() === 'QUESTION');
    client.socket.destroy();
  });

  await t.test('a black hole swallows words and ends; both arrive, in order, when it is over', async (t) => {
    const old = await call(proxy.url);
    old.socket.write('1');
    await eventually(() => old.heard() === '1');
    proxy.blackHole(true);
    old.socket.write('late words');
    old.socket.end();
    const fresh = await call(proxy.url);
    fresh.socket.write('2');
    await pause(100);
    t.notMatch(service.got(), /late words/);
    t.equal(fresh.heard(), '');
    t.equal(old.socket.destroyed, false, 'nobody tells the client that the other side is gone');
    const closed = once(old.socket, 'close');
    proxy.blackHole(false);
    await eventually(() => service.got().includes('late words') && fresh.heard() === '2');
    await closed;
    fresh.socket.destroy();
  });

  await t.test('forgets connections: they stay silent for good, new ones pass', async (t) => {
    const old = await call(proxy.url);
    old.socket.write('3');
    await eventually(() => old.heard() === '3');
    proxy.forget();
    old.socket.write('forgotten words');
    const fresh = await call(proxy.url);
    fresh.socket.write('4');
    await eventually(() => fresh.heard() === '4');
    await pause(50);
    t.notMatch(service.got(), /forgotten words/);
    t.equal(old.socket.destroyed, false);
    old.socket.destroy();
    fresh.socket.destroy();
  });

  await t.test('delays each way and keeps the order', async (t) => {
    const client = await call(proxy.url);
    proxy.delay(50, 50);
    const startedAt = Date.now();
    for (const letter of 'abcdefgh') {
      client.socket.write(letter);
      await pause(2);
    }
    await eventually(() => client.heard().length === 8);
    t.equal(client.heard(), 'ABCDEFGH');
    t.ok(Date.now() - startedAt >= 99, 'both ways');
    proxy.delay(0);
    client.socket.destroy();
  });
});
