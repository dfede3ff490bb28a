import { DATES, type History, type Purchases, splitAt } from '../../../models/churn/histories.ts';
import { lifetimeValue, ONE_YEAR_OF_WEEKS } from '../../../models/churn/lifetime.ts';
import {
  type ChurnModel,
  outlookOf,
  rootMeanSquaredError,
  train,
  validate,
} from '../../../models/churn/model.ts';
import { type Segment, segmentsOf } from '../../../models/churn/segments.ts';
import { BadInput } from '../../../models/evaluation/bad-input.ts';
import { bootstrapMean } from '../../../models/evaluation/bootstrap.ts';
import { besideGrade } from '../lately.ts';
import type { ModelGrade } from '../ports.ts';
import type { CustomerPurchase } from '../rows.ts';
import { profilesOf } from '../stability.ts';
import type { Trainer } from '../trainer.ts';

/** What serves the customers' segments; plain data, without anybody's name. */
export interface ChurnContent {
  /** The day up to which purchases were learnt from, ISO 8601 UTC. */
  readonly asOf: string;
  readonly kind: ChurnModel['buying']['kind'];
  readonly customers: number;
  /** Expectations are of the next so many weeks. */
  readonly weeks: number;
  readonly segments: readonly SegmentSum[];
  /** Who was worth most and may be leaving, the most valuable first. */
  readonly atRisk: readonly CustomerAtRisk[];
  /** What its expectations are told by, and over how many weeks it was graded; older versions have none. */
  readonly expecting?: { readonly model: ChurnModel; readonly gradedWeeks: number };
}

export interface SegmentSum {
  readonly segment: Segment;
  readonly customers: number;
  readonly expectedPurchases: number;
  /** Value of a year, discounted by a tenth. */
  readonly yearCents: number;
}

export interface CustomerAtRisk {
  readonly userId: string;
  /** Probability of still being a customer. */
  readonly alive: number;
  readonly purchases: number;
  readonly weeksSilent: number;
  readonly expectedPurchases: number;
  readonly yearCents: number;
}

const SEGMENTS: readonly Segment[] = ['champions', 'loyal', 'promising', 'new', 'at risk', 'asleep', 'lost'];
const WEEKS = 13;
const AT_RISK_MAX = 100;
const CUSTOMERS_MIN = 50;
const REPEATERS_MIN = 20;
/** The last part of the time is held out to grade on. */
const HELD_OUT_SHARE = 0.25;
const DRAWS = 200;
const RMSE = { metric: 'RMSE of purchases', higherIsBetter: false } as const;

/** Who is still a customer, and what they will buy. */
export const churnTrainer: Trainer<CustomerPurchase> = {
  name: 'churn',
  does: 'Tells which customers are leaving, what each is expected to buy, and groups them by recency, frequency and value.',
  data: 'Time and amount of the newest purchases of all customers.',
  train(rows) {
    const purchases = purchasesOf(rows);
    const { first, last } = rangeOf(rows);
    const cutoff = last - HELD_OUT_SHARE * (last - first);
    const held = splitAt(purchases, DATES, cutoff, last);
    requireEnough(held.histories);
    const inner = splitAt(purchases, DATES, cutoff - (cutoff - first) / 3, cutoff);
    const [best] = [...validate(inner)].sort((one, other) => one.error - other.error);
    const kind = best?.kind ?? 'BG/NBD';
    const graded = train(kind, held);
    const everything = splitAt(purchases, DATES, last, last);
    const model = train(kind, everything);
    return {
      content: {
        ...contentOf(model, everything.histories, last),
        expecting: { model, gradedWeeks: held.horizon },
      },
      rows: rows.length,
      grades: [gradeOf(graded, held)],
      // The one that serves has learnt from all but the newest of these purchases.
      liveOnSameRows: null,
      inputs: profilesOf(this.inputs(rows, 0)),
    };
  },
  inputs(rows, sinceMs) {
    return { 'amount in cents': rows.flatMap(({ atMs, cents }) => (atMs >= sinceMs ? [cents] : [])) };
  },
  // An error over other weeks than it was graded over would be another figure.
  lately(rows, { live, nowMs, seed }) {
    const { asOf, expecting } = live.content as Partial<ChurnContent>;
    if (asOf === undefined || expecting === undefined) return undefined;
    const { model, gradedWeeks } = expecting;
    const from = Date.parse(asOf);
    const counted = {
      counted: Math.max(0, Math.floor((nowMs - from) / DATES.unit)),
      needed: Math.max(1, Math.ceil(gradedWeeks)),
      unit: 'weeks',
    } as const;
    const lately = besideGrade(RMSE, live.grades, counted, () => {
      const { histories, aftermaths } = splitAt(
        purchasesOf(rows),
        DATES,
        from,
        from + gradedWeeks * DATES.unit,
      );
      const squares = histories.map(
        (history, at) =>
          (outlookOf(model, history, gradedWeeks).purchases - (aftermaths[at]?.purchases ?? 0)) ** 2,
      );
      const { low, high } = bootstrapMean(squares, { seed, draws: DRAWS });
      const value = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
      return { value, low: Math.sqrt(low), high: Math.sqrt(high) };
    });
    return { lately, carried: null };
  },
};

function purchasesOf(rows: readonly CustomerPurchase[]): Purchases {
  return {
    customers: rows.map(({ userId }) => userId),
    times: Float64Array.from(rows, ({ atMs }) => atMs),
    amounts: Float64Array.from(rows, ({ cents }) => cents),
  };
}

function rangeOf(rows: readonly CustomerPurchase[]): { readonly first: number; readonly last: number } {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { atMs } of rows) [first, last] = [Math.min(first, atMs), Math.max(last, atMs)];
  return { first, last };
}

function requireEnough(histories: readonly History[]): void {
  const repeaters = histories.filter(({ repeats }) => repeats > 0).length;
  if (histories.length >= CUSTOMERS_MIN && repeaters >= REPEATERS_MIN) return;
  throw new BadInput(
    `${String(histories.length)} customers, ${String(repeaters)} of whom came back: at least ${String(CUSTOMERS_MIN)} and ` +
      `${String(REPEATERS_MIN)} are needed`,
  );
}

/** Purchases of the held-out time, against every customer's own rate of the time before. */
function gradeOf(
  model: ChurnModel,
  { histories, aftermaths, horizon }: ReturnType<typeof splitAt>,
): ModelGrade {
  const ours = histories.map((history) => outlookOf(model, history, horizon).purchases);
  const ownRate = histories.map(({ repeats, age }) => (age > 0 ? (repeats / age) * horizon : 0));
  return {
    ...RMSE,
    ours: rootMeanSquaredError(ours, aftermaths),
    low: null,
    high: null,
    baseline: 'own past rate',
    baselineValue: rootMeanSquaredError(ownRate, aftermaths),
  };
}

function contentOf(model: ChurnModel, histories: readonly History[], lastMs: number): ChurnContent {
  const sums = new Map(
    SEGMENTS.map((segment) => [segment, { segment, customers: 0, expectedPurchases: 0, yearCents: 0 }]),
  );
  const atRisk: CustomerAtRisk[] = [];
  for (const [index, { customer, segment, alive }] of segmentsOf(model, histories).entries()) {
    const history = histories[index];
    const sum = sums.get(segment);
    if (history === undefined || sum === undefined) continue;
    const expectedPurchases = outlookOf(model, history, WEEKS).purchases;
    const yearCents = lifetimeValue(model, history, ONE_YEAR_OF_WEEKS).value;
    sum.customers += 1;
    sum.expectedPurchases += expectedPurchases;
    sum.yearCents += yearCents;
    if (segment !== 'at risk') continue;
    atRisk.push({
      userId: customer,
      alive,
      purchases: history.repeats + 1,
      weeksSilent: history.age - history.lastAt,
      expectedPurchases,
      yearCents: Math.round(yearCents),
    });
  }
  const worth = ({ purchases, yearCents }: CustomerAtRisk): number => purchases * yearCents;
  return {
    asOf: new Date(lastMs).toISOString(),
    kind: model.buying.kind,
    customers: histories.length,
    weeks: WEEKS,
    segments: [...sums.values()].map((sum) => ({ ...sum, yearCents: Math.round(sum.yearCents) })),
    atRisk: atRisk.sort((one, other) => worth(other) - worth(one)).slice(0, AT_RISK_MAX),
  };
}
