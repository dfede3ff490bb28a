import type { PersonalHistory } from './basket-log.ts';
import { topOf } from './features.ts';
import type { ItemStatistics } from './item-statistics.ts';

/** The items that are in most baskets, the same for everybody. */
export function mostPopular({ baskets }: ItemStatistics, k: number): readonly number[] {
  return topOf(baskets.entries(), k);
}

/**
 * What the shopper bought most often, the more popular first among equals, then what is popular and was not bought:
 * P-Top with G-Top behind it, the baseline that most published models fail to beat (Li et al. 2023).
 */
export function mostFrequent(
  history: PersonalHistory,
  { baskets }: ItemStatistics,
  popular: readonly number[],
  k: number,
): readonly number[] {
  const counts = new Map<number, number>();
  for (const basket of history.baskets) {
    for (let at = 0; at < basket.length; at += 1) {
      const item = basket[at] ?? 0;
      counts.set(item, (counts.get(item) ?? 0) + 1);
    }
  }
  const own = [...counts]
    .sort((a, b) => b[1] - a[1] || (baskets[b[0]] ?? 0) - (baskets[a[0]] ?? 0) || a[0] - b[0])
    .slice(0, k)
    .map(([item]) => item);
  return [...own, ...popular.filter((item) => !counts.has(item))].slice(0, k);
}
