import { everyRow, type Column, type Features } from './features.ts';

/** The bin of missing values; values start with bin 1. */
export const MISSING_BIN = 0;
/** Bins of values, so that a bin's number fits in a byte. */
export const BINS_MAX = 255;
/** Edges are taken from at most this many rows, evenly spread. */
const EDGE_ROWS_MAX = 200_000;

/**
 * Features cut into bins, one byte per value.
 *
 * A value is in bin b ≥ 1 when edges[b - 2] < value ≤ edges[b - 1]; the last bin has no upper edge. So the question of
 * a split after bin b, "is the bin at most b", is the question "is the value at most edges[b - 1]".
 */
export interface BinnedFeatures {
  readonly names: readonly string[];
  readonly rows: number;
  /** Ascending and finite, at most 254 per feature; none for a feature that is constant or always missing. */
  readonly edges: readonly Float64Array[];
  readonly bins: readonly Uint8Array[];
}

/**
 * Cuts features into bins that hold about as many rows each; a feature of few values has a bin per value.
 *
 * @param edgeRows the rows that the edges are taken from (the training side); all of them unless given
 */
export function binFeatures(
  features: Features,
  edgeRows: Int32Array = everyRow(features.rows),
  binsMax = BINS_MAX,
): BinnedFeatures {
  const edges = features.columns.map((column) => edgesOf(column, edgeRows, Math.min(binsMax, BINS_MAX)));
  const bins = features.columns.map((column, feature) =>
    binsOf(column, edges[feature] ?? new Float64Array(0)),
  );
  return { names: features.names, rows: features.rows, edges, bins };
}

function edgesOf(column: Column, rows: Int32Array, binsMax: number): Float64Array {
  const step = Math.max(1, rows.length / EDGE_ROWS_MAX);
  const seen = new Float64Array(Math.ceil(rows.length / step));
  let count = 0;
  for (let place = 0; place < rows.length; place += step) {
    const value = column[rows[Math.floor(place)] ?? 0] ?? Number.NaN;
    if (Number.isFinite(value)) {
      seen[count] = value;
      count += 1;
    }
  }
  const sorted = seen.subarray(0, count).sort();
  return cutEvenly(sorted, binsMax);
}

/** Edges half-way between neighbouring values, so that each bin holds its even share of what is left. */
function cutEvenly(sorted: Float64Array, binsMax: number): Float64Array {
  const distinct = countDistinct(sorted);
  const edges: number[] = [];
  let taken = 0;
  let inBin = 0;
  let share = distinct <= binsMax ? 0 : sorted.length / binsMax;
  for (let place = 0; place + 1 < sorted.length && edges.length < binsMax - 1; place += 1) {
    inBin += 1;
    const value = sorted[place] ?? 0;
    const next = sorted[place + 1] ?? 0;
    if (next === value || inBin < share) continue;
    edges.push(between(value, next));
    taken += inBin;
    inBin = 0;
    // A value that fills several bins must not leave too few to those behind it.
    if (share > 0) share = (sorted.length - taken) / (binsMax - edges.length);
  }
  return Float64Array.from(edges);
}

function countDistinct(sorted: Float64Array): number {
  let distinct = sorted.length === 0 ? 0 : 1;
  for (let place = 1; place < sorted.length; place += 1)
    if (sorted[place] !== sorted[place - 1]) distinct += 1;
  return distinct;
}

/** A number at least `low` and below `high`; half-way where the numbers are far enough apart. */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}

function binsOf(column: Column, edges: Float64Array): Uint8Array {
  const bins = new Uint8Array(column.length);
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row] ?? Number.NaN;
    bins[row] = Number.isNaN(value) ? MISSING_BIN : 1 + edgesBelow(edges, value);
  }
  return bins;
}

/** How many edges are less than a value. */
function edgesBelow(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
