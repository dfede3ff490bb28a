import t from 'tap';
import { streamOf } from '../../../kernel/seeded-random.ts';
import { gammaDraw } from '../../../models/churn/testing-customers.ts';
import type { CustomerPurchase } from '../rows.ts';
import { churnTrainer, type ChurnContent } from './churn.ts';

const WEEK_MS = 7 * 86_400_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const WEEKS = 60;

/** Customers who buy at a rate of their own and leave after any purchase with a chance of their own. */
function purchases(customers: number): CustomerPurchase[] {
  const random = streamOf(7, 'customers');
  return Array.from({ length: customers }, (_, index) => {
    const rate = gammaDraw(random, 1) / 6;
    const leaving = random() * 0.3;
    const rows: CustomerPurchase[] = [];
    for (let week = random() * 15, alive = true; alive && week < WEEKS; alive = random() >= leaving) {
      rows.push({
        userId: `u${String(index)}`,
        atMs: START + week * WEEK_MS,
        cents: 1_000 + Math.floor(4_000 * random()),
      });
      week -= Math.log(1 - random()) / rate;
    }
    return rows;
  }).flat();
}

const context = { live: undefined, nowMs: START, seed: 1 };

t.test('customers are grouped, and those who may leave are told with what they would buy', (t) => {
  const rows = purchases(400);
  const { content, grades, rows: seen } = churnTrainer.train(rows, context);
  const { segments, atRisk, customers } = content as ChurnContent;
  t.equal(seen, rows.length);
  t.equal(customers, new Set(rows.map(({ userId }) => userId)).size);
  t.equal(
    segments.reduce((sum, each) => sum + each.customers, 0),
    customers,
    'everybody is in one group',
  );
  const [grade] = grades;
  t.comment(JSON.stringify(grade));
  t.ok((grade?.ours ?? 9) < (grade?.baselineValue ?? 0), 'better than the own past rate');
  t.ok(atRisk.length > 0);
  t.ok(
    atRisk.every(
      ({ alive, expectedPurchases, weeksSilent }) => alive < 0.7 && expectedPurchases >= 0 && weeksSilent > 0,
    ),
  );
  const of = (name: string) => segments.find(({ segment }) => segment === name);
  const each = (name: string) => (of(name)?.expectedPurchases ?? 0) / Math.max(1, of(name)?.customers ?? 1);
  t.ok(each('champions') > each('lost'), 'champions are expected more often than the lost');
  t.equal(
    JSON.stringify(JSON.parse(JSON.stringify(content))),
    JSON.stringify(content),
    'it survives being stored',
  );
  t.end();
});

t.test('expectations are held to what came over as many weeks as they were graded over, not before', (t) => {
  const rows = purchases(400);
  const asOf = START + 40 * WEEK_MS;
  const { content, grades } = churnTrainer.train(
    rows.filter(({ atMs }) => atMs <= asOf),
    context,
  );
  const lately = (weeks: number) =>
    churnTrainer.lately?.(rows, {
      live: { content: JSON.parse(JSON.stringify(content)) as unknown, trainedAtMs: asOf, grades },
      carried: null,
      nowMs: asOf + weeks * WEEK_MS,
      seed: 1,
    })?.lately;
  t.match(lately(3), { value: null, counted: 3, needed: 10, unit: 'weeks', atTraining: grades[0]?.ours });
  const late = lately(12);
  t.comment(JSON.stringify(late));
  t.ok((late?.low ?? 9) < (late?.value ?? 0) && (late?.value ?? 9) < (late?.high ?? 0));
  t.ok(Math.abs((late?.value ?? 9) - (grades[0]?.ours ?? 0)) < 0.5, 'customers buy as they did');
  t.end();
});

t.test('too few customers are told as such', (t) => {
  t.throws(() => churnTrainer.train(purchases(20), context), { message: /customers.*are needed/ });
  t.end();
});
