import { partitionOf } from '../../kernel/partition.ts';

/**
 * Owns: the entries a hot actor has touched last, as an immutable value: adding returns a new one and leaves the old
 * one as it was, at the price of copying one bucket and the list of buckets.
 *
 * I1. At least the last `RECENT_MIN` entries added are found; never more than twice as many are kept.
 *
 * Two generations: the young one takes everything; once full it becomes the old one, and the old one goes.
 */
export interface Recent<Entry> {
  readonly young: Generation<Entry>;
  readonly youngCount: number;
  readonly old: Generation<Entry>;
}
type Generation<Entry> = readonly (readonly (readonly [key: string, entry: Entry])[])[];

/**
 * More than the messages of two batches and their expired holds together: an entry whose commit is still under way
 * is always found, later ones are in the rows (see docs/decisions/004-stock-outside-its-snapshot.md).
 */
export const RECENT_MIN = 2_048;
const BUCKETS = 128;
const NOTHING: Generation<never> = Array.from({ length: BUCKETS }, () => []);

export function noneRecent<Entry>(): Recent<Entry> {
  return { young: NOTHING, youngCount: 0, old: NOTHING };
}

export function findRecent<Entry>(recent: Recent<Entry>, key: string): Entry | undefined {
  const bucket = partitionOf(key, BUCKETS);
  return inBucket(recent.young[bucket], key) ?? inBucket(recent.old[bucket], key);
}

export function addRecent<Entry>(recent: Recent<Entry>, key: string, entry: Entry): Recent<Entry> {
  const full = recent.youngCount >= RECENT_MIN;
  const young = (full ? NOTHING : recent.young).slice();
  const bucket = partitionOf(key, BUCKETS);
  const others = (young[bucket] ?? []).filter(([each]) => each !== key);
  young[bucket] = [...others, [key, entry]];
  return { young, youngCount: (full ? 0 : recent.youngCount) + 1, old: full ? recent.young : recent.old };
}

/** All entries that are kept, each key once, the newest value of each. */
export function allRecent<Entry>(recent: Recent<Entry>): ReadonlyMap<string, Entry> {
  const all = new Map<string, Entry>();
  for (const bucket of recent.old) for (const [key, entry] of bucket) all.set(key, entry);
  for (const bucket of recent.young) for (const [key, entry] of bucket) all.set(key, entry);
  return all;
}

function inBucket<Entry>(
  bucket: readonly (readonly [key: string, entry: Entry])[] | undefined,
  key: string,
): Entry | undefined {
  return bucket?.find(([each]) => each === key)?.[1];
}
