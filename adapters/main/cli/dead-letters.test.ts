import { Registry } from 'prom-client';
import t from 'tap';
import { silentLogger } from '../../../core/kernel/logger.ts';
import { createEmbeddedBroker } from '../../embedded/broker.ts';
import { createDeadLetterJournal } from '../../postgres/dead-letters/journal.ts';
import { migrate } from '../../postgres/migrate.ts';
import { withTestDatabase } from '../../postgres/testing.ts';
import { startDeadLetters } from '../dead-letters.ts';
import { ALL_MIGRATIONS } from '../resources.ts';
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

/** The saga's word that a parcel is wanted, which the shipping service could not handle at the time. */
function notice(id: string) {
  return {
    id,
    type: 'shipping.cancel.requested',
    subject: 'order-1',
    correlationId: 'order-1',
    causationId: null,
    time: '2026-01-02T03:04:05.000Z',
    version: 1,
    data: { orderId: 'order-1', shipmentKey: 'parcel-1', reason: 'a test' },
  };
}

t.test('dead letters are told with their reason, go back to their queue or are discarded', (t) =>
  withTestDatabase(t, async (database, url) => {
    const environment = { DATABASE_URL: url, PARTITIONS: '1' };
    await migrate(database, ALL_MIGRATIONS);
    const broker = createEmbeddedBroker({
      topology: platformTopology(1),
      journal: createDeadLetterJournal(database),
    });
    const letters = startDeadLetters({
      settings: loadSettings(environment),
      resources: { database, broker },
      registry: new Registry(),
      logger: silentLogger,
    });
    try {
      for (const id of ['first', 'second', 'third']) {
        await broker.deadLetter({
          service: 'shipping',
          queue: 'shipping',
          message: notice(id),
          code: 'call_failed',
          reason: `the carrier did not take the ${id}`,
          attempts: 10,
          headers: {},
          diedAt: '2026-01-02T03:04:05.000Z',
        });
      }
      const list = await told(environment);
      t.match(list, /^shipping: 3$/m);
      t.match(list, /^orders: 0$/m);
      t.match(list, /shipping {2}10 attempts {2}call_failed: the carrier did not take the first/);
      t.match(await told(environment, 'shipping'), /"id": "second"/, 'one service in full');

      const { items } = await letters.desk.store.list({ service: 'shipping', limit: 3 });
      const [one = '', another = ''] = items.map(({ id }) => id);
      t.equal(await told(environment, 'discard', 'shipping', another), '1 of shipping discarded.');
      const received: unknown[] = [];
      await broker.consume(
        'shipping',
        { prefetch: 1, exclusive: false },
        {
          onDelivery: (delivery) => {
            received.push(...delivery.messages);
            delivery.ack();
          },
          onLost: () => undefined,
        },
      );
      t.equal(await told(environment, 'replay', 'shipping', one), '1 returned to shipping.');
      await t.rejects(told(environment, 'replay', 'shipping', one), { code: 'command_refused' });
      t.equal(await told(environment, 'replay', 'shipping'), '1 returned to shipping.');
      t.equal(received.length, 2);
      t.match(await told(environment), /^shipping: 0$/m);
    } finally {
      await letters.stop();
      await broker.close();
    }
  }),
);

t.test('a service that is not there, or a replay of nothing, tells how it is used', async (t) => {
  await t.rejects(told({}, 'warehouse'), {
    code: 'command_refused',
    message: /^Services: orders, inventory/m,
  });
  await t.rejects(told({}, 'replay'), { code: 'command_refused', message: /replay SERVICE/ });
  await t.rejects(told({}, 'payments', 'what'), { code: 'command_refused' });
});
