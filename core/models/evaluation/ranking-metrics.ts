/**
 * Metrics of one ranking, best first. `gainOf` is 0 for what is not wanted.
 *
 * NDCG after Järvelin and Kekäläinen 2002, with the gain 2^relevance − 1 of Burges et al. 2005 and the discount
 * 1 / log2(place + 1), divided by that of the best ranking there could be.
 */

/** Share of the wanted ones that stand among the first `k`; NaN where nothing is wanted. */
export function recallAt(k: number, ranked: ArrayLike<number>, wanted: ReadonlySet<number>): number {
  return hitsAmong(k, ranked, wanted) / wanted.size;
}

/** 1 where one of the wanted stands among the first `k`, else 0. */
export function hitAt(k: number, ranked: ArrayLike<number>, wanted: ReadonlySet<number>): number {
  return hitsAmong(k, ranked, wanted) > 0 ? 1 : 0;
}

/** NDCG@k of graded relevance; NaN where nothing is relevant. */
export function ndcgAt(k: number, ranked: ArrayLike<number>, relevance: ReadonlyMap<number, number>): number {
  let gained = 0;
  for (let place = 0; place < Math.min(k, ranked.length); place += 1) {
    gained += gain(relevance.get(ranked[place] ?? -1) ?? 0) * discount(place);
  }
  return gained / idealGain(k, relevance.values());
}

/** What the best ranking of these would gain among its first `k`. */
export function idealGain(k: number, relevance: Iterable<number>): number {
  return [...relevance]
    .sort((a, b) => b - a)
    .slice(0, k)
    .reduce((sum, grade, place) => sum + gain(grade) * discount(place), 0);
}

/** 2^relevance − 1. */
export function gain(relevance: number): number {
  return 2 ** relevance - 1;
}

/** Of a place counted from 0. */
export function discount(place: number): number {
  return 1 / Math.log2(place + 2);
}

function hitsAmong(k: number, ranked: ArrayLike<number>, wanted: ReadonlySet<number>): number {
  let hits = 0;
  for (let place = 0; place < Math.min(k, ranked.length); place += 1) {
    if (wanted.has(ranked[place] ?? -1)) hits += 1;
  }
  return hits;
}
