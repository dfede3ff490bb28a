/** How well scores tell positive rows from negative ones. Shares from 0 to 1; NaN where a class is missing. */
export interface ClassFigures {
  /** The probability that a positive row's score is above a negative one's, ties counting half. */
  readonly auc: number;
  /** The mean of the precision at each positive row (the area under the precision–recall curve, by steps). */
  readonly averagePrecision: number;
  /** Of the rows above the threshold those that are positive; 0 when none is above. */
  readonly precision: number;
  /** Of the positive rows those above the threshold. */
  readonly recall: number;
  /** The same when as many rows as the budget allows are looked at, the highest scores first. */
  readonly budgetPrecision: number;
  readonly budgetRecall: number;
}

/** Scores sorted once, so that the figures of each draw of a bootstrap take one pass. */
export class RankedClasses {
  private readonly scores: Float64Array;
  private readonly positive: Uint8Array;
  private readonly threshold: number;
  private readonly budget: number;

  /**
   * @param threshold rows with a score above it count as picked
   * @param budget the share of the rows that can be looked at
   */
  constructor(scores: Float64Array, positive: Uint8Array, threshold: number, budget: number) {
    this.order = descending(scores);
    this.scores = scores;
    this.positive = positive;
    this.threshold = threshold;
    this.budget = budget;
  }

  private readonly order: Uint32Array;

  /** @param counts how often each row counts; once unless given. Tied rows share a place, as if in random order. */
  figures(counts?: Int32Array): ClassFigures {
    const { order, scores } = this;
    const all = this.totals(counts);
    const looked = Math.max(1, Math.round(this.budget * (all.positives + all.negatives)));
    const above = { positives: 0, negatives: 0 };
    let area = 0;
    let precisions = 0;
    let picked = { positives: 0, negatives: 0 };
    let found = 0;
    let from = 0;
    while (from < order.length) {
      const score = scores[order[from] ?? 0] ?? 0;
      let positives = 0;
      let negatives = 0;
      let to = from;
      for (; to < order.length && scores[order[to] ?? 0] === score; to += 1) {
        const row = order[to] ?? 0;
        const count = counts === undefined ? 1 : (counts[row] ?? 0);
        if (this.positive[row] === 1) positives += count;
        else negatives += count;
      }
      from = to;
      const tied = positives + negatives;
      if (tied === 0) continue;
      const before = above.positives + above.negatives;
      found += (positives * Math.min(Math.max(looked - before, 0), tied)) / tied;
      above.positives += positives;
      above.negatives += negatives;
      area += positives * (all.negatives - above.negatives + negatives / 2);
      precisions += (positives * above.positives) / (before + tied);
      if (score > this.threshold) picked = { ...above };
    }
    const chosen = picked.positives + picked.negatives;
    return {
      auc: area / (all.positives * all.negatives),
      averagePrecision: precisions / all.positives,
      precision: chosen === 0 ? 0 : picked.positives / chosen,
      recall: picked.positives / all.positives,
      budgetPrecision: found / looked,
      budgetRecall: found / all.positives,
    };
  }

  private totals(counts?: Int32Array): { positives: number; negatives: number } {
    let positives = 0;
    let negatives = 0;
    for (let row = 0; row < this.positive.length; row += 1) {
      const count = counts === undefined ? 1 : (counts[row] ?? 0);
      if (this.positive[row] === 1) positives += count;
      else negatives += count;
    }
    return { positives, negatives };
  }
}

/**
 * The score above which the smaller of precision and recall is highest, half-way to the next score below: about where as many
 * rows are picked as are positive.
 */
export function balancedThreshold(scores: Float64Array, positive: Uint8Array): number {
  const order = descending(scores);
  const positives = positive.reduce((sum, one) => sum + one, 0);
  let best = -1;
  let threshold = Infinity;
  let found = 0;
  for (let place = 0; place < order.length; place += 1) {
    found += positive[order[place] ?? 0] ?? 0;
    const score = scores[order[place] ?? 0] ?? 0;
    const next = place + 1 < order.length ? (scores[order[place + 1] ?? 0] ?? 0) : score - 1;
    if (next === score) continue;
    const smaller = found / Math.max(place + 1, positives);
    if (smaller > best) {
      best = smaller;
      threshold = (score + next) / 2;
    }
  }
  return threshold;
}

function descending(scores: Float64Array): Uint32Array {
  const order = Uint32Array.from(scores, (_, row) => row);
  return order.sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0) || one - other);
}
