import type { BinnedFeatures } from './bins.ts';

/** Numbers kept per bin: sum of gradients, sum of hessians, rows. */
export const STRIDE = 3;
/** Bins of a feature: that of missing values and up to 255 of values. */
const FEATURE_BINS = 256;
export const FEATURE_WIDTH = FEATURE_BINS * STRIDE;

/** The sums per feature and bin of the rows of one leaf; those of feature f start at f × FEATURE_WIDTH. */
export type Histogram = Float64Array;

export function newHistogram(features: number): Histogram {
  return new Float64Array(features * FEATURE_WIDTH);
}

/** What a leaf's rows add up: derivatives copied in the order of the rows, so that each feature reads them in line. */
export interface GatheredRows {
  readonly rows: Int32Array;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  readonly count: number;
}

/** Sums rows into the bins of the features used; the others' parts are left as they are. */
export function fillHistogram(
  histogram: Histogram,
  { bins, edges }: BinnedFeatures,
  features: Int32Array,
  gathered: GatheredRows,
): void {
  for (const feature of features) {
    const column = bins[feature];
    if (column === undefined) continue;
    const part = histogram.subarray(feature * FEATURE_WIDTH, (feature + 1) * FEATURE_WIDTH);
    // The bin of missing values, one per edge, and the one behind the last edge; the others are never looked at.
    part.fill(0, 0, ((edges[feature]?.length ?? 0) + 2) * STRIDE);
    sumColumn(part, column, gathered);
  }
}

function sumColumn(
  part: Float64Array,
  column: Uint8Array,
  { rows, gradient, hessian, count }: GatheredRows,
): void {
  for (let place = 0; place < count; place += 1) {
    const at = (column[rows[place] ?? 0] ?? 0) * STRIDE;
    part[at] = (part[at] ?? 0) + (gradient[place] ?? 0);
    part[at + 1] = (part[at + 1] ?? 0) + (hessian[place] ?? 0);
    part[at + 2] = (part[at + 2] ?? 0) + 1;
  }
}

/** Makes a parent's histogram that of the other child: what is left when one child's is taken away. */
export function subtractHistogram(
  parent: Histogram,
  child: Histogram,
  features: Int32Array,
  { edges }: BinnedFeatures,
): void {
  for (const feature of features) {
    const from = feature * FEATURE_WIDTH;
    const to = from + ((edges[feature]?.length ?? 0) + 2) * STRIDE;
    for (let place = from; place < to; place += 1) parent[place] = (parent[place] ?? 0) - (child[place] ?? 0);
  }
}
