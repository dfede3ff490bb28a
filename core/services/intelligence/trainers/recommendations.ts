import {
  type BasketLog,
  basketLogOf,
  everything,
  type Histories,
  historyOf,
  type PersonalHistory,
} from '../../../models/recommend/basket-log.ts';
import { mostFrequent, mostPopular } from '../../../models/recommend/baselines.ts';
import { boughtTogether } from '../../../models/recommend/bought-together.ts';
import {
  openRecommender,
  type RecommendModel,
  trainRecommender,
} from '../../../models/recommend/recommender.ts';
import { BadInput } from '../../../models/evaluation/bad-input.ts';
import { bootstrapMean } from '../../../models/evaluation/bootstrap.ts';
import { ndcgAt, recallAt } from '../../../models/evaluation/ranking-metrics.ts';
import type { ModelGrade } from '../ports.ts';
import type { Purchase } from '../rows.ts';
import { profilesOf } from '../stability.ts';
import type { Trainer } from '../trainer.ts';

/** What serves recommendations; plain data. */
export interface RecommendationsContent {
  readonly model: RecommendModel;
  /** Ids of the users the model knows by number. */
  readonly users: readonly string[];
  /** Products significantly bought with each, the most certain first; by product id. */
  readonly together: Readonly<Record<string, readonly BoughtWith[]>>;
  /** The last purchase that was learnt from. */
  readonly seenUntilMs: number;
}

export interface BoughtWith {
  readonly productId: string;
  /** Orders with both. */
  readonly orders: number;
  /** These over those expected if neither cared for the other. */
  readonly lift: number;
  readonly logLikelihoodRatio: number;
}

const K = 10;
/** The newest tenth of the orders is held out, three days of them at most. */
const HELD_OUT_SHARE = 0.1;
const HELD_OUT_MS_MAX = 3 * 86_400_000;
/** Baskets graded: enough for an interval of a hundredth. */
const GRADED_MAX = 3_000;
const PURCHASES_MIN = 50;
const GRADED_MIN = 10;
const TOGETHER_MAX = 24;

/** What a shopper buys next. Its content has not seen the hold-out, so that later versions can be compared with it. */
export const recommendationsTrainer: Trainer<Purchase> = {
  name: 'recommendations',
  does: 'Says what a shopper may want next, and what is bought together.',
  data: 'Orders that were not called off: who bought what in which order, the newest 200,000.',
  train(purchases, { live, seed }) {
    if (purchases.length < PURCHASES_MIN) {
      throw new BadInput(`${String(purchases.length)} orders: at least ${String(PURCHASES_MIN)} are needed`);
    }
    const ordered = [...purchases].sort((one, other) => one.atMs - other.atMs);
    const cutoff = cutoffOf(ordered);
    const past = ordered.filter(({ atMs }) => atMs < cutoff);
    const log = logOf(past);
    const histories = everything(log);
    const model = trainRecommender(histories, { seed, k: K });
    const content: RecommendationsContent = {
      model,
      users: log.users,
      together: togetherOf(histories),
      seenUntilMs: past.at(-1)?.atMs ?? 0,
    };
    const heldOut = heldOutOf(ordered, cutoff, log);
    const known = live?.content as RecommendationsContent | undefined;
    const comparable = known !== undefined && known.seenUntilMs < cutoff;
    return {
      content,
      rows: past.length,
      grades: gradesOf(content, heldOut, log, seed),
      liveOnSameRows: comparable ? mean(graded(known, heldOut, 'NDCG')) : null,
      inputs: profilesOf(this.inputs(past, 0)),
    };
  },
  inputs(all, sinceMs) {
    const purchases = all.filter(({ atMs }) => atMs >= sinceMs);
    const sizes = purchases.map(({ productIds }) => productIds.length);
    const counts = new Map<string, number>();
    for (const { productIds } of purchases) {
      for (const id of productIds) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const total = Math.max(1, purchases.length);
    const popularity = purchases.flatMap(({ productIds }) =>
      productIds.map((id) => (counts.get(id) ?? 0) / total),
    );
    return { 'products in an order': sizes, 'share of orders a product is in': popularity };
  },
};

/** From when on purchases are held out. */
function cutoffOf(ordered: readonly Purchase[]): number {
  const last = ordered.at(-1)?.atMs ?? 0;
  const tenth = ordered[Math.floor(ordered.length * (1 - HELD_OUT_SHARE))]?.atMs ?? last;
  return Math.max(tenth, last - HELD_OUT_MS_MAX);
}

function logOf(purchases: readonly Purchase[]): BasketLog {
  const user: string[] = [];
  const basket: string[] = [];
  const item: string[] = [];
  const time: number[] = [];
  for (const { userId, orderId, atMs, productIds } of purchases) {
    for (const id of productIds) {
      user.push(userId);
      basket.push(orderId);
      item.push(id);
      time.push(atMs);
    }
  }
  return basketLogOf({ user, basket, item, time });
}

/** A basket that came later, of somebody whose earlier ones are known. */
interface HeldOutBasket {
  readonly userId: string;
  readonly atMs: number;
  readonly wanted: ReadonlySet<string>;
  /** Earlier purchases, product ids. */
  readonly baskets: readonly (readonly string[])[];
  readonly times: readonly number[];
}

function heldOutOf(ordered: readonly Purchase[], cutoff: number, log: BasketLog): readonly HeldOutBasket[] {
  const userAt = new Map(log.users.map((id, index) => [id, index]));
  const histories = everything(log);
  const later = ordered.filter(({ atMs, userId }) => atMs >= cutoff && userAt.has(userId));
  const step = Math.max(1, later.length / GRADED_MAX);
  const chosen = later.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
  return chosen.map(({ userId, atMs, productIds }) => {
    const { baskets, times } = historyOf(histories, userAt.get(userId) ?? 0);
    return {
      userId,
      atMs,
      wanted: new Set(productIds),
      baskets: baskets.map((basket) => Array.from(basket, (item) => log.items[item] ?? '')),
      times: Array.from(times),
    };
  });
}

function gradesOf(
  content: RecommendationsContent,
  heldOut: readonly HeldOutBasket[],
  log: BasketLog,
  seed: number,
): ModelGrade[] {
  if (heldOut.length < GRADED_MIN) return [];
  return (['NDCG', 'recall'] as const).map((metric) => {
    const ours = graded(content, heldOut, metric);
    const { low, high } = bootstrapMean(ours, { seed });
    return {
      metric: `${metric}@${String(K)}`,
      higherIsBetter: true,
      ours: mean(ours),
      low,
      high,
      baseline: 'personal top frequency',
      baselineValue: mean(frequentGraded(content, heldOut, log, metric)),
    };
  });
}

/** The figure of each held-out basket; products that a model does not know are no candidates of its. */
function graded(
  { model, users }: RecommendationsContent,
  heldOut: readonly HeldOutBasket[],
  metric: 'NDCG' | 'recall',
): Float64Array {
  const recommender = openRecommender(model);
  const itemAt = new Map(model.items.map((id, index) => [id, index]));
  const userAt = new Map(users.map((id, index) => [id, index]));
  return Float64Array.from(heldOut, (basket) => {
    const ranked = recommender.recommend(numbered(basket, itemAt), basket.atMs, K, userAt.get(basket.userId));
    return figureOf(metric, ranked, wantedBy(basket, itemAt));
  });
}

function frequentGraded(
  { model }: RecommendationsContent,
  heldOut: readonly HeldOutBasket[],
  log: BasketLog,
  metric: 'NDCG' | 'recall',
): Float64Array {
  const { statistics } = model.knowledge;
  const popular = mostPopular(statistics, log.items.length);
  const itemAt = new Map(model.items.map((id, index) => [id, index]));
  return Float64Array.from(heldOut, (basket) =>
    figureOf(
      metric,
      mostFrequent(numbered(basket, itemAt), statistics, popular, K),
      wantedBy(basket, itemAt),
    ),
  );
}

function numbered(
  { baskets, times }: Pick<HeldOutBasket, 'baskets' | 'times'>,
  itemAt: ReadonlyMap<string, number>,
): PersonalHistory {
  const known = baskets.map((basket) => basket.flatMap((id) => itemAt.get(id) ?? []));
  const kept = [...known.keys()].filter((index) => (known[index]?.length ?? 0) > 0);
  return { baskets: kept.map((index) => known[index] ?? []), times: kept.map((index) => times[index] ?? 0) };
}

/** Numbers of what was wanted; what the model does not know has numbers that no ranking holds. */
function wantedBy({ wanted }: HeldOutBasket, itemAt: ReadonlyMap<string, number>): ReadonlySet<number> {
  return new Set([...wanted].map((id, index) => itemAt.get(id) ?? -2 - index));
}

function figureOf(metric: 'NDCG' | 'recall', ranked: ArrayLike<number>, wanted: ReadonlySet<number>): number {
  return metric === 'NDCG'
    ? ndcgAt(K, ranked, new Map([...wanted].map((item) => [item, 1])))
    : recallAt(K, ranked, wanted);
}

function togetherOf(histories: Histories): Record<string, BoughtWith[]> {
  const { items } = histories.log;
  const together: Record<string, BoughtWith[]> = {};
  for (const { item, other, count, lift, logLikelihoodRatio } of boughtTogether(histories)) {
    for (const [of, bought] of [
      [item, other],
      [other, item],
    ] as const) {
      const own = (together[items[of] ?? ''] ??= []);
      if (own.length >= TOGETHER_MAX) continue;
      own.push({ productId: items[bought] ?? '', orders: count, lift, logLikelihoodRatio });
    }
  }
  return together;
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
