import { firstOf } from '../search/first-of.ts';
import type { PersonalHistory } from './basket-log.ts';
import { addLikeWhatWasBought, type ItemNeighbours } from './item-neighbours.ts';
import { ItemSums } from './item-sums.ts';
import { recentSales, spanOf, type ItemStatistics } from './item-statistics.ts';
import { decayedPurchases, openShopperPool, type ShopperPool } from './user-neighbours.ts';

/** What is known before any shopper is looked at; plain data. */
export interface Knowledge {
  readonly statistics: ItemStatistics;
  readonly inBaskets: ItemNeighbours;
  readonly byUsers: ItemNeighbours;
  readonly pool: ShopperPool;
}

/** Items that may be recommended to somebody, and what speaks for each: rows of `FEATURES.length` values. */
export interface Candidates {
  readonly items: Int32Array;
  readonly values: Float32Array;
}

/** What speaks for an item, in the order of a row. The weights of the ranking refer to these by place. */
export const FEATURES = [
  'bought before',
  'share of own baskets',
  'share of own baskets since first bought',
  'share of recent own baskets (a tenth off per basket)',
  'share of latest own baskets (half off per basket)',
  'purchases (log)',
  'baskets since (log)',
  'time since, in gaps between own baskets (log)',
  'due: time since over the usual interval (log)',
  'due: nearness to the usual interval',
  'in the last basket',
  'bought again by others',
  'bought again next time, if in the last basket',
  'popularity (log)',
  'popularity of what was not bought before (log)',
  'sells this month (log)',
  'sells this week (log)',
  'sells this month, not bought before (log)',
  'sells this week, not bought before (log)',
  'goes with what was bought (log)',
  'goes with what was not long ago bought, not bought before (log)',
  'bought by buyers of the same (log)',
  'bought by buyers of the same, not bought before (log)',
  'bought by alike shoppers (log)',
  'bought by alike shoppers, not bought before (log)',
  'own baskets (log), if bought before',
  'how often own purchases were repeats, if bought before',
] as const;

const OWN_ITEMS_MAX = 300;
const FROM_EACH_SOURCE = 60;
/** Spans after which a sale counts half: a month and a week of a log of two years. */
const MONTH_SPANS = 4;
const WEEK_SPANS = 1;
const HALF = 0.5;
const TENTH_OFF = 0.9;
const SMALL = 1e-3;

/** Own purchases of one item. */
interface Own {
  count: number;
  first: number;
  last: number;
  recent: number;
  latest: number;
  gaps: number;
}

export interface CandidateFinder {
  /**
   * @param now when the next basket would be, in the log's unit of time
   * @param self the number of the user in the log, so that nobody is alike themselves
   */
  candidatesFor(history: PersonalHistory, now: number, self?: number): Candidates;
}

export function openCandidates({ statistics, inBaskets, byUsers, pool }: Knowledge): CandidateFinder {
  const month = recentSales(statistics.sales, MONTH_SPANS);
  const week = recentSales(statistics.sales, WEEK_SPANS);
  const finder = openShopperPool(pool);
  const together = new ItemSums(statistics.baskets.length);
  const sameBuyers = new ItemSums(statistics.baskets.length);
  const alike = new ItemSums(statistics.baskets.length);
  const popular = topOf(statistics.baskets.entries(), FROM_EACH_SOURCE);
  const fresh = week.map((row, span) => topOf(mixed(row, month[span]), FROM_EACH_SOURCE));
  const popularity = statistics.baskets.map((count) => Math.log((count + 1) / (statistics.basketsInAll + 1)));
  const shareLog = (rows: readonly Float32Array[]) =>
    rows.map((row) => {
      const total = row.reduce((sum, value) => sum + value, 0) + 1;
      return row.map((value) => Math.log((value + HALF) / total));
    });
  const monthLog = shareLog(month);
  const weekLog = shareLog(week);

  return {
    candidatesFor(history, now, self) {
      const own = ownPurchases(history);
      const decayed = decayedPurchases(history);
      const latest = decayedPurchases(history, HALF);
      for (const sums of [together, sameBuyers, alike]) sums.clear();
      addLikeWhatWasBought(inBaskets, latest, together);
      addLikeWhatWasBought(byUsers, decayed, sameBuyers);
      finder.addNearest(history, self, alike);
      const span = spanOf(statistics.sales, now);
      const items = new Set<number>([
        ...topOf(decayed, OWN_ITEMS_MAX),
        ...popular,
        ...(fresh[span] ?? []),
        ...together.top(FROM_EACH_SOURCE),
        ...sameBuyers.top(FROM_EACH_SOURCE),
        ...alike.top(FROM_EACH_SOURCE),
      ]);
      const baskets = Math.max(1, history.baskets.length);
      const personal = personalOf(history, own, now);
      const values = new Float32Array(items.size * FEATURES.length);
      let at = 0;
      for (const item of items) {
        const mine = own.get(item);
        const unseen = mine === undefined ? 1 : 0;
        const monthly = monthLog[span]?.[item] ?? 0;
        const weekly = weekLog[span]?.[item] ?? 0;
        const goesWith = Math.log(SMALL + together.get(item));
        const buyers = Math.log(SMALL + sameBuyers.get(item));
        const others = Math.log(SMALL + alike.get(item));
        const row = [
          ...ownFeatures(mine, item, statistics, personal),
          popularity[item] ?? 0,
          unseen * (popularity[item] ?? 0),
          monthly,
          weekly,
          unseen * monthly,
          unseen * weekly,
          goesWith,
          unseen * goesWith,
          buyers,
          unseen * buyers,
          others,
          unseen * others,
          (1 - unseen) * Math.log(baskets),
          (1 - unseen) * personal.repeated,
        ];
        values.set(row, at);
        at += FEATURES.length;
      }
      return { items: Int32Array.from(items), values };
    },
  };
}

interface Personal {
  readonly baskets: number;
  readonly now: number;
  /** Mean time between own baskets; `gapOfAll` where there is but one. */
  readonly gap: number;
  readonly times: ArrayLike<number>;
  /** Sums of the decays over all own baskets. */
  readonly recentInAll: number;
  readonly latestInAll: number;
  /** Share of own purchases after the first basket that were of items bought before. */
  readonly repeated: number;
}

function personalOf(history: PersonalHistory, own: ReadonlyMap<number, Own>, now: number): Personal {
  const { times, baskets } = history;
  const first = times[0] ?? now;
  const last = times[times.length - 1] ?? now;
  const later = baskets.slice(1).reduce((sum, basket) => sum + basket.length, 0);
  const all = later + (baskets[0]?.length ?? 0);
  const geometric = (keep: number) => (1 - keep ** Math.max(1, baskets.length)) / (1 - keep);
  return {
    baskets: baskets.length,
    now,
    gap: baskets.length > 1 ? (last - first) / (baskets.length - 1) : 0,
    times,
    recentInAll: geometric(TENTH_OFF),
    latestInAll: geometric(HALF),
    repeated: (all - own.size + 1) / (later + 2),
  };
}

/** The first thirteen features: what the shopper's own purchases of the item say. */
function ownFeatures(
  mine: Own | undefined,
  item: number,
  statistics: ItemStatistics,
  personal: Personal,
): number[] {
  if (mine === undefined) return NEVER_BOUGHT;
  const since = Math.max(0, personal.now - (personal.times[mine.last] ?? personal.now));
  const gap = personal.gap > 0 ? personal.gap : Math.max(statistics.intervalOfAll, SMALL);
  const usual = mine.count > 1 ? mine.gaps / (mine.count - 1) : (statistics.interval[item] ?? 0);
  const due = Math.log((since + gap * SMALL) / (usual + gap * SMALL));
  const back = personal.baskets - 1 - mine.last;
  return [
    1,
    mine.count / personal.baskets,
    mine.count / (personal.baskets - mine.first),
    mine.recent / personal.recentInAll,
    mine.latest / personal.latestInAll,
    Math.log(mine.count),
    Math.log1p(back),
    Math.log1p(since / gap),
    Math.max(-3, Math.min(3, due)),
    Math.exp(-Math.abs(due)),
    back === 0 ? 1 : 0,
    Math.log(SMALL + (statistics.repeatRate[item] ?? 0)),
    back === 0 ? Math.log(SMALL + (statistics.nextRate[item] ?? 0)) : Math.log(SMALL),
  ];
}

const NEVER_BOUGHT = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Math.log(SMALL)];

function ownPurchases({ baskets, times }: PersonalHistory): Map<number, Own> {
  const own = new Map<number, Own>();
  for (const [index, basket] of baskets.entries()) {
    const back = baskets.length - 1 - index;
    for (let at = 0; at < basket.length; at += 1) {
      const item = basket[at] ?? 0;
      let mine = own.get(item);
      if (mine === undefined) {
        own.set(item, (mine = { count: 0, first: index, last: index, recent: 0, latest: 0, gaps: 0 }));
      }
      mine.gaps += (times[index] ?? 0) - (times[mine.last] ?? 0);
      mine.count += 1;
      mine.last = index;
      mine.recent += TENTH_OFF ** back;
      mine.latest += HALF ** back;
    }
  }
  return own;
}

/** The keys of the largest values above 0, largest first, ties by key. */
export function topOf(scored: Iterable<readonly [number, number]>, count: number): number[] {
  const keys: number[] = [];
  const values: number[] = [];
  for (const [key, value] of scored) {
    if (value <= 0) continue;
    keys.push(key);
    values.push(value);
  }
  const places = new Int32Array(keys.length);
  for (let at = 0; at < places.length; at += 1) places[at] = at;
  return firstOf(
    places,
    count,
    (one, other) => (values[other] ?? 0) - (values[one] ?? 0) || (keys[one] ?? 0) - (keys[other] ?? 0),
  ).map((at) => keys[at] ?? 0);
}

function mixed(week: Float32Array, month: Float32Array | undefined): (readonly [number, number])[] {
  return Array.from(week, (value, item) => [item, value + (month?.[item] ?? 0) / MONTH_SPANS] as const);
}
