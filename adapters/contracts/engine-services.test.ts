import t from 'tap';
import { silentLogger } from '../../core/kernel/logger.ts';
import { withTestDatabase } from '../postgres/testing.ts';
import { openRabbit } from '../rabbitmq/broker.ts';
import { withTestVhost } from '../rabbitmq/testing.ts';
import { engineContract } from './engine.ts';
import { ENGINE_TOPOLOGY, EngineWorld, migrateEngineWorld } from './engine-world.ts';

t.setTimeout(300_000);

t.test('the engine on RabbitMQ and Postgres', (t) =>
  engineContract(t, (t, run) =>
    withTestDatabase(t, (db) =>
      withTestVhost(
        t,
        async (url) => {
          await migrateEngineWorld(db);
          const broker = await openRabbit(url, {
            topology: ENGINE_TOPOLOGY,
            clientName: 'engine-test',
            logger: silentLogger,
          });
          try {
            await run(new EngineWorld(db, broker));
          } finally {
            await broker.close();
          }
        },
        ENGINE_TOPOLOGY,
      ),
    ),
  ),
);
