import { connect } from 'amqplib';
import t from 'tap';
import { TcpProxy } from '../network/tcp-proxy.ts';
import { closeFully } from './closing.ts';
import { withTestVhost } from './testing.ts';

t.setTimeout(60_000);

await t.test('closing ends though the connection breaks before RabbitMQ has answered', (t) =>
  withTestVhost(t, async (directUrl) => {
    const proxy = await TcpProxy.open(directUrl);
    try {
      for (const what of ['channel', 'connection']) {
        const model = await connect(proxy.url);
        model.on('error', () => undefined);
        const channel = await model.createChannel();
        proxy.holdAnswers(true);
        let ended = false;
        const closing = closeFully(what === 'channel' ? channel : model).then(() => {
          ended = true;
        });
        await new Promise((resolve) => setTimeout(resolve, 50));
        t.notOk(ended, `the ${what} waits for the answer`);
        proxy.cut();
        await closing;
        proxy.holdAnswers(false);
        await closeFully(channel);
        await closeFully(model);
        t.pass('what is closed already closes at once');
      }
    } finally {
      await proxy.close();
    }
  }),
);
