import t from 'tap';
import { isFraudModel } from '../../../models/fraud/model.ts';
import { simulateOrders } from '../../../models/fraud/simulation/shop.ts';
import type { FraudRow } from '../fraud/rows.ts';
import { verdictOn } from '../verdict.ts';
import { fraudTrainerOf } from './fraud.ts';

const NOW = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const trainer = fraudTrainerOf({ simulatedOrders: 2_500, treesMax: 12 });
const context = { live: undefined, nowMs: NOW, seed: 1 };
/** The model of made-up orders alone. */
const alone = trainer.train([], context);

/** Orders of another shop, as if people had looked at all of them; the last one is new. */
function reviewed(count: number): FraudRow[] {
  const shop = simulateOrders({ orders: 5_000, seed: 9 });
  return shop.values.slice(-count).map((values, at) => ({
    placedAtMs: NOW - (count - at) * 60_000,
    values: Array.from(values),
    score: at % 50 === 0 ? 85 : 10,
    review: shop.fraud.at(at - count) === 1 ? 'rejected' : 'approved',
    disputed: false,
  }));
}

t.test('made-up orders alone make the first model, which is graded on others', async (t) => {
  const trained = alone;
  t.ok(isFraudModel(trained.content));
  const [deciding, ...rest] = trained.grades;
  t.equal(deciding?.metric, 'average precision');
  t.ok((deciding?.low ?? 1) < (deciding?.ours ?? 0) && (deciding?.ours ?? 0) < (deciding?.high ?? 0));
  t.strictSame(
    rest.map(({ metric }) => metric),
    ['precision above 80', 'recall above 80'],
    'no review was made',
  );
  t.equal(trained.liveOnSameRows, null);
  t.ok('order value' in trained.inputs);

  const again = trainer.train([], { ...context, live: { content: trained.content, trainedAtMs: NOW } });
  t.equal(again.liveOnSameRows, again.grades[0]?.ours, 'the same rows make the same model');
  t.notOk(verdictOn(again, 1).goesLive, 'which is no better');
});

t.test('reviews teach, the newest are held out, and those that let orders go are counted', async (t) => {
  const rows = reviewed(2_000);
  const trained = trainer.train(rows, context);
  t.equal(trained.rows - alone.rows, 1_400, 'seven in ten are learned from');
  const held = rows.filter(({ score }) => score === 85);
  const letGo = held.filter(({ review }) => review === 'approved').length / held.length;
  const grade = trained.grades.find(({ metric }) => metric === 'reviews that let the order go');
  t.match(grade, { ours: letGo, higherIsBetter: false });
  t.ok((grade?.low ?? 1) < letGo && letGo <= (grade?.high ?? 0));

  const live = { content: alone.content, trainedAtMs: NOW - 500 * 60_000 - 1 };
  const later = trainer.train(rows, { ...context, live });
  t.equal(later.rows - alone.rows, 1_500, 'the version that serves is compared on orders that came after it');
  t.type(later.liveOnSameRows, 'number');
});

t.test('an order without a word counts as honest once banks no longer ask for money back', async (t) => {
  const [row] = reviewed(1);
  if (row === undefined) throw new Error('there is an order');
  const at = (days: number, changes: Partial<FraudRow> = {}): FraudRow => ({
    ...row,
    placedAtMs: NOW - days * DAY_MS,
    review: null,
    ...changes,
  });
  const learned = (...rows: FraudRow[]) => trainer.train(rows, context).rows - alone.rows;
  t.equal(learned(at(0), at(1), at(2)), 0);
  t.equal(learned(at(0), at(61), at(62), at(63)), 2);
  t.equal(
    learned(at(0, { disputed: true }), at(61), at(62), at(63, { values: [1] })),
    2,
    'not one of other signals',
  );
});

t.test('inputs are those of orders from then on, as far as they are known', async (t) => {
  const rows = reviewed(300);
  const inputs = trainer.inputs(rows, NOW - 200 * 60_000);
  t.equal(inputs['order value']?.length, 200);
  for (const values of Object.values(inputs)) t.notOk(Array.from(values).some(Number.isNaN));
  t.notOk('order value' in trainer.inputs(rows, NOW - 50 * 60_000), 'too few say nothing');
});

t.test(
  'of the orders that the live version held, the share that people call fraud stands beside its grade',
  async (t) => {
    const [row] = reviewed(1);
    if (row === undefined) throw new Error('there is an order');
    const held = (count: number, changes: Partial<FraudRow>): FraudRow[] =>
      Array.from({ length: count }, () => ({ ...row, score: 90, review: 'approved', ...changes }));
    const live = { content: alone.content, trainedAtMs: NOW - DAY_MS, grades: alone.grades };
    const lately = (...rows: FraudRow[]) =>
      trainer.lately?.(rows, { live, carried: null, nowMs: NOW, seed: 1 })?.lately;
    const placedAtMs = NOW - 2 * DAY_MS;
    const atTraining = alone.grades[1]?.ours;
    t.match(lately(...held(9, {})), { value: null, counted: 9, needed: 10, atTraining });
    const bad = lately(
      ...held(15, {}),
      ...held(3, { review: 'rejected' }),
      ...held(2, { disputed: true }),
      ...held(50, { placedAtMs, review: 'rejected' }),
      ...held(50, { score: 20 }),
      ...held(50, { review: null }),
    );
    t.match(bad, { metric: 'precision above 80', counted: 20, value: 0.25, clearlyWorse: true });
    t.ok((bad?.low ?? 1) < 0.25 && (bad?.high ?? 0) > 0.25 && (bad?.high ?? 1) < (atTraining ?? 0));
    t.match(lately(...held(20, { review: 'rejected' })), { value: 1, clearlyWorse: false });
  },
);
