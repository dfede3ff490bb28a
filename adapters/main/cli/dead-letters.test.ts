import { connect } from 'amqplib';
import t from 'tap';
import { silentLogger } from '../../../core/kernel/logger.ts';
import { openRabbit } from '../../rabbitmq/broker.ts';
import { withTestVhost } from '../../rabbitmq/testing.ts';
import { loadSettings } from '../settings.ts';
import { platformTopology } from '../topology.ts';
import type { CommandContext } from './command.ts';
import { handleDeadLetters } from './handle-dead-letters.ts';

/** Runs the command; what it printed, as one text. */
async function told(environment: Record<string, string>, ...args: string[]): Promise<string> {
  const printed: string[] = [];
  const context: CommandContext = {
    settings: loadSettings(environment),
    args,
    print: (text) => {
      printed.push(text);
    },
    confirm: () => Promise.resolve(),
  };
  await handleDeadLetters(context);
  return printed.join('\n');
}

t.test('dead letters are told with their reason, and go back to their queue', (t) => {
  const topology = platformTopology(1);
  return withTestVhost(
    t,
    async (url) => {
      const environment = { AMQP_URL: url, PARTITIONS: '1' };
      const broker = await openRabbit(url, { topology, clientName: 'orrery-test', logger: silentLogger });
      try {
        for (const text of ['first', 'second']) {
          await broker.deadLetter({
            service: 'payments',
            queue: 'payments',
            message: { text },
            code: 'schema_mismatch',
            reason: `amount is missing in the ${text}`,
            attempts: 1,
            headers: {},
            diedAt: '2026-01-02T03:04:05.000Z',
          });
        }
        const list = await told(environment);
        t.match(list, /^payments: 2$/m);
        t.match(list, /^orders: 0$/m);
        t.match(list, /payments {2}1 attempts {2}schema_mismatch: amount is missing in the first/);
        t.match(await told(environment, 'payments'), /"text": "second"/, 'one service in full');

        const [oldest] = await broker.deadLetters('payments', 1);
        t.equal(await told(environment, 'replay', 'payments', oldest?.id ?? ''), '1 returned to payments.');
        t.equal(await told(environment, 'replay', 'payments'), '1 returned to payments.');
        t.match(await told(environment), /^payments: 0$/m);
        const connection = await connect(url);
        const channel = await connection.createChannel();
        t.equal((await channel.checkQueue('payments')).messageCount, 2);
        await connection.close();
      } finally {
        await broker.close();
      }
    },
    topology,
  );
});

t.test('a service that is not there, or a replay of nothing, tells how it is used', async (t) => {
  await t.rejects(told({}, 'warehouse'), {
    code: 'command_refused',
    message: /^Services: orders, inventory/m,
  });
  await t.rejects(told({}, 'replay'), { code: 'command_refused', message: /replay SERVICE/ });
});
