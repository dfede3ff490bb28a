import { streamOf } from '../../kernel/seeded-random.ts';
import { basketCount, historyOf, type Histories, type PersonalHistory } from './basket-log.ts';

/**
 * Shoppers who are alike, after TIFU-KNN (Hu et al. 2020): a shopper is the vector of what was bought, older baskets
 * weighing less; what the nearest others buy is what this one may buy next. Unlike there, nearness is the cosine of
 * vectors in which what everybody buys weighs less, and of many shoppers a pool drawn by the seed is looked at.
 */
export interface ShopperPool {
  /** Weight of an item in every vector. */
  readonly itemWeight: readonly number[];
  readonly shoppers: readonly PooledShopper[];
}

export interface PooledShopper {
  /** Number of the user in the log. */
  readonly user: number;
  readonly items: readonly number[];
  /** What was bought, in decayed purchases, same order. */
  readonly amounts: readonly number[];
}

const POOL_MAX = 15_000;
const VECTOR_ITEMS_MAX = 80;
const POSTINGS_MAX = 1_500;
const NEAREST = 80;
/** What a basket keeps of its weight for each later one. */
const KEEP_PER_BASKET = 0.9;

/** What somebody bought, in purchases of which each later basket takes a tenth: item → amount. */
export function decayedPurchases(history: PersonalHistory, keep = KEEP_PER_BASKET): Map<number, number> {
  const amounts = new Map<number, number>();
  for (const [index, basket] of history.baskets.entries()) {
    const weight = keep ** (history.baskets.length - 1 - index);
    for (let at = 0; at < basket.length; at += 1) {
      const item = basket[at] ?? 0;
      amounts.set(item, (amounts.get(item) ?? 0) + weight);
    }
  }
  return amounts;
}

export function shopperPoolOf(histories: Histories, seed: number): ShopperPool {
  const { log } = histories;
  const random = streamOf(seed, 'recommend/pool');
  const users = log.users.map((_, user) => user).filter((user) => basketCount(histories, user) > 0);
  const share = POOL_MAX / users.length;
  const pooled = share >= 1 ? users : users.filter(() => random() < share);
  const buyers = new Float64Array(log.items.length);
  const shoppers = pooled.map((user) => {
    const heaviest = [...decayedPurchases(historyOf(histories, user))]
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, VECTOR_ITEMS_MAX);
    for (const [item] of heaviest) buyers[item] = (buyers[item] ?? 0) + 1;
    return {
      user,
      items: heaviest.map(([item]) => item),
      amounts: heaviest.map(([, amount]) => Math.round(amount * 1e4) / 1e4),
    };
  });
  const itemWeight = Array.from(buyers, (count) => Math.log1p(pooled.length / (1 + count)));
  return { itemWeight, shoppers };
}

/** Finds the shoppers of a pool who are most like a given one. Not for use by several callers at once. */
export interface ShopperFinder {
  /**
   * What the nearest shoppers buy: item → score, 0 to about 1.
   * @param self the user to leave out, if there is one in the pool
   */
  ofNearest(history: PersonalHistory, self?: number): Map<number, number>;
}

export function openShopperPool({ itemWeight, shoppers }: ShopperPool): ShopperFinder {
  const vectors = shoppers.map(({ items, amounts }) => {
    const vector = Float64Array.from(
      items,
      (item, at) => Math.sqrt(amounts[at] ?? 0) * (itemWeight[item] ?? 0),
    );
    const norm = Math.sqrt(vector.reduce((total, value) => total + value * value, 0)) || 1;
    return vector.map((value) => value / norm);
  });
  const postings = itemWeight.map((): { shopper: number; weight: number }[] => []);
  for (const [shopper, { items }] of shoppers.entries()) {
    for (const [at, item] of items.entries()) {
      const list = postings[item];
      if (list !== undefined && list.length < POSTINGS_MAX) {
        list.push({ shopper, weight: vectors[shopper]?.[at] ?? 0 });
      }
    }
  }
  const nearness = new Float64Array(shoppers.length);

  const nearestTo = (history: PersonalHistory, self: number | undefined): [number, number][] => {
    const touched: number[] = [];
    let norm = 0;
    for (const [item, amount] of decayedPurchases(history)) {
      const weight = Math.sqrt(amount) * (itemWeight[item] ?? 0);
      norm += weight * weight;
      for (const posting of postings[item] ?? []) {
        if (nearness[posting.shopper] === 0) touched.push(posting.shopper);
        nearness[posting.shopper] = (nearness[posting.shopper] ?? 0) + weight * posting.weight;
      }
    }
    const found = touched
      .filter((shopper) => shoppers[shopper]?.user !== self)
      .map((shopper): [number, number] => [shopper, (nearness[shopper] ?? 0) / (Math.sqrt(norm) || 1)])
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, NEAREST);
    for (const shopper of touched) nearness[shopper] = 0;
    return found;
  };

  return {
    ofNearest(history, self) {
      const nearest = nearestTo(history, self);
      const total = nearest.reduce((sum, [, near]) => sum + near, 0) || 1;
      const scores = new Map<number, number>();
      for (const [shopper, near] of nearest) {
        const { items, amounts } = shoppers[shopper] ?? { items: [], amounts: [] };
        for (const [at, item] of items.entries()) {
          scores.set(item, (scores.get(item) ?? 0) + (near / total) * Math.min(1, amounts[at] ?? 0));
        }
      }
      return scores;
    },
  };
}
