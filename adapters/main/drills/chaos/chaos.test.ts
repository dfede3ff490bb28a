import t from 'tap';
import { DrillImpossible } from '../run.ts';
import { readChaosArguments } from './arguments.ts';
import { seeded } from './everything.ts';
import { perform, type Performance } from './perform.ts';
import { ProcessLog } from './process-log.ts';
import { SCENARIOS } from './scenarios.ts';
import { tableOf } from './table.ts';

t.setTimeout(300_000);

await t.test('arguments', async (t) => {
  const { scenarios, options, list } = readChaosArguments([]);
  t.same(scenarios, SCENARIOS, 'all of them by default');
  t.match(options, { rate: 25, seconds: undefined, logs: undefined });
  t.equal(list, false);
  t.not(options.seed, readChaosArguments([]).options.seed, 'a seed by chance');
  t.equal(new Set(SCENARIOS.map(({ name }) => name)).size, SCENARIOS.length, 'names tell scenarios apart');

  const given = readChaosArguments([
    '--scenario',
    'redis-outage, worker-killed',
    '--rate',
    '5',
    '--seconds=7',
    '--seed',
    '9',
    '--list',
  ]);
  t.same(
    given.scenarios.map(({ name }) => name),
    ['redis-outage', 'worker-killed'],
  );
  t.match(given, { list: true, options: { rate: 5, seconds: 7, seed: 9 } });

  for (const [wrong, says] of [
    [['--scenario', 'redis-outage,flood'], /"flood".*worker-killed, .*everything-at-once/],
    [['--rate', 'many'], /--rate is many: must be a whole number from 1 to 1,000/],
    [['--rate', '0'], /--rate is 0/],
    [['--seconds', '-3'], /--seconds/],
    [['--seed', '1.5'], /--seed is 1.5/],
    [['--speed', '3'], /--speed.*known are --rate/],
    [['flood'], /flood/],
    [['--rate'], /--rate/],
  ] as const) {
    try {
      readChaosArguments(wrong);
      t.fail(wrong.join(' '));
    } catch (error) {
      t.type(error, DrillImpossible);
      t.match(error, { message: says });
      t.notMatch((error as Error).message, /\n/, 'one line');
    }
  }
});

await t.test('a seed gives the same sequence again, another seed another', async (t) => {
  const draw = (seed: number): number[] => Array.from({ length: 5 }, seeded(seed));
  t.same(draw(7), draw(7));
  t.notSame(draw(7), draw(8));
  t.ok(draw(7).every((number) => number >= 0 && number < 1));
});

await t.test('fenced commits are counted, however the text arrives', async (t) => {
  const log = new ProcessLog();
  log.write('worker 1', '{"msg":"other"}\n{"error":"a partition has another ow');
  t.equal(log.fenced('worker 1'), 0);
  log.write('worker 1', 'ner or epoch"}\n');
  t.equal(log.fenced('worker 1'), 1);
  t.equal(log.fenced('worker 2'), 0);
});

await t.test('the table tells what held, what broke and what was not run', async (t) => {
  const figures = {
    accepted: 7,
    unavailable: 1,
    again: 2,
    longestGapMs: 300,
    caughtUpMs: undefined,
    slowestOrderMs: 9,
  };
  const performances: Performance[] = [
    { name: 'one', figures, passed: 3, failed: ['the queues are empty'] },
    { name: 'another', notPlayed: 'rabbitmqctl is missing', passed: 0, failed: [] },
  ];
  const [head, one, another] = tableOf(performances).split('\n');
  t.match(head, /^scenario .*verdicts$/);
  t.match(one, /^one +7 +1 +2 +300 +never +9 +3 held, 1 BROKEN: the queues are empty$/);
  t.match(another, /^another +not run: rabbitmqctl is missing$/);
});

await t.test(
  'connections to RabbitMQ cut under load: the product recovers and the books are right',
  async (t) => {
    const scenario = SCENARIOS.find(({ name }) => name === 'rabbitmq-cut');
    if (scenario === undefined) throw new Error('the scenario is there');
    try {
      const performance = await perform(scenario, { rate: 10, seconds: 4, seed: 1 });
      t.same(performance.failed, []);
      t.ok(performance.passed >= 20, 'all of it was judged');
      t.ok((performance.figures?.accepted ?? 0) >= 50, 'orders came in all the time');
    } catch (error) {
      if (!(error instanceof DrillImpossible)) throw error;
      if (process.env['REQUIRE_SERVICES'] === '1') t.fail(error.message);
      else t.skip(error.message, () => undefined);
    }
  },
);
