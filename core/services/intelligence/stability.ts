import type { InputProfile } from './ports.ts';

/** Bins an input is cut into, as many rows in each; ten is what the index' usual thresholds assume. */
const BINS = 10;
/** Stands for a bin without rows, whose logarithm there would not be. */
const SHARE_LEAST = 1e-4;

/** How an input is spread now, in bins that hold a tenth of the values each; fewer where values repeat. */
export function profileOf(values: ArrayLike<number>): InputProfile[string] {
  const sorted = Float64Array.from(values).sort();
  const edges: number[] = [];
  for (let bin = 1; bin < BINS; bin += 1) {
    const edge = sorted[Math.floor((bin * sorted.length) / BINS)];
    if (edge !== undefined && edge > (edges.at(-1) ?? Number.NEGATIVE_INFINITY)) edges.push(edge);
  }
  return { edges, shares: sharesOf(sorted, edges) };
}

/** The same of every input. */
export function profilesOf(inputs: Readonly<Record<string, ArrayLike<number>>>): InputProfile {
  return Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, profileOf(values)]));
}

/** Shares of the values in the bins that `edges` cut; a value on an edge is in the bin above. */
export function sharesOf(values: ArrayLike<number>, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (let at = 0; at < values.length; at += 1) {
    let bin = 0;
    while (bin < edges.length && (values[at] ?? 0) >= (edges[bin] ?? 0)) bin += 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count) => count / Math.max(1, values.length));
}

/**
 * The population stability index of the input that moved most: the sum over bins of (now − then) × ln(now / then).
 * Below 0.1 nothing has moved, above 0.25 much has (Siddiqi 2006).
 */
export function stabilityIndex(then: InputProfile, now: Readonly<Record<string, ArrayLike<number>>>): number {
  let most = 0;
  for (const [name, { edges, shares }] of Object.entries(then)) {
    const values = now[name];
    if (values === undefined || values.length === 0) continue;
    const index = sharesOf(values, edges).reduce((sum, share, bin) => {
      const [after, before] = [Math.max(share, SHARE_LEAST), Math.max(shares[bin] ?? 0, SHARE_LEAST)];
      return sum + (after - before) * Math.log(after / before);
    }, 0);
    most = Math.max(most, index);
  }
  return most;
}
