import t from 'tap';
import { FAULT_NAMES, planFaults } from '../../simulated/faults.ts';
import { readArguments } from './arguments.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';
import { SWITCHES, switchNamed } from './switches.ts';
import { CATCHING_SEEDS, FOUND_SEEDS, MEDDLED_SEEDS } from './testing-seeds.ts';
import { tracer } from './trace.ts';

t.setTimeout(300_000);

t.test('one seed is one run: everything that happens happens again', async (t) => {
  const timeline = async (seed: number): Promise<readonly string[]> => {
    const lines: string[] = [];
    await simulate({ seed, watch: (now) => tracer((line) => lines.push(line), now) });
    return lines;
  };
  for (const seed of [7, 42]) t.strictSame(await timeline(seed), await timeline(seed));
  t.not((await timeline(7)).length, (await timeline(42)).length);
});

t.test('a run without faults takes its orders to their end', async (t) => {
  const { violations, accepted, statuses } = await simulate({ seed: 5, faults: [] });
  t.strictSame(violations, []);
  t.ok(accepted > 0);
  t.equal((statuses['delivered'] ?? 0) + (statuses['cancelled'] ?? 0), accepted);
});

t.test('whoever repairs and pauses at random, without vouching for a risk, breaks nothing', async (t) => {
  // Older builds know no repairs; what they wrote is brought over by other seeds.
  const names = FAULT_NAMES.filter((name) => name !== 'upgrade');
  const done = new Set<string>();
  for (const seed of MEDDLED_SEEDS) {
    const { violations, repairs } = await simulate({ seed, operator: true, names });
    t.strictSame(violations, [], `seed ${String(seed)}`);
    for (const operation of Object.keys(repairs)) done.add(operation);
  }
  const tried = ['cancel', 'compensate', 'edit', 'park', 'resend', 'restart', 'unpark'];
  t.strictSame(
    tried.filter((operation) => !done.has(operation)),
    [],
    'every repair was tried',
  );
});

for (const seed of FOUND_SEEDS) {
  t.test(`seed ${String(seed)} breaks nothing any more`, async (t) => {
    t.strictSame((await simulate({ seed })).violations, []);
  });
}

t.test('each switch has its seed', (t) => {
  t.strictSame([...CATCHING_SEEDS.keys()].sort(), SWITCHES.map(({ name }) => name).sort());
  t.end();
});

for (const [name, { seed, invariant }] of CATCHING_SEEDS) {
  t.test(
    `without ${name} seed ${String(seed)} breaks ${invariant}, with everything on nothing`,
    async (t) => {
      const broken = await simulate({ seed, off: switchNamed(name) });
      t.ok(
        broken.violations.some((violation) => violation.invariant === invariant),
        JSON.stringify(broken.violations),
      );
      t.strictSame((await simulate({ seed })).violations, []);
    },
  );
}

t.test('a failing run is made smaller and still fails', async (t) => {
  const { seed, invariant } = CATCHING_SEEDS.get('outbox-sweeper') ?? { seed: 0, invariant: 'I1' };
  const options = { seed, off: switchNamed('outbox-sweeper') };
  const failing = await simulate(options);
  const smallest = await shrink(options, failing);
  t.ok(smallest.violations.some((violation) => violation.invariant === invariant));
  t.ok(smallest.faults.length <= failing.faults.length);
  t.ok(
    smallest.faults.every((fault) =>
      planFaults(seed).some((each) => JSON.stringify(each) === JSON.stringify(fault)),
    ),
  );
});

t.test('arguments that make no sense are named', (t) => {
  const refusals: readonly [readonly string[], RegExp][] = [
    [['--faults', 'process-crash,flood'], /no fault flood; there are process-crash/],
    [['--seed', 'x'], /--seed x: a whole number/],
    [['--seeds', '0'], /--seeds 0: a whole number from 1/],
    [['--seeds', '-3'], /--seeds -3/],
    [['--from', '1.5'], /--from 1\.5/],
    [['--seeds'], /--seeds needs a value/],
    [['--switch', 'sail'], /no switch sail; there are inbox/],
    [['--trace'], /--trace needs --seed/],
    [['--sail'], /--sail is no argument/],
  ];
  for (const [given, told] of refusals)
    t.throws(() => readArguments(given), { message: told }, given.join(' '));
  t.match(readArguments(['--seeds', '10000', '--from', '7', '--faults', 'process-crash']), {
    mode: 'seeds',
    from: 7,
    seeds: 10_000,
    faults: ['process-crash'],
  });
  t.match(readArguments(['--seed', '4711', '--trace']), { mode: 'seed', from: 4711, trace: true });
  t.end();
});
