import { createServer, type AddressInfo, type Socket } from 'node:net';
import t from 'tap';
import { createSmtpMailer } from './mailer.ts';

interface Received {
  readonly recipients: string[];
  readonly body: string;
}

/** As much of an SMTP server as a letter needs. `answerTo` may replace an answer; undefined: no answer at all. */
async function startServer(answerTo: (command: string) => string | undefined = () => ''): Promise<{
  readonly url: string;
  readonly received: Received[];
  close(): Promise<void>;
}> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const say = (command: string, usual: string): void => {
      const answer = answerTo(command);
      if (answer !== undefined) socket.write(`${answer === '' ? usual : answer}\r\n`);
    };
    let buffer = '';
    let recipients: string[] = [];
    let inData = false;
    say('greeting', '220 test');
    socket.on('data', (chunk) => {
      buffer += chunk.toString('utf8');
      for (;;) {
        const end = inData ? buffer.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
        if (end < 0) return;
        const text = buffer.slice(0, end);
        buffer = buffer.slice(end + (inData ? 5 : 2));
        if (inData) {
          inData = false;
          received.push({ recipients, body: text });
          recipients = [];
          say('body', '250 taken');
          continue;
        }
        const command = text.slice(0, 4).toUpperCase();
        if (command === 'RCPT') recipients.push(text);
        if (command === 'DATA') {
          inData = true;
          say(command, '354 go on');
        } else say(command, command === 'QUIT' ? '221 bye' : '250 ok');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${String(port)}`,
    received,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

const letter = {
  messageId: '<n-1@orrery.invalid>',
  recipient: 'ann@example.org',
  subject: 'Your order is on its way',
  text: 'Hello Ann,\n\nit has left.\n',
};
const signal = new AbortController().signal;
const from = 'Orrery <shop@example.org>';

t.test('a letter arrives with its Message-ID, again and again the same', async (t) => {
  const server = await startServer();
  const mailer = createSmtpMailer({ url: server.url, from });
  await mailer.ping();
  t.same(await mailer.send(letter, signal), { kind: 'accepted' });
  t.same(await mailer.send(letter, signal), { kind: 'accepted' });
  t.equal(server.received.length, 2);
  for (const { recipients, body } of server.received) {
    t.match(recipients, ['RCPT TO:<ann@example.org>']);
    t.match(body, /^Message-ID: <n-1@orrery\.invalid>\r?$/m);
    t.match(body, /^Subject: Your order is on its way\r?$/m);
    t.match(body, /it has left/);
  }
  mailer.close();
  await server.close();
});

t.test('no text from outside becomes a header or a second recipient', async (t) => {
  const server = await startServer();
  const mailer = createSmtpMailer({ url: server.url, from });
  const subject = 'Hello\r\nBcc: everybody@example.org';
  t.same(await mailer.send({ ...letter, subject }, signal), { kind: 'accepted' });
  t.notMatch(server.received[0]?.body, /^Bcc:/im);
  t.equal(server.received[0]?.recipients.length, 1);
  for (const recipient of [
    'a@example.org, b@example.org',
    'a@example.org\r\nBcc: b@example.org',
    'Ann <ann@example.org>',
    'nobody',
  ]) {
    t.match(await mailer.send({ ...letter, recipient }, signal), { kind: 'refused' }, recipient);
  }
  t.equal(server.received.length, 1);
  mailer.close();
  await server.close();
});

t.test('a mailbox that does not exist is refused for good', async (t) => {
  const server = await startServer((command) => (command === 'RCPT' ? '550 no such user' : ''));
  const mailer = createSmtpMailer({ url: server.url, from });
  t.match(await mailer.send(letter, signal), { kind: 'refused', reason: /no such user/ });
  mailer.close();
  await server.close();
});

t.test('a server that is busy, silent or gone is tried again later', async (t) => {
  const busy = await startServer((command) => (command === 'RCPT' ? '451 try later' : ''));
  const silent = await startServer((command) => (command === 'greeting' ? undefined : ''));
  const gone = await startServer();
  await gone.close();
  for (const { url } of [busy, silent, gone]) {
    const mailer = createSmtpMailer({ url, from, answerTimeoutMs: 200 });
    await t.rejects(mailer.send(letter, signal), { code: 'smtp_unavailable', retryable: true });
    await t.rejects(
      mailer.ping().then(() => mailer.send(letter, signal)),
      { code: 'smtp_unavailable' },
    );
    mailer.close();
  }
  await busy.close();
  await silent.close();
});
