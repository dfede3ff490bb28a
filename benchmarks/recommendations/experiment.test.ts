import t from 'tap';
import { ARMS, runExperiment } from './experiment.ts';
import { liftOf, pairedLiftOf } from './lift.ts';
import { BEHAVIOUR } from './shopper.ts';

const SMALL = { shoppers: 90, seed: 5, historyDays: 30, days: 20, behaviour: BEHAVIOUR };

await t.test(
  'what nobody looks at changes nothing; what is looked at does, and outcomes tell it',
  async (t) => {
    const blind = await runExperiment({ ...SMALL, behaviour: { ...BEHAVIOUR, attention: 0 } });
    const deaf = await runExperiment({ ...SMALL, behaviour: { ...BEHAVIOUR, ignoring: 1 } });
    t.strictSame(blind.cents, deaf.cents, 'not to look and to look at nothing is the same');
    const seeing = await runExperiment({ ...SMALL, behaviour: { ...BEHAVIOUR, ignoring: 0, attention: 1 } });
    t.strictSame(seeing.cents.none, blind.cents.none, 'who is shown nothing buys as ever');
    t.not(sumOf(seeing.cents.ours), sumOf(blind.cents.ours));
    t.equal(
      ARMS.reduce((sum, arm) => sum + seeing.cents[arm].length, 0),
      SMALL.shoppers,
    );
    t.ok(seeing.outcomes.ours.some(({ explored, ordered }) => !explored && ordered > 0));
    t.ok(seeing.outcomes.ours.some(({ explored }) => explored));
    t.ok(seeing.outcomes.popular.every(({ explored }) => !explored));
  },
);

await t.test('a lift is the ratio of the means, and its interval holds it', async (t) => {
  const ones = Array.from({ length: 400 }, (_, at) => 110 + (at % 7) - 3);
  const others = Array.from({ length: 300 }, (_, at) => 100 + (at % 5) - 2);
  const { value, low, high } = liftOf(ones, others, 1);
  t.ok(Math.abs(value - 0.1) < 0.001 && low < value && value < high && high - low < 0.01);
  const paired = pairedLiftOf(
    others.map((each) => 1.02 * each),
    others,
    1,
  );
  t.ok(
    Math.abs(paired.value - 0.02) < 1e-9 && paired.high - paired.low < 1e-9,
    'pairs that differ alike leave no doubt',
  );
});

function sumOf(cents: readonly number[]): number {
  return cents.reduce((sum, next) => sum + next, 0);
}
