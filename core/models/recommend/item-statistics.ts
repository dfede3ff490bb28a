import { eachBasket, type Histories } from './basket-log.ts';

/**
 * What is known of each item over all baskets: how popular it is and was, how often it is bought again, and after how
 * long. Rates of rare items are drawn towards those of all items (as a beta prior of `PRIOR_CHANCES` would).
 */
export interface ItemStatistics {
  /** Baskets with the item. */
  readonly baskets: readonly number[];
  /** Users who bought it. */
  readonly users: readonly number[];
  /** Of the baskets of its buyers after their first purchase of it, the share with it. */
  readonly repeatRate: readonly number[];
  /** Share of its purchases that are followed by another in the same buyer's next basket. */
  readonly nextRate: readonly number[];
  /** Typical time from one purchase to the buyer's next, in units of the log's time (geometric mean). */
  readonly interval: readonly number[];
  readonly repeatRateOfAll: number;
  readonly nextRateOfAll: number;
  readonly intervalOfAll: number;
  /** Baskets in the log. */
  readonly basketsInAll: number;
  readonly sales: SalesOverTime;
}

/** Purchases of each item in `SPANS` equal spans of time, as pairs; what sells now is read from them. */
export interface SalesOverTime {
  readonly from: number;
  /** Of one span; 0 where all happened at once. */
  readonly length: number;
  /** Per item: span, count, span, count, …, spans ascending. */
  readonly counts: readonly (readonly number[])[];
}

export const SPANS = 96;
const PRIOR_CHANCES = 10;

interface Tally {
  readonly users: Float64Array;
  readonly baskets: Float64Array;
  readonly chances: Float64Array;
  readonly repeats: Float64Array;
  readonly nextChances: Float64Array;
  readonly nexts: Float64Array;
  readonly logGaps: Float64Array;
  readonly gaps: Float64Array;
}

export function itemStatisticsOf(histories: Histories): ItemStatistics {
  const tally = tallyOf(histories);
  const { repeats, chances, nexts, nextChances, logGaps, gaps, baskets, users } = tally;
  const repeatRateOfAll = ratio(sum(repeats), sum(chances));
  const nextRateOfAll = ratio(sum(nexts), sum(nextChances));
  const logGapOfAll = ratio(sum(logGaps), sum(gaps));
  const drawn = (hits: Float64Array, tries: Float64Array, prior: number): number[] =>
    Array.from(hits, (hit, item) => (hit + prior * PRIOR_CHANCES) / ((tries[item] ?? 0) + PRIOR_CHANCES));
  let basketsInAll = 0;
  eachBasket(histories, () => (basketsInAll += 1));
  return {
    baskets: [...baskets],
    users: [...users],
    repeatRate: drawn(repeats, chances, repeatRateOfAll),
    nextRate: drawn(nexts, nextChances, nextRateOfAll),
    interval: drawn(logGaps, gaps, logGapOfAll).map((log) => Math.expm1(log)),
    repeatRateOfAll,
    nextRateOfAll,
    intervalOfAll: Math.expm1(logGapOfAll),
    basketsInAll,
    sales: salesOf(histories),
  };
}

function tallyOf(histories: Histories): Tally {
  const { log } = histories;
  const empty = () => new Float64Array(log.items.length);
  const tally: Tally = {
    users: empty(),
    baskets: empty(),
    chances: empty(),
    repeats: empty(),
    nextChances: empty(),
    nexts: empty(),
    logGaps: empty(),
    gaps: empty(),
  };
  for (let user = 0; user < log.users.length; user += 1) tallyUser(histories, user, tally);
  return tally;
}

function tallyUser({ log, endBasket }: Histories, user: number, tally: Tally): void {
  const first = log.firstBasket[user] ?? 0;
  const end = endBasket[user] ?? 0;
  /** Item → the basket it was last seen in. */
  const seen = new Map<number, number>();
  for (let basket = first; basket < end; basket += 1) {
    const until = log.firstItem[basket + 1] ?? 0;
    for (let at = log.firstItem[basket] ?? 0; at < until; at += 1) {
      const item = log.basketItem[at] ?? 0;
      const before = seen.get(item);
      add(tally.baskets, item, 1);
      if (before === undefined) {
        add(tally.users, item, 1);
        add(tally.chances, item, end - basket - 1);
      } else {
        add(tally.repeats, item, 1);
        if (before === basket - 1) add(tally.nexts, item, 1);
        add(tally.logGaps, item, Math.log1p((log.basketTime[basket] ?? 0) - (log.basketTime[before] ?? 0)));
        add(tally.gaps, item, 1);
      }
      if (basket + 1 < end) add(tally.nextChances, item, 1);
      seen.set(item, basket);
    }
  }
}

function salesOf(histories: Histories): SalesOverTime {
  const { log } = histories;
  let from = Infinity;
  let to = -Infinity;
  eachBasket(histories, (_items, basket) => {
    from = Math.min(from, log.basketTime[basket] ?? 0);
    to = Math.max(to, log.basketTime[basket] ?? 0);
  });
  const length = to > from ? (to - from) / SPANS : 0;
  const counts = log.items.map(() => new Map<number, number>());
  eachBasket(histories, (items, basket) => {
    const span = spanOf({ from, length }, log.basketTime[basket] ?? 0);
    for (const item of items) counts[item]?.set(span, (counts[item].get(span) ?? 0) + 1);
  });
  return {
    from: Number.isFinite(from) ? from : 0,
    length,
    counts: counts.map((own) => [...own].sort(([a], [b]) => a - b).flat()),
  };
}

/** The span a time falls into: 0 to SPANS − 1 within the log, SPANS after its end. */
export function spanOf({ from, length }: Pick<SalesOverTime, 'from' | 'length'>, time: number): number {
  if (length === 0) return time > from ? SPANS : 0;
  return Math.min(SPANS, Math.max(0, Math.floor((time - from) / length)));
}

/**
 * How much of each item sold before each span, what lies `halfLife` spans back counting half: `SPANS + 1` rows of a
 * value per item. Nothing of the span itself is in its row, so a forecast for a time within it sees only the past.
 */
export function recentSales({ counts }: SalesOverTime, halfLife: number): Float32Array[] {
  const rows = Array.from({ length: SPANS + 1 }, () => new Float32Array(counts.length));
  const keep = 0.5 ** (1 / halfLife);
  for (const [item, own] of counts.entries()) {
    let level = 0;
    let next = 0;
    for (let span = 0; span <= SPANS; span += 1) {
      const row = rows[span];
      if (row !== undefined) row[item] = level;
      const sold = own[next] === span ? (own[next + 1] ?? 0) : 0;
      if (own[next] === span) next += 2;
      level = level * keep + sold;
    }
  }
  return rows;
}

function add(values: Float64Array, index: number, amount: number): void {
  values[index] = (values[index] ?? 0) + amount;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function ratio(part: number, of: number): number {
  return of === 0 ? 0 : part / of;
}
