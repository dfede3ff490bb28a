/**
 * How long things took in the last minute, in buckets: what several processes saw adds up, and quantiles are read from the
 * sum. A slice of ten seconds at a time is forgotten.
 */

/** Upper bounds of the buckets, milliseconds; one more bucket takes what is above. */
export const TIME_BOUNDS_MS = [
  0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000,
] as const;

const SLICE_MS = 10_000;
const SLICES = 6;
/** The time that `read` tells of, seconds. */
export const RECENT_SECONDS = (SLICE_MS * SLICES) / 1_000;

/** Adds up: buckets bucket by bucket. */
export interface Times {
  /** One more than there are bounds. */
  readonly buckets: readonly number[];
  readonly count: number;
  /** How many of them failed. */
  readonly failed: number;
  readonly sumMs: number;
  readonly maxMs: number;
}

interface Slice {
  number: number;
  buckets: number[];
  count: number;
  failed: number;
  sumMs: number;
  maxMs: number;
}

export const NO_TIMES: Times = {
  buckets: TIME_BOUNDS_MS.map(() => 0).concat(0),
  count: 0,
  failed: 0,
  sumMs: 0,
  maxMs: 0,
};

export class RecentTimes {
  readonly #slices: Slice[] = [];

  /** `nowMs` never goes back by more than a slice. */
  add(nowMs: number, tookMs: number, failed = false): void {
    const number = Math.floor(nowMs / SLICE_MS);
    let slice = this.#slices.at(-1);
    if (slice === undefined || slice.number < number) {
      slice = { ...NO_TIMES, number, buckets: [...NO_TIMES.buckets] };
      this.#slices.push(slice);
      while ((this.#slices[0]?.number ?? number) <= number - SLICES) this.#slices.shift();
    }
    const bucket = bucketOf(tookMs);
    slice.buckets[bucket] = (slice.buckets[bucket] ?? 0) + 1;
    slice.count += 1;
    slice.failed += failed ? 1 : 0;
    slice.sumMs += tookMs;
    slice.maxMs = Math.max(slice.maxMs, tookMs);
  }

  read(nowMs: number): Times {
    const oldest = Math.floor(nowMs / SLICE_MS) - SLICES;
    return sumOf(this.#slices.filter(({ number }) => number > oldest));
  }
}

export function sumOf(all: readonly Times[]): Times {
  return all.reduce(
    (sum, each) => ({
      buckets: sum.buckets.map((count, index) => count + (each.buckets[index] ?? 0)),
      count: sum.count + each.count,
      failed: sum.failed + each.failed,
      sumMs: sum.sumMs + each.sumMs,
      maxMs: Math.max(sum.maxMs, each.maxMs),
    }),
    NO_TIMES,
  );
}

/** The time that `share` (0 to 1) of them stayed below, milliseconds, straight within its bucket; null: there were none. */
export function quantileMs({ buckets, count, maxMs }: Times, share: number): number | null {
  if (count === 0) return null;
  const rank = share * count;
  let below = 0;
  for (const [index, inBucket] of buckets.entries()) {
    if (inBucket === 0 || below + inBucket < rank) {
      below += inBucket;
      continue;
    }
    const from = index === 0 ? 0 : (TIME_BOUNDS_MS[index - 1] ?? 0);
    const to = Math.min(TIME_BOUNDS_MS[index] ?? maxMs, maxMs);
    return from + Math.max(0, to - from) * ((rank - below) / inBucket);
  }
  return maxMs;
}

function bucketOf(tookMs: number): number {
  const index = TIME_BOUNDS_MS.findIndex((bound) => tookMs <= bound);
  return index === -1 ? TIME_BOUNDS_MS.length : index;
}
