import { streamOf } from '../../kernel/seeded-random.ts';
import { firstOf } from '../search/first-of.ts';
import { basketCount, historyOf, type Histories, type PersonalHistory } from './basket-log.ts';
import type { ItemSums } from './item-sums.ts';

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
   * Adds what the nearest shoppers buy to `scores`, by item 0 to about 1.
   * @param self the user to leave out, if there is one in the pool
   */
  addNearest(history: PersonalHistory, self: number | undefined, scores: ItemSums): void;
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
  // Who bought an item, and its weight in their vectors: two lists of numbers are gone through quicker than one of pairs.
  const buyers = itemWeight.map((): number[] => []);
  const weights = itemWeight.map((): number[] => []);
  for (const [shopper, { items }] of shoppers.entries()) {
    for (const [at, item] of items.entries()) {
      const list = buyers[item];
      if (list === undefined || list.length >= POSTINGS_MAX) continue;
      list.push(shopper);
      weights[item]?.push(vectors[shopper]?.[at] ?? 0);
    }
  }
  const nearness = new Float64Array(shoppers.length);
  const touched = new Int32Array(shoppers.length);

  const nearestTo = (history: PersonalHistory, self: number | undefined): [number, number][] => {
    let [count, norm] = [0, 0];
    for (const [item, amount] of decayedPurchases(history)) {
      const weight = Math.sqrt(amount) * (itemWeight[item] ?? 0);
      norm += weight * weight;
      const [who, theirs] = [buyers[item] ?? [], weights[item] ?? []];
      for (let at = 0; at < who.length; at += 1) {
        const shopper = who[at] ?? 0;
        const more = weight * (theirs[at] ?? 0);
        if (more === 0) continue;
        if (nearness[shopper] === 0) touched[count++] = shopper;
        nearness[shopper] = (nearness[shopper] ?? 0) + more;
      }
    }
    const others = touched.subarray(0, count);
    const found = firstOf(
      others.filter((shopper) => shoppers[shopper]?.user !== self),
      NEAREST,
      (one, other) => (nearness[other] ?? 0) - (nearness[one] ?? 0) || one - other,
    ).map((shopper): [number, number] => [shopper, (nearness[shopper] ?? 0) / (Math.sqrt(norm) || 1)]);
    for (const shopper of others) nearness[shopper] = 0;
    return found;
  };

  return {
    addNearest(history, self, scores) {
      const nearest = nearestTo(history, self);
      const total = nearest.reduce((sum, [, near]) => sum + near, 0) || 1;
      for (const [shopper, near] of nearest) {
        const { items, amounts } = shoppers[shopper] ?? { items: [], amounts: [] };
        for (let at = 0; at < items.length; at += 1) {
          const more = (near / total) * Math.min(1, amounts[at] ?? 0);
          if (more > 0) scores.add(items[at] ?? 0, more);
        }
      }
    },
  };
}
