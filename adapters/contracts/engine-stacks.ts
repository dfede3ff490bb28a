import { LocalHops } from '../../core/engine/local-hops.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import { createEmbeddedBroker } from '../embedded/broker.ts';
import { withTestPglite } from '../embedded/testing.ts';
import { type TapTest, withTestDatabase } from '../postgres/testing.ts';
import { openRabbit } from '../rabbitmq/broker.ts';
import { withTestVhost } from '../rabbitmq/testing.ts';
import { ENGINE_TOPOLOGY, EngineWorld, migrateEngineWorld } from './engine-world.ts';

/** Brings a world for one test on some broker and store; they are gone afterwards. */
export type OpenWorld = (t: TapTest, run: (world: EngineWorld) => Promise<void>) => Promise<void>;

export const onEmbedded: OpenWorld = (_t, run) =>
  withTestPglite(async (db) => {
    await migrateEngineWorld(db);
    const broker = createEmbeddedBroker({ topology: ENGINE_TOPOLOGY });
    try {
      await run(new EngineWorld(db, broker));
    } finally {
      await broker.close();
    }
  });

/** As in production: nodes hand over to each other past RabbitMQ, and everybody else goes through it. */
export const onServices: OpenWorld = (t, run) =>
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
          const name = 'engine-test';
          const nodes = new LocalHops({ broker, topology: ENGINE_TOPOLOGY, name, clock: systemClock });
          await run(new EngineWorld(db, broker, nodes));
        } finally {
          await broker.close();
        }
      },
      ENGINE_TOPOLOGY,
    ),
  );

export type WorldTest = (
  name: string,
  run: (t: TapTest, world: EngineWorld) => Promise<void>,
) => Promise<unknown>;

/** A test per call, each in a world of its own whose nodes are stopped at the end. */
export function worldTests(t: TapTest, open: OpenWorld): WorldTest {
  return (name, run) =>
    t.test(name, (t) =>
      open(t, async (world) => {
        try {
          await run(t, world);
        } finally {
          await world.stop();
        }
      }),
    );
}
