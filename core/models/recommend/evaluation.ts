import { z } from 'zod';
import { BadInput } from '../evaluation/bad-input.ts';
import { bootstrapMean, BOOTSTRAP_DRAWS } from '../evaluation/bootstrap.ts';
import type { DetailTable, Evaluation, Grade, Report } from '../evaluation/evaluation.ts';
import { hitAt, ndcgAt, recallAt } from '../evaluation/ranking-metrics.ts';
import { textsOf, timesOf, type Table } from '../evaluation/table.ts';
import {
  basketLogOf,
  eachBasket,
  everything,
  historyOf,
  itemsOf,
  withoutLast,
  type BasketLog,
  type Histories,
} from './basket-log.ts';
import { boughtTogether, PAIR_RULE } from './bought-together.ts';
import { mostFrequent, mostPopular } from './baselines.ts';
import { openRecommender, trainRecommender } from './recommender.ts';

const OPTIONS = z.strictObject({
  seed: z.coerce.number().int().min(0).default(1).describe('of all chance (1)'),
  k: z.coerce.number().int().min(1).max(100).default(10).describe('places that count (10)'),
});

type Options = z.output<typeof OPTIONS>;

const PAIRS_SHOWN = 10;
const OURS = 'ours';
const POPULAR = 'popularity';
const FREQUENT = 'personal top frequency';

export const recommendEvaluation: Evaluation<typeof OPTIONS> = {
  name: 'recommend',
  summary: "what each user's last basket holds, told from the baskets before it",
  columns: [
    { name: 'user', required: true, holds: 'who bought' },
    { name: 'basket', required: true, holds: 'which order; ids may repeat between users' },
    { name: 'time', required: true, holds: 'when: a date, a date with a time, or a number of a step' },
    { name: 'item', required: true, holds: 'what was bought, a row each' },
  ],
  options: OPTIONS,
  run,
};

function run(table: Table, options: Options): Report {
  const times = timesOf(table, 'time');
  const log = basketLogOf({
    user: textsOf(table, 'user'),
    basket: textsOf(table, 'basket'),
    time: times.values,
    item: textsOf(table, 'item'),
  });
  const visible = withoutLast(everything(log), 2);
  const graded = log.users.map((_, user) => user).filter((user) => isGraded(visible, user));
  if (graded.length === 0) {
    throw new BadInput('column user: no user has two baskets, so that none can be held out');
  }
  return reportOf(log, graded, gradesOf(visible, graded, options), options, visible);
}

function isGraded({ log, endBasket }: Histories, user: number): boolean {
  return (endBasket[user] ?? 0) < (log.firstBasket[user + 1] ?? 0);
}

/** Metric → model → value per graded user. */
type Values = ReadonlyMap<string, ReadonlyMap<string, Float64Array>>;

function gradesOf(visible: Histories, graded: readonly number[], { seed, k }: Options): Values {
  const { log } = visible;
  const model = trainRecommender(visible, { seed, k });
  const recommender = openRecommender(model);
  const popular = mostPopular(model.knowledge.statistics, k + longestHistory(visible, graded));
  const empty = () =>
    new Map([OURS, FREQUENT, POPULAR].map((name) => [name, new Float64Array(graded.length)]));
  const values = new Map([`recall@${k}`, `NDCG@${k}`, `hit rate@${k}`].map((metric) => [metric, empty()]));
  for (const [at, user] of graded.entries()) {
    const held = visible.endBasket[user] ?? 0;
    const wanted = new Set(itemsOf(log, held));
    const relevance = new Map([...wanted].map((item) => [item, 1]));
    const history = historyOf(visible, user);
    const now = log.basketTime[held] ?? 0;
    const rankings = {
      [OURS]: recommender.recommend(history, now, k, user),
      [FREQUENT]: mostFrequent(history, model.knowledge.statistics, popular, k),
      [POPULAR]: popular.slice(0, k),
    };
    for (const [name, ranked] of Object.entries(rankings)) {
      const put = (metric: string, value: number): void => {
        const own = values.get(metric)?.get(name);
        if (own !== undefined) own[at] = value;
      };
      put(`recall@${k}`, recallAt(k, ranked, wanted));
      put(`NDCG@${k}`, ndcgAt(k, ranked, relevance));
      put(`hit rate@${k}`, hitAt(k, ranked, wanted));
    }
  }
  return values;
}

/** The most items that anybody bought: so many popular ones may be left out of a list. */
function longestHistory(visible: Histories, graded: readonly number[]): number {
  return graded.reduce((most, user) => {
    const bought = new Set(historyOf(visible, user).baskets.flatMap((basket) => Array.from(basket)));
    return Math.max(most, bought.size);
  }, 0);
}

function reportOf(
  log: BasketLog,
  graded: readonly number[],
  values: Values,
  { seed, k }: Options,
  visible: Histories,
): Report {
  const grades = [...values].flatMap(([metric, models]) =>
    [...models].map(([model, own]): Grade => ({
      model,
      baseline: model !== OURS,
      metric,
      value: mean(own),
      ...bootstrapMean(own, { seed }),
    })),
  );
  return {
    grades,
    better: Object.fromEntries([...values.keys()].map((metric) => [metric, 'higher'])),
    interval: `95 % bootstrap over users, ${BOOTSTRAP_DRAWS} draws`,
    facts: {
      rows: log.basketItem.length,
      users: log.users.length,
      'users graded': graded.length,
      baskets: log.basketTime.length,
      items: log.items.length,
      'mean items of a held-out basket': mean(
        graded.map((user) => itemsOf(log, visible.endBasket[user] ?? 0).length),
      ),
      seed,
    },
    notes: notesOf(log, graded, visible, k),
    details: [pairsTable(visible)],
  };
}

function notesOf(log: BasketLog, graded: readonly number[], visible: Histories, k: number): string[] {
  const single = log.users.length - graded.length;
  const known = new Set<number>();
  eachBasket(visible, (items) => {
    for (const item of items) known.add(item);
  });
  const wanted = graded.flatMap((user) => [...itemsOf(log, visible.endBasket[user] ?? 0)]);
  const unknown = wanted.filter((item) => !known.has(item)).length;
  return [
    'The last basket of each user is held out; everything is learnt from the others, the weights on the basket before it.',
    `The time of the held-out basket is known to the model, as it is in a shop; of what sells lately it sees only what lies before. Other users' baskets may be later.`,
    ...(single === 0
      ? []
      : [`${single} users have one basket: nothing of theirs can be held out, but it is learnt from.`]),
    ...(unknown === 0
      ? []
      : [
          `${unknown} of ${wanted.length} held-out purchases are of items in no other basket: nobody can hit them.`,
        ]),
    `A held-out basket may hold more than ${k} items; then no list of ${k} has a recall of 1.`,
  ];
}

function pairsTable(visible: Histories): DetailTable {
  const { items } = visible.log;
  const pairs = boughtTogether(visible);
  return {
    title: `bought together: the most certain of ${pairs.length} significant pairs (false discovery rate ${PAIR_RULE.falseDiscoveryRate})`,
    header: ['item', 'with', 'baskets', 'lift', 'log-likelihood ratio'],
    rows: pairs
      .slice(0, PAIRS_SHOWN)
      .map(({ item, other, count, lift, logLikelihoodRatio }) => [
        items[item] ?? '',
        items[other] ?? '',
        count,
        lift,
        logLikelihoodRatio,
      ]),
  };
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
