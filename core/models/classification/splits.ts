import { streamOf } from '../../kernel/seeded-random.ts';

/** Rows to learn from and rows to be graded on; nothing of the second is known while the first are learned. */
export interface Split {
  readonly training: Int32Array;
  readonly test: Int32Array;
}

/** The latest rows are graded on. Rows of the same time stay on one side. */
export function splitByTime(rows: Int32Array, times: Float64Array, testShare: number): Split {
  const ordered = Int32Array.from(rows).sort((one, other) => (times[one] ?? 0) - (times[other] ?? 0));
  let cut = Math.round(ordered.length * (1 - testShare));
  while (cut < ordered.length && times[ordered[cut] ?? 0] === times[ordered[cut - 1] ?? 0]) cut += 1;
  return { training: ordered.slice(0, cut), test: ordered.slice(cut) };
}

/** Splits of the training side in which validation always comes later than what is learned. */
export function forwardFolds(rows: Int32Array, times: Float64Array): readonly Split[] {
  const { training: early } = splitByTime(rows, times, 0.25);
  return [splitByTime(early, times, 1 / 3), splitByTime(rows, times, 0.25)];
}

/** A share of each class is graded on, drawn by the seed. */
export function splitStratified(
  positive: Uint8Array,
  rows: Int32Array,
  testShare: number,
  seed: number,
): Split {
  const parts = stratifiedParts(positive, rows, 1_000, seed);
  const cut = Math.round(testShare * 1_000);
  return {
    training: rows.filter((_, place) => (parts[place] ?? 0) >= cut),
    test: rows.filter((_, place) => (parts[place] ?? 0) < cut),
  };
}

/** Each row is in the validation part of exactly one fold. */
export function stratifiedFolds(
  positive: Uint8Array,
  rows: Int32Array,
  count: number,
  seed: number,
): readonly Split[] {
  const parts = stratifiedParts(positive, rows, count, seed);
  return Array.from({ length: count }, (_, fold) => ({
    training: rows.filter((_row, place) => parts[place] !== fold),
    test: rows.filter((_row, place) => parts[place] === fold),
  }));
}

/** Numbers the rows 0 to count - 1 at random, each class spread evenly. */
function stratifiedParts(positive: Uint8Array, rows: Int32Array, count: number, seed: number): Int32Array {
  const parts = new Int32Array(rows.length);
  for (const wanted of [0, 1]) {
    const random = streamOf(seed, `split of class ${wanted}`);
    const places: number[] = [];
    for (const [place, row] of rows.entries()) if (positive[row] === wanted) places.push(place);
    for (let index = places.length - 1; index > 0; index -= 1) {
      const other = Math.floor(random() * (index + 1));
      const kept = places[index] ?? 0;
      places[index] = places[other] ?? 0;
      places[other] = kept;
    }
    for (const [index, place] of places.entries()) {
      parts[place] = Math.floor((index * count) / places.length);
    }
  }
  return parts;
}
