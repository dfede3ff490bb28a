import t from 'tap';
import { createEmbeddedBroker } from '../embedded/broker.ts';
import { withTestPglite } from '../embedded/testing.ts';
import { engineContract } from './engine.ts';
import { ENGINE_TOPOLOGY, EngineWorld, migrateEngineWorld } from './engine-world.ts';

t.setTimeout(300_000);

t.test('the engine on the embedded stack', (t) =>
  engineContract(t, (_t, run) =>
    withTestPglite(async (db) => {
      await migrateEngineWorld(db);
      const broker = createEmbeddedBroker({ topology: ENGINE_TOPOLOGY });
      try {
        await run(new EngineWorld(db, broker));
      } finally {
        await broker.close();
      }
    }),
  ),
);
