import { streamOf } from '../../kernel/seeded-random.ts';
import type { Column } from '../trees/features.ts';
import type { Category } from './inputs.ts';

/** Rows' worth of the overall share that each text's own share is pulled towards. */
const PRIOR_ROWS = 20;
const PARTS = 5;

/** What a category tells as numbers: the share of positive rows with the same text, and how usual the text is. */
export interface EncodedCategory {
  readonly names: readonly string[];
  readonly columns: readonly Column[];
}

/**
 * Encodes a category by target statistics (Micci-Barreca 2001): the share of positives among the training rows with the
 * same text, pulled towards the overall share. A training row's own fifth of the data is left out of its statistic, so
 * that no row knows its own label; all other rows get the statistic of all training rows.
 */
export function encodeCategory(
  category: Category,
  positive: Uint8Array,
  rows: Int32Array,
  seed: number,
): EncodedCategory {
  const { codes, size, name } = category;
  // The last place is that of empty cells.
  const place = (row: number) => ((codes[row] ?? -1) + size + 1) % (size + 1);
  const parts = new Int8Array(codes.length).fill(-1);
  const random = streamOf(seed, `parts of ${name}`);
  const width = size + 1;
  const seen = new Float64Array(width * (PARTS + 1));
  const found = new Float64Array(width * (PARTS + 1));
  for (const row of rows) {
    const part = Math.floor(random() * PARTS);
    parts[row] = part;
    const code = place(row);
    for (const at of [PARTS * width + code, part * width + code]) {
      seen[at] = (seen[at] ?? 0) + 1;
      found[at] = (found[at] ?? 0) + (positive[row] ?? 0);
    }
  }
  const share = rows.reduce((sum, row) => sum + (positive[row] ?? 0), 0) / Math.max(rows.length, 1);
  const shares = new Float32Array(codes.length);
  const usual = new Float32Array(codes.length);
  for (let row = 0; row < codes.length; row += 1) {
    const code = place(row);
    const own = (parts[row] ?? -1) * width + code;
    const ownRows = own >= 0 ? (seen[own] ?? 0) : 0;
    const ownFound = own >= 0 ? (found[own] ?? 0) : 0;
    const all = PARTS * width + code;
    const others = (seen[all] ?? 0) - ownRows;
    shares[row] = ((found[all] ?? 0) - ownFound + PRIOR_ROWS * share) / (others + PRIOR_ROWS);
    usual[row] = Math.log1p(seen[all] ?? 0);
  }
  return { names: [`share of ${name}`, `rows of ${name}`], columns: [shares, usual] };
}
