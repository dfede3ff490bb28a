import t from 'tap';
import { silentLogger } from '../../core/kernel/logger.ts';
import { createEmbeddedBroker } from '../embedded/broker.ts';
import { withTestPglite } from '../embedded/testing.ts';
import { createDeadLetterJournal } from '../postgres/dead-letters/journal.ts';
import { deadLettersMigrations } from '../postgres/dead-letters/schema.ts';
import { migrate } from '../postgres/migrate.ts';
import { paymentsMigrations } from '../postgres/payments/schema.ts';
import { withTestDatabase } from '../postgres/testing.ts';
import { openRabbit } from '../rabbitmq/broker.ts';
import { withTestVhost } from '../rabbitmq/testing.ts';
import { deadLetterContract, LETTERS_TOPOLOGY } from './dead-letters.ts';

const MIGRATIONS = [deadLettersMigrations, paymentsMigrations];

void t.test('dead letters, embedded', (t) => {
  deadLetterContract(t, (_t, run) =>
    withTestPglite(async (db) => {
      await migrate(db, MIGRATIONS);
      const broker = createEmbeddedBroker({
        topology: LETTERS_TOPOLOGY,
        journal: createDeadLetterJournal(db),
      });
      try {
        await run({ db, broker, environment: {} });
      } finally {
        await broker.close();
      }
    }),
  );
  t.end();
});

void t.test('dead letters, on Postgres and RabbitMQ', (t) => {
  deadLetterContract(t, (t, run) =>
    withTestDatabase(t, (db) =>
      withTestVhost(
        t,
        async (url) => {
          await migrate(db, MIGRATIONS);
          const broker = await openRabbit(url, {
            topology: LETTERS_TOPOLOGY,
            clientName: 'orrery-test',
            logger: silentLogger,
          });
          try {
            await run({ db, broker, environment: { AMQP_URL: url } });
          } finally {
            await broker.close();
          }
        },
        LETTERS_TOPOLOGY,
      ),
    ),
  );
  t.end();
});
