import { normalTail } from '../numerics/normal.ts';
import { eachBasket, type Histories } from './basket-log.ts';
import { coOccurrenceOf } from './co-occurrence.ts';

/** Two items that are in common baskets more often than chance explains. */
export interface Pair {
  readonly item: number;
  readonly other: number;
  /** Baskets with both. */
  readonly count: number;
  /** Baskets with both over those expected if neither cared for the other. */
  readonly lift: number;
  /** Dunning's statistic: −2 log of the likelihood ratio of "independent" against "as counted". */
  readonly logLikelihoodRatio: number;
}

export interface PairRule {
  /** Expected share of false pairs among those returned. */
  readonly falseDiscoveryRate: number;
  /** Fewer common baskets than this are not shown, however unlikely. */
  readonly countMin: number;
}

export const PAIR_RULE: PairRule = { falseDiscoveryRate: 0.01, countMin: 3 };

/** Of a basket the first this many items count: one of hundreds is no choice of what goes together. */
const BASKET_ITEMS_MAX = 100;
/** Has a chance of one in six hundred, above the level of any rule that is of use. */
const RATIO_MIN = 10;

/**
 * All pairs that are significantly bought together, the most certain first.
 *
 * The test is the log-likelihood ratio of Dunning 1993, chi-squared with one degree of freedom. As many tests are made
 * as there are pairs of items, so the level follows Benjamini and Hochberg 1995: of the pairs returned, at most the
 * rate of the rule is expected to be chance. Pairs that never met count as tests that failed.
 */
export function boughtTogether(histories: Histories, rule: PairRule = PAIR_RULE): readonly Pair[] {
  const items = histories.log.items.length;
  const groups: Int32Array[] = [];
  eachBasket(histories, (all) => groups.push(all.subarray(0, BASKET_ITEMS_MAX)));
  const { size, each } = coOccurrenceOf(groups, items);
  const pairs: Pair[] = [];
  each((item, partners, countOf) => {
    for (const other of partners) {
      const count = countOf(other);
      const expected = ((size[item] ?? 0) * (size[other] ?? 0)) / groups.length;
      if (other < item || count < rule.countMin || count <= expected) continue;
      const ratio = likelihoodRatio(count, size[item] ?? 0, size[other] ?? 0, groups.length);
      // Far below the level of any file: kept out early, for there may be millions.
      if (ratio < RATIO_MIN) continue;
      pairs.push({ item, other, count, lift: count / expected, logLikelihoodRatio: ratio });
    }
  });
  pairs.sort((a, b) => b.logLikelihoodRatio - a.logLikelihoodRatio || a.item - b.item || a.other - b.other);
  const tests = (items * (items - 1)) / 2;
  const last = pairs.findLastIndex(
    (pair, place) => chance(pair.logLikelihoodRatio) <= ((place + 1) / tests) * rule.falseDiscoveryRate,
  );
  return pairs.slice(0, last + 1);
}

/**
 * Dunning's G² of a two by two table: `both` of `baskets` hold both items, `a` the one, `b` the other.
 */
export function likelihoodRatio(both: number, a: number, b: number, baskets: number): number {
  const cells = [both, a - both, b - both, baskets - a - b + both];
  const expected = [a * b, a * (baskets - b), (baskets - a) * b, (baskets - a) * (baskets - b)];
  const sum = cells.reduce(
    (total, cell, at) => total + (cell > 0 ? cell * Math.log((cell * baskets) / (expected[at] ?? 1)) : 0),
    0,
  );
  return Math.max(0, 2 * sum);
}

/** How likely independent items come to at least this ratio. */
function chance(ratio: number): number {
  return 2 * normalTail(Math.sqrt(ratio));
}
