import { setTimeout as pause } from 'node:timers/promises';
import pino from 'pino';
import t from 'tap';
import type { ModelName, ModelTraining } from '../../../core/services/intelligence/ports.ts';
import { withTestPglite } from '../../embedded/testing.ts';
import { intelligenceMigrations } from '../../postgres/intelligence/migrations.ts';
import { createModelRegistry } from '../../postgres/intelligence/registry.ts';
import { createTrainingQueue } from '../../postgres/intelligence/trainings.ts';
import { migrate } from '../../postgres/migrate.ts';
import type { RowSource } from './sources.ts';
import { startTraining } from './training.ts';
import { PATIENCE_MS, until } from '../../../core/kernel/testing-until.ts';

const WRONG = new URL('./testing-thread-child.js', import.meta.url);
const logger = pino({ level: 'silent' });

async function* rows(): AsyncGenerator<readonly unknown[]> {
  yield [{ any: 'row' }];
}

t.test('a training that breaks, ends or hangs is told of, and the event loop never waits for it', (t) =>
  withTestPglite(async (db) => {
    await migrate(db, [intelligenceMigrations]);
    const registry = createModelRegistry(db);
    const queue = createTrainingQueue(db);
    const names: readonly ModelName[] = ['demand', 'pricing', 'recommendations'];
    await queue.ask(names, 'ada');
    const sources = new Map<ModelName, RowSource>(names.map((name) => [name, rows]));
    const stop = startTraining({
      registry,
      queue,
      sources,
      owner: 'one',
      logger,
      trainingMsMax: 4_000,
      program: WRONG,
    });
    const endings = async (): Promise<readonly (ModelTraining | null)[]> =>
      (await registry.status()).filter(({ name }) => names.includes(name)).map(({ training }) => training);
    let late = 0;
    const deadline = Date.now() + PATIENCE_MS;
    while ((await endings()).some((training) => training?.endedAt === null)) {
      const begun = performance.now();
      await pause(5);
      late = Math.max(late, performance.now() - begun);
      if (Date.now() > deadline) throw new Error('not all have ended');
    }
    await stop();
    const problems = new Map(
      (await registry.status()).map(({ name, training }) => [name, training?.problem ?? null]),
    );
    t.match(problems.get('demand'), /it broke/);
    t.match(problems.get('pricing'), /ended/);
    t.match(problems.get('recommendations'), /took longer/);
    t.comment(`the event loop was late by ${late.toFixed(0)} ms at most`);
    t.ok(late < 3_000, 'a thread that loops for ever holds up nobody');
    t.equal((await registry.serving()).size, 0, 'nothing went live');
    t.equal(await queue.lease('other', 1_000), true, 'the lease is free again');
  }),
);

t.test('what serves is held to what came since, even where too little came to train from', (t) =>
  withTestPglite(async (db) => {
    await migrate(db, [intelligenceMigrations]);
    const registry = createModelRegistry(db);
    const queue = createTrainingQueue(db);
    const dayAt = (back: number): string =>
      new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
    const days = Array.from({ length: 9 }, (_, at) => dayAt(9 - at));
    const points = days.map((date) => ({ date, mean: 4 }));
    const metric = { metric: 'WAPE', higherIsBetter: false, low: null, high: null, baseline: null } as const;
    await registry.add(
      'demand',
      {
        content: { lastDay: dayAt(10), products: { lamp: { points } } },
        rows: 1,
        grades: [{ ...metric, ours: 0.25, baselineValue: null }],
        liveOnSameRows: null,
        inputs: {},
      },
      1,
    );
    await queue.ask(['demand'], null);
    const sales = days.map((day) => ({ productId: 'lamp', day, units: 8, revenueCents: 800 }));
    const sources = new Map<ModelName, RowSource>([
      [
        'demand',
        async function* () {
          yield sales;
        },
      ],
    ]);
    const stop = startTraining({ registry, queue, sources, owner: 'one', logger });
    const status = async () => (await registry.status()).find(({ name }) => name === 'demand');
    await until('the end', status, (now) => now?.training?.endedAt !== null);
    await stop();
    const { training, lately } = (await status()) ?? {};
    t.match(training, { problem: /9 days of sales/ });
    t.match(lately, { version: 1, value: 0.5, atTraining: 0.25, counted: 9, clearlyWorse: true });
    t.equal(((await registry.carried('demand')) as unknown[]).length, 9);
  }),
);

t.test('a training that is called off by the end of its process is begun again by another', (t) =>
  withTestPglite(async (db) => {
    await migrate(db, [intelligenceMigrations]);
    const registry = createModelRegistry(db);
    const queue = createTrainingQueue(db);
    await queue.ask(['recommendations'], null);
    const sources = new Map<ModelName, RowSource>([['recommendations', rows]]);
    const stop = startTraining({ registry, queue, sources, owner: 'one', logger, program: WRONG });
    const training = async () =>
      (await registry.status()).find(({ name }) => name === 'recommendations')?.training;
    await until('the start', training, (now) => now?.startedAt !== null);
    await stop();
    t.match(await training(), { startedAt: String, endedAt: null });
    t.equal(await queue.lease('other', 60_000), true);
    t.equal(await queue.begin('other'), 'recommendations');
  }),
);
