import t from 'tap';
import { BENCHES } from '../catalogue.ts';
import { readArguments } from './arguments.ts';

await t.test('what is set goes to the bench or to the platform, by its name', (t) => {
  const asked = readArguments(['saga', '--set', 'lines=5', '--set', 'PARTITIONS=4', '--runs', '2'], BENCHES);
  t.strictSame(
    asked.benches.map(({ name }) => name),
    ['saga'],
  );
  t.equal(asked.runs, 2);
  t.strictSame([...asked.parameters], [['lines', '5']]);
  t.strictSame(asked.settings, { PARTITIONS: '4' });
  t.end();
});

await t.test('what no bench asked for knows is refused by name', (t) => {
  const refused: readonly (readonly [given: string[], told: RegExp])[] = [
    [['saga', '--set', 'workers=2'], /^--set workers: saga can be set inFlight, lines, PARTITIONS/],
    [['saga', '--set', 'DATABASE_URL=postgres://elsewhere'], /^--set DATABASE_URL: saga can be set/],
    [['saga', '--set', 'lines'], /^--set lines: must be name=value$/],
    [['sagas'], /^there is no bench sagas; known are saga, /],
    [['saga', '--runs', '0'], /^--runs is 0: must be a whole number from 1 to 100$/],
    [['saga', '--stack', 'cloud'], /^--stack is cloud: must be services or embedded$/],
    [['saga', '--quick'], /^Unknown option '--quick'; known are --runs, /],
  ];
  for (const [given, told] of refused) {
    t.throws(() => readArguments(given, BENCHES), { message: told }, given.join(' '));
  }
  t.doesNotThrow(() => readArguments(['saga', 'checkout', '--set', 'workers=2'], BENCHES));
  t.end();
});
