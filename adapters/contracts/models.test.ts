import t from 'tap';
import type { ModelGrade, ModelName, TrainedModel } from '../../core/services/intelligence/ports.ts';
import type { Database } from '../postgres/database.ts';
import { intelligenceMigrations } from '../postgres/intelligence/migrations.ts';
import { createModelRegistry } from '../postgres/intelligence/registry.ts';
import { createTrainingQueue } from '../postgres/intelligence/trainings.ts';
import { migrate } from '../postgres/migrate.ts';
import { bothDatabases } from './databases.ts';

const LEASE_MS = 60_000;

function grade(ours: number): ModelGrade {
  return {
    metric: 'NDCG@10',
    higherIsBetter: true,
    ours,
    low: ours - 0.1,
    high: ours + 0.1,
    baseline: 'popularity',
    baselineValue: 0.2,
  };
}

function trained(ours: number, liveOnSameRows: number | null, content: unknown = { ours }): TrainedModel {
  return {
    content,
    rows: 1_234,
    grades: [grade(ours)],
    liveOnSameRows,
    inputs: { price: { edges: [10], shares: [0.4, 0.6] } },
  };
}

async function prepared(db: Database) {
  await migrate(db, [intelligenceMigrations]);
  return { registry: createModelRegistry(db), queue: createTrainingQueue(db) };
}

t.test('only what is better than its baseline and than the live version goes live', (t) =>
  bothDatabases(t, async (t, db) => {
    const { registry } = await prepared(db);
    t.equal(await registry.live('recommendations'), undefined);
    t.match(await registry.add('recommendations', trained(0.1, null), 10), {
      version: 1,
      state: 'rejected',
      reason: /0\.1 is no better than 0\.2 of popularity/,
    });
    t.equal(await registry.live('recommendations'), undefined, 'what was rejected serves nobody');
    t.match(await registry.add('recommendations', trained(0.3, null), 20.6), {
      version: 2,
      state: 'live',
      rows: 1_234,
      tookMs: 21,
    });
    t.match(await registry.add('recommendations', trained(0.35, 0.4), 10), {
      version: 3,
      state: 'rejected',
      reason: /0\.35 against 0\.4 of version 2/,
    });
    t.match(await registry.add('recommendations', trained(0.4, 0.4), 10), { state: 'rejected' }, 'as good');
    t.match(await registry.live('recommendations'), { version: 2, content: { ours: 0.3 } });
    await registry.add('recommendations', trained(0.5, 0.4, { long: 'é'.repeat(100_000) }), 10);
    t.same(await registry.live('recommendations').then((live) => live?.content), {
      long: 'é'.repeat(100_000),
    });
    const status = (await registry.status()).find(({ name }) => name === 'recommendations');
    t.same(
      status?.versions.map(({ version, state }) => [version, state]),
      [
        [5, 'live'],
        [4, 'rejected'],
        [3, 'rejected'],
        [2, 'replaced'],
        [1, 'rejected'],
      ],
    );
    t.equal(status?.live?.version, 5);
    t.same(status?.live?.grades, [grade(0.5)]);
  }),
);

t.test('two versions at once: one is weighed against the other, and one serves', (t) =>
  bothDatabases(t, async (t, db) => {
    const { registry } = await prepared(db);
    const added = await Promise.all(
      [0.3, 0.4, 0.5].map((ours) => registry.add('fraud', trained(ours, null), 1)),
    );
    t.same(added.map(({ version }) => version).sort(), [1, 2, 3]);
    const status = (await registry.status()).find(({ name }) => name === 'fraud');
    t.equal(status?.versions.filter(({ state }) => state === 'live').length, 1);
  }),
);

t.test('a model can be switched off and on, and drift and how it did are kept with their time', (t) =>
  bothDatabases(t, async (t, db) => {
    const { registry } = await prepared(db);
    t.equal((await registry.serving()).get('pricing'), undefined, 'unheard of: on, and nothing serves');
    await registry.switchTo('pricing', false, 'ada');
    t.same((await registry.serving()).get('pricing'), { version: null, enabled: false });
    await registry.add('pricing', trained(0.9, null), 1);
    t.same((await registry.serving()).get('pricing'), { version: 1, enabled: false });
    await registry.switchTo('pricing', true, 'ada');
    t.same((await registry.serving()).get('pricing'), { version: 1, enabled: true });
    await registry.recordDrift('pricing', { measure: 'stability index', value: 0.07 });
    await registry.recordDrift('pricing', { measure: 'stability index', value: 0.31 });
    const status = (await registry.status()).find(({ name }) => name === 'pricing');
    t.match(status?.drift, { measure: 'stability index', value: 0.31 });
    t.ok(Math.abs(Date.parse(status?.drift?.at ?? '') - Date.now()) < 60_000);

    t.equal(status?.lately, null);
    t.equal(await registry.carried('pricing'), null);
    const lately = {
      version: 1,
      metric: 'WAPE',
      higherIsBetter: false,
      value: null,
      low: null,
      high: null,
      atTraining: 0.28,
      counted: 1,
      needed: 7,
      unit: 'days',
      clearlyWorse: false,
    } as const;
    await registry.recordLately('pricing', lately, null);
    const measured = { ...lately, version: 2, value: 0.41, low: 0.35, high: 0.5, clearlyWorse: true };
    await registry.recordLately('pricing', measured, [{ day: '2026-11-21' }]);
    t.same(await registry.carried('pricing'), [{ day: '2026-11-21' }]);
    const told = (await registry.status()).find(({ name }) => name === 'pricing')?.lately;
    t.match(told, measured, 'the newest measurement takes the place of the one before');
    t.ok(Math.abs(Date.parse(told?.at ?? '') - Date.now()) < 60_000);
  }),
);

t.test('trainings: one process has the lease, each model waits once, what broke off is begun again', (t) =>
  bothDatabases(t, async (t, db) => {
    const { registry, queue } = await prepared(db);
    const trainingOf = async (name: ModelName) =>
      (await registry.status()).find((status) => status.name === name)?.training;
    await queue.ask(['demand'], 'ada');
    await queue.ask(['demand', 'pricing'], null);
    t.equal(await queue.begin('one'), undefined, 'nobody trains without the lease');
    const leases = await Promise.all([queue.lease('one', LEASE_MS), queue.lease('other', LEASE_MS)]);
    t.equal(leases.filter((has) => has).length, 1);
    const [owner, other] = leases[0] ? (['one', 'other'] as const) : (['other', 'one'] as const);
    t.equal(await queue.begin(other), undefined);
    t.equal(await queue.begin(owner), 'demand', 'who waits longest comes first');
    t.match(await trainingOf('demand'), { askedBy: 'ada', startedAt: String, endedAt: null });
    await queue.ask(['demand'], 'bob');
    t.match(await trainingOf('demand'), { askedBy: 'ada' }, 'it runs already');
    await queue.end('demand', 'too few rows');
    t.match(await trainingOf('demand'), { endedAt: String, problem: 'too few rows' });
    t.equal(await queue.begin(owner), 'pricing');

    await db.query(`update intelligence.training_lease set lease_until = now() - interval '1 second'`);
    t.equal(await queue.lease(other, LEASE_MS), true, 'who was silent has lost it');
    t.equal(await queue.lease(owner, LEASE_MS), false);
    t.equal(await queue.begin(other), 'pricing', 'and what it had begun is begun again');
    await queue.end('pricing', null);
    t.equal(await queue.begin(other), undefined);
    await queue.release(other);
    t.equal(await queue.lease(owner, LEASE_MS), true);
    await queue.ask(['pricing'], 'bob');
    t.match(await trainingOf('pricing'), { askedBy: 'bob', startedAt: null, endedAt: null });
  }),
);
