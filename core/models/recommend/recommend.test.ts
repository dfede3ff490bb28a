import t from 'tap';
import { streamOf, whole } from '../../kernel/seeded-random.ts';
import { BadInput } from '../evaluation/bad-input.ts';
import type { Report } from '../evaluation/evaluation.ts';
import { tableOf } from '../evaluation/table.ts';
import { basketCount, basketLogOf, everything, historyOf, itemsOf, withoutLast } from './basket-log.ts';
import { boughtTogether, likelihoodRatio } from './bought-together.ts';
import { recommendEvaluation } from './evaluation.ts';
import { itemStatisticsOf, recentSales, SPANS } from './item-statistics.ts';
import { openRecommender, trainRecommender, type RecommendModel } from './recommender.ts';

const HEADER = ['user', 'basket', 'time', 'item'];

/**
 * Shoppers who change: of their three staples of the first half only one stays in the second. Frequency alone keeps
 * recommending the old ones.
 */
function changingShoppers(users: number): string[][] {
  const random = streamOf(7, 'shoppers');
  return Array.from({ length: users }, (_, user) => {
    const staple = () => `i${whole(random, 0, 59)}`;
    const before = [staple(), staple(), staple()];
    const after = [before[0] ?? '', staple(), staple()];
    return Array.from({ length: 9 }, (_, basket) => {
      const bought = new Set([...(basket < 6 ? before : after), `i${whole(random, 0, 59)}`]);
      return [...bought].map((item) => [
        `u${user}`,
        String(basket),
        new Date(Date.UTC(2026, 0, 1 + basket * 7)).toISOString().slice(0, 10),
        item,
      ]);
    }).flat();
  }).flat();
}

function graded(report: Report, model: string, metric: string): number {
  return report.grades.find((grade) => grade.model === model && grade.metric === metric)?.value ?? Number.NaN;
}

t.test('baskets stand oldest first, whatever the order of the rows', async (t) => {
  const rows = [
    ['b', '10', '5', 'x'],
    ['b', '9', '5', 'y'],
    ['a', '1', '7', 'x'],
    ['b', '9', '5', 'y'],
    ['b', '2', '3', 'z'],
  ];
  const logOf = (given: readonly string[][]) =>
    basketLogOf({
      user: given.map(([user = '']) => user),
      basket: given.map(([, basket = '']) => basket),
      time: given.map(([, , time]) => Number(time)),
      item: given.map(([, , , item = '']) => item),
    });
  const log = logOf(rows);
  t.same(logOf([...rows].reverse()), log);
  t.same(log.users, ['a', 'b']);
  const own = historyOf(everything(log), 1).baskets.map((basket) => log.items[basket[0] ?? 0]);
  t.same(own, ['z', 'y', 'x'], 'by time, then by the number of the basket');
  t.equal(itemsOf(log, 2).length, 1, 'an item that is there twice counts once');
  const held = withoutLast(everything(log), 2);
  t.same([basketCount(held, 0), basketCount(held, 1)], [1, 2], 'who has one basket keeps it');
});

t.test('what sells lately is told from the past only', async (t) => {
  const log = basketLogOf({
    user: ['a', 'b', 'c'],
    basket: ['1', '2', '3'],
    time: [0, SPANS / 2, SPANS],
    item: ['x', 'y', 'x'],
  });
  const rows = recentSales(itemStatisticsOf(everything(log)).sales, 1);
  t.equal(rows[0]?.[0], 0);
  t.equal(rows[1]?.[0], 1);
  t.equal(rows[2]?.[0], 0.5, 'a span later it counts half');
  t.equal(rows[SPANS / 2]?.[1], 0, 'a sale of this very span is not known yet');
  t.equal(rows[SPANS / 2 + 1]?.[1], 1);
});

t.test("Dunning's own example has Dunning's own figure", async (t) => {
  t.equal(likelihoodRatio(110, 110 + 2_442, 110 + 111, 110 + 2_442 + 111 + 29_114).toFixed(2), '270.72');
  t.equal(likelihoodRatio(25, 50, 50, 100), 0, 'independent items have none');
});

t.test('bought together finds the planted pair and hardly any in chance', async (t) => {
  const random = streamOf(3, 'pairs');
  const rows = { user: [] as string[], basket: [] as string[], time: [] as number[], item: [] as string[] };
  const add = (basket: number, item: number): void => {
    rows.user.push(String(basket));
    rows.basket.push('1');
    rows.time.push(basket);
    rows.item.push(String(item).padStart(2, '0'));
  };
  for (let basket = 0; basket < 1_500; basket += 1) {
    for (let drawn = 0; drawn < 4; drawn += 1) add(basket, whole(random, 2, 40));
    if (random() < 0.1) {
      add(basket, 0);
      add(basket, 1);
    }
  }
  const [first, ...others] = boughtTogether(everything(basketLogOf(rows)));
  t.match(first, { item: 0, other: 1 });
  t.ok((first?.lift ?? 0) > 5);
  t.ok(others.length <= 2, `${others.length} pairs of chance among 820`);
});

t.test('shoppers who change are followed better than by their frequencies', async (t) => {
  const report = recommendEvaluation.run(tableOf(HEADER, changingShoppers(110)), { seed: 1, k: 10 });
  t.ok(graded(report, 'ours', 'NDCG@10') > graded(report, 'personal top frequency', 'NDCG@10'));
  t.ok(graded(report, 'ours', 'recall@10') > graded(report, 'popularity', 'recall@10') + 0.2);
});

t.test('a model that went through JSON answers the same, to strangers too', async (t) => {
  const rows = changingShoppers(40);
  const log = basketLogOf({
    user: rows.map(([user = '']) => user),
    basket: rows.map(([, basket = '']) => basket),
    time: rows.map(([, , time = '']) => Date.parse(time)),
    item: rows.map(([, , , item = '']) => item),
  });
  const histories = everything(log);
  const model = trainRecommender(histories, { seed: 1, k: 10 });
  const stored = JSON.parse(JSON.stringify(model)) as RecommendModel;
  const now = Date.UTC(2026, 3, 1);
  for (const user of [0, 7, 39]) {
    const history = historyOf(histories, user);
    const answer = openRecommender(model).recommend(history, now, 10, user);
    t.equal(new Set(answer).size, 10);
    t.same(openRecommender(stored).recommend(history, now, 10, user), answer);
  }
  const popular = openRecommender(model).recommend({ baskets: [], times: [] }, now, 5);
  t.equal(popular.length, 5, 'who never bought is shown what sells');
});

t.test('the same table gives the same report, in whatever order its rows are', async (t) => {
  const rows = changingShoppers(30);
  const report = recommendEvaluation.run(tableOf(HEADER, rows), { seed: 1, k: 5 });
  t.same(recommendEvaluation.run(tableOf(HEADER, [...rows].reverse()), { seed: 1, k: 5 }), report);
});

t.test('users with one basket are told, and nobody with two is an error', async (t) => {
  const single = ['once', '1', '2026-01-05', 'i1'];
  const report = recommendEvaluation.run(tableOf(HEADER, [...changingShoppers(5), single]), {
    seed: 1,
    k: 10,
  });
  t.equal(report.facts['users graded'], 5);
  t.ok(report.notes.some((note) => note.startsWith('1 users have one basket')));
  t.throws(() => recommendEvaluation.run(tableOf(HEADER, [single]), { seed: 1, k: 10 }), BadInput);
  t.throws(
    () => recommendEvaluation.run(tableOf(HEADER, [['a', '1', 'soon', 'x']]), { seed: 1, k: 10 }),
    /line 2, column time/,
  );
});
