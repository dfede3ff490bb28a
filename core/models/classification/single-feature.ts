import { balancedThreshold } from '../evaluation/ranked-classes.ts';
import type { DesignedRows } from './design.ts';

/** The one feature that tells the classes apart best, as a score. */
export interface SingleFeature {
  readonly name: string;
  readonly feature: number;
  /** 1: the higher the more suspicious, -1: the lower. */
  readonly way: 1 | -1;
  /** Takes the place of missing values. */
  readonly middle: number;
  readonly threshold: number;
}

const BINS = 256;

/** Chosen on the training rows by the area under the curve of its bins, whichever way round is better. */
export function bestSingleFeature(
  { features, binned }: DesignedRows,
  positive: Uint8Array,
  rows: Int32Array,
): SingleFeature {
  let chosen = 0;
  let area = 0.5;
  for (const [feature, bins] of binned.bins.entries()) {
    const found = areaOfBins(bins, positive, rows);
    if (Math.abs(found - 0.5) > Math.abs(area - 0.5)) {
      chosen = feature;
      area = found;
    }
  }
  const column = features.columns[chosen] ?? new Float64Array(0);
  const present = Float64Array.from(rows, (row) => column[row] ?? Number.NaN).filter((x) => !Number.isNaN(x));
  const middle = present.sort()[present.length >> 1] ?? 0;
  const way = area >= 0.5 ? 1 : -1;
  const single = { name: features.names[chosen] ?? '', feature: chosen, way, middle, threshold: 0 } as const;
  const scores = scoreSingle(single, { features, binned }, rows);
  return {
    ...single,
    threshold: balancedThreshold(
      scores,
      Uint8Array.from(rows, (row) => positive[row] ?? 0),
    ),
  };
}

export function scoreSingle(
  { feature, way, middle }: SingleFeature,
  { features }: DesignedRows,
  rows: Int32Array,
): Float64Array {
  const column = features.columns[feature];
  return Float64Array.from(rows, (row) => {
    const value = column?.[row] ?? Number.NaN;
    return way * (Number.isNaN(value) ? middle : value);
  });
}

function areaOfBins(bins: Uint8Array, positive: Uint8Array, rows: Int32Array): number {
  const positives = new Float64Array(BINS);
  const negatives = new Float64Array(BINS);
  for (const row of rows) {
    const counts = positive[row] === 1 ? positives : negatives;
    counts[bins[row] ?? 0] = (counts[bins[row] ?? 0] ?? 0) + 1;
  }
  let below = 0;
  let area = 0;
  for (let bin = 0; bin < BINS; bin += 1) {
    area += (positives[bin] ?? 0) * (below + (negatives[bin] ?? 0) / 2);
    below += negatives[bin] ?? 0;
  }
  return area / (below * positives.reduce((sum, count) => sum + count, 0));
}
