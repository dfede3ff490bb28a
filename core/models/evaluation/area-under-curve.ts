/**
 * The area under the receiver operating characteristic: the probability that one of the positive units stands before one
 * of the negative, ties counting half (Hanley and McNeil 1982). Sorted once, so that a bootstrap's draws take one pass.
 *
 * @param positive units whose entry is above zero are positive
 * @returns the area, units counting as often as `counts` says (once without it); NaN when one class is missing
 */
export function areaUnderCurve(
  scores: Float64Array,
  positive: ArrayLike<number>,
): (counts?: ArrayLike<number>) => number {
  const order = new Uint32Array(scores.length).map((_, index) => index);
  order.sort((one, other) => (scores[one] ?? 0) - (scores[other] ?? 0));
  return (counts) => {
    let before = 0;
    let positives = 0;
    let area = 0;
    for (let from = 0; from < order.length;) {
      const score = scores[order[from] ?? 0];
      let tiedPositive = 0;
      let tiedNegative = 0;
      let to = from;
      for (; to < order.length && scores[order[to] ?? 0] === score; to += 1) {
        const unit = order[to] ?? 0;
        const count = counts === undefined ? 1 : (counts[unit] ?? 0);
        if ((positive[unit] ?? 0) > 0) tiedPositive += count;
        else tiedNegative += count;
      }
      area += tiedPositive * (before + tiedNegative / 2);
      before += tiedNegative;
      positives += tiedPositive;
      from = to;
    }
    return area / (positives * before);
  };
}

/** Room to count how often each unit was drawn. */
export class CurveUnits {
  readonly #counts: Int32Array;

  constructor(units: number) {
    this.#counts = new Int32Array(units);
  }

  /** Valid until the next call. */
  counted(drawn: Int32Array): Int32Array {
    this.#counts.fill(0);
    for (const unit of drawn) this.#counts[unit] = (this.#counts[unit] ?? 0) + 1;
    return this.#counts;
  }
}
