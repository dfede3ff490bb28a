import { discount, idealGain } from '../evaluation/ranking-metrics.ts';
import { streamOf } from '../../kernel/seeded-random.ts';
import {
  learnRanking,
  orderOf,
  scoresOf,
  type RankedList,
  type RankingWeights,
} from '../ranking/listwise.ts';
import {
  basketCount,
  historyOf,
  itemsOf,
  withoutLast,
  type Histories,
  type PersonalHistory,
} from './basket-log.ts';
import { FEATURES, openCandidates, type CandidateFinder, type Knowledge } from './features.ts';
import { neighboursByUsers, neighboursInBaskets } from './item-neighbours.ts';
import { itemStatisticsOf } from './item-statistics.ts';
import { shopperPoolOf } from './user-neighbours.ts';

/**
 * What a shopper buys next: own purchases with their recency and rhythm, what goes with them, what alike shoppers buy,
 * and what sells now, weighed by a ranking learnt on each user's last visible basket.
 *
 * Why so much weight on own purchases: A Next Basket Recommendation Reality Check (Li et al. 2023), where personal
 * frequency beats most learnt models; TIFU-KNN (Hu et al. 2020) and UP-CF (Faggioli et al. 2020) add recency and
 * neighbours to it.
 */
export interface RecommendModel {
  readonly items: readonly string[];
  readonly knowledge: Knowledge;
  readonly weights: RankingWeights;
}

export interface RecommendOptions {
  readonly seed: number;
  /** Places that count while weights are learnt. */
  readonly k: number;
}

const LISTS_MAX = 5_000;
const HIDDEN_UNITS = 12;
const EPOCHS = 10;

/** A sound ranking before anything is learnt: own frequency first, recent ones ahead, popularity among equals. */
const START: Partial<Record<(typeof FEATURES)[number], number>> = {
  'bought before': 2,
  'share of own baskets': 3,
  'share of recent own baskets (a tenth off per basket)': 3,
  'popularity (log)': 0.3,
  'bought by alike shoppers (log)': 0.2,
};

/** Everything a recommendation needs, from the baskets that may be seen. Plain data: it survives JSON. */
export function trainRecommender(histories: Histories, { seed, k }: RecommendOptions): RecommendModel {
  const lists = lessons(histories, seed);
  const weights = learnRanking(lists, {
    seed,
    start: FEATURES.map((name) => START[name] ?? 0),
    hiddenUnits: HIDDEN_UNITS,
    epochs: EPOCHS,
    judge: (order, wanted) => {
      let gained = 0;
      for (let place = 0; place < Math.min(k, order.length); place += 1) {
        gained += (wanted[order[place] ?? 0] ?? 0) > 0 ? discount(place) : 0;
      }
      return gained / idealGain(k, wanted);
    },
  });
  return { items: histories.log.items, knowledge: knowledgeOf(histories, seed), weights };
}

function knowledgeOf(histories: Histories, seed: number): Knowledge {
  return {
    statistics: itemStatisticsOf(histories),
    inBaskets: neighboursInBaskets(histories),
    byUsers: neighboursByUsers(histories),
    pool: shopperPoolOf(histories, seed),
  };
}

/** Each user's last visible basket, as it would have been recommended from what came before it. */
function lessons(histories: Histories, seed: number): RankedList[] {
  const earlier = withoutLast(histories, 2);
  const { log } = histories;
  const users = log.users.map((_, user) => user).filter((user) => basketCount(histories, user) >= 2);
  const random = streamOf(seed, 'recommend/lessons');
  const share = LISTS_MAX / users.length;
  const finder = openCandidates(knowledgeOf(earlier, seed));
  return users
    .filter(() => share >= 1 || random() < share)
    .map((user) => {
      const target = earlier.endBasket[user] ?? 0;
      const bought = new Set(itemsOf(log, target));
      const now = log.basketTime[target] ?? 0;
      const { items, values } = finder.candidatesFor(historyOf(earlier, user), now, user);
      return { values, wanted: Float32Array.from(items, (item) => (bought.has(item) ? 1 : 0)) };
    });
}

/** A model made ready to answer. */
export interface Recommender {
  /** Numbers of items, best first. `self`: the user's number in the log that was learnt from. */
  recommend(history: PersonalHistory, now: number, k: number, self?: number): readonly number[];
}

export function openRecommender({ knowledge, weights }: RecommendModel): Recommender {
  const finder: CandidateFinder = openCandidates(knowledge);
  return {
    recommend(history, now, k, self) {
      const { items, values } = finder.candidatesFor(history, now, self);
      const order = orderOf(scoresOf(weights, values));
      return Array.from(order.subarray(0, k), (place) => items[place] ?? 0);
    },
  };
}
