import t from 'tap';
import { isPaymentModel } from '../../../models/payments/model.ts';
import { drawnAttempts } from '../../../models/payments/testing-attempts.ts';
import { streamOf } from '../../../kernel/seeded-random.ts';
import { verdictOn } from '../verdict.ts';
import { paymentsTrainer } from './payments.ts';

const attempts = drawnAttempts(5_000);
const last = attempts.at(-1)?.atMs ?? 0;
const context = { live: undefined, nowMs: last, seed: 1 };

t.test(
  'the newest attempts grade it, by log loss first, and it goes live when it beats both simple ways',
  async (t) => {
    const trained = paymentsTrainer.train(attempts, context);
    t.ok(isPaymentModel(trained.content));
    t.equal(trained.rows, 3_500, 'seven in ten are learned from');
    t.strictSame(
      trained.grades.map(({ metric }) => metric),
      ['log loss', 'Brier score', 'area under the curve', 'calibration error by tenths'],
    );
    const [loss, , area, calibration] = trained.grades;
    t.ok((loss?.low ?? 1) < (loss?.ours ?? 0) && (loss?.ours ?? 0) < (loss?.high ?? 0));
    t.ok((area?.ours ?? 0) > 0.7, `area ${String(area?.ours)}`);
    t.ok((calibration?.ours ?? 1) < 0.05, `calibration ${String(calibration?.ours)}`);
    t.ok(verdictOn(trained, undefined).goesLive);
    t.ok('own failure share' in trained.inputs);
    t.ok('amount' in paymentsTrainer.inputs(attempts, last - 7 * 86_400_000));

    const earlier = attempts.slice(0, 4_000);
    const live = {
      content: paymentsTrainer.train(earlier, context).content,
      trainedAtMs: earlier.at(-1)?.atMs ?? 0,
    };
    const lately = (rows: typeof attempts) =>
      paymentsTrainer.lately?.(rows, { ...context, carried: null, live: { ...live, grades: trained.grades } })
        ?.lately;
    const since = lately(attempts);
    t.match(since, { metric: 'log loss', unit: 'payments', counted: 1_001, clearlyWorse: false });
    t.equal(since?.atTraining, loss?.ours);
    t.ok((since?.low ?? 9) < (since?.value ?? 0) && (since?.value ?? 9) < (since?.high ?? 0));
    const outage = attempts.map((one, at) => (at < 4_000 ? one : { ...one, succeeded: at % 2 === 0 }));
    t.match(lately(outage), { clearlyWorse: true }, 'a gateway that fails every other time is told');
    t.match(lately(earlier), { value: null, counted: 1, needed: 100 });

    const again = paymentsTrainer.train(attempts, { ...context, live });
    t.type(again.liveOnSameRows, 'number', 'what serves has not seen the newest');
    const seen = paymentsTrainer.train(attempts, { ...context, live: { ...live, trainedAtMs: last } });
    t.equal(seen.liveOnSameRows, null, 'what has seen them can not be compared');
  },
);

t.test('where failures are mere chance nothing is made of them', async (t) => {
  const random = streamOf(3, 'mere chance');
  const chances = attempts.map((one) => ({ ...one, succeeded: random() > 0.05 }));
  const [loss, , area] = paymentsTrainer.train(chances, context).grades;
  t.ok(Math.abs((loss?.ours ?? 1) - (loss?.baselineValue ?? 0)) < 0.005, 'as good as the simple way');
  t.ok(Math.abs((area?.ours ?? 1) - 0.5) < 0.12, `area ${String(area?.ours)}`);
});

t.test('too few attempts are told of', async (t) => {
  t.throws(() => paymentsTrainer.train(attempts.slice(0, 30), context), {
    code: 'bad_input',
    message: /^payments: /,
  });
});
