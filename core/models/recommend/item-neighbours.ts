import { coOccurrenceOf } from './co-occurrence.ts';
import { basketCount, eachBasket, itemsOf, type Histories } from './basket-log.ts';
import type { ItemSums } from './item-sums.ts';

/**
 * Which items go with which, by cosine over baskets or over users, with two corrections: few common baskets prove
 * little (`count / (count + SHRINKAGE)`, Bell and Koren 2007), and only the nearest are kept.
 *
 * Source: item-based top-N recommendation, Deshpande and Karypis 2004.
 */
export interface ItemNeighbours {
  /** Per item its neighbours, nearest first. */
  readonly items: readonly (readonly number[])[];
  /** Their likeness, 0 to 1, in the same order; six digits. */
  readonly likeness: readonly (readonly number[])[];
}

const NEIGHBOURS_MAX = 60;
const SHRINKAGE = 4;
const BOTH_MIN = 2;
/** Pairs looked at; beyond, baskets (or users) are thinned evenly. */
const PAIRS_MAX = 150_000_000;
/** Of a basket or user the first this many items count; what is longer is a warehouse's order. */
const GROUP_ITEMS_MAX = 400;

/** Neighbours by common baskets. */
export function neighboursInBaskets(histories: Histories): ItemNeighbours {
  const groups: Int32Array[] = [];
  eachBasket(histories, (items) => {
    if (items.length > 1) groups.push(items.subarray(0, GROUP_ITEMS_MAX));
  });
  return neighboursOf(groups, histories.log.items.length);
}

/** Neighbours by common buyers, whenever they bought. */
export function neighboursByUsers(histories: Histories): ItemNeighbours {
  const { log } = histories;
  const groups: Int32Array[] = [];
  for (let user = 0; user < log.users.length; user += 1) {
    const bought = new Set<number>();
    const first = log.firstBasket[user] ?? 0;
    for (let back = basketCount(histories, user) - 1; back >= 0 && bought.size < GROUP_ITEMS_MAX; back -= 1) {
      for (const item of itemsOf(log, first + back)) bought.add(item);
    }
    if (bought.size > 1) groups.push(Int32Array.from(bought).subarray(0, GROUP_ITEMS_MAX));
  }
  return neighboursOf(groups, log.items.length);
}

function neighboursOf(groups: readonly Int32Array[], itemsInAll: number): ItemNeighbours {
  const pairs = groups.reduce((total, group) => total + group.length * group.length, 0);
  const every = Math.max(1, pairs / PAIRS_MAX);
  const used = groups.filter((_, at) => Math.floor(at / every) !== Math.floor((at - 1) / every));
  const occurrence = coOccurrenceOf(used, itemsInAll);
  const items: number[][] = [];
  const likeness: number[][] = [];
  occurrence.each((item, partners, count) => {
    const scored: [number, number][] = [];
    for (const other of partners) {
      const both = count(other);
      if (both < BOTH_MIN) continue;
      const cosine = both / Math.sqrt((occurrence.size[item] ?? 1) * (occurrence.size[other] ?? 1));
      scored.push([other, (cosine * both) / (both + SHRINKAGE)]);
    }
    scored.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const kept = scored.slice(0, NEIGHBOURS_MAX);
    items.push(kept.map(([other]) => other));
    likeness.push(kept.map(([, near]) => Math.round(near * 1e6) / 1e6));
  });
  return { items, likeness };
}

/** For one shopper: sums of likeness to what was bought, each purchase by its weight, added to `scores`. */
export function addLikeWhatWasBought(
  { items, likeness }: ItemNeighbours,
  bought: ReadonlyMap<number, number>,
  scores: ItemSums,
): void {
  for (const [item, weight] of bought) {
    const others = items[item] ?? [];
    const near = likeness[item] ?? [];
    for (let at = 0; at < others.length; at += 1) {
      const more = weight * (near[at] ?? 0);
      if (more > 0) scores.add(others[at] ?? 0, more);
    }
  }
}
