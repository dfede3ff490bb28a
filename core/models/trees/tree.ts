import { MISSING_BIN, type BinnedFeatures } from './bins.ts';

/**
 * A binary tree as plain lists, one entry per node; node 0 is the root, children come behind their parents.
 *
 * A row goes left when its value of `feature` is at most `threshold`, or when the value is missing and `missingLeft`
 * is 1. A leaf has the feature -1; only its `value` counts.
 */
export interface Tree {
  readonly feature: number[];
  readonly threshold: number[];
  /** The last bin that goes left: the same question asked of binned rows. */
  readonly bin: number[];
  readonly missingLeft: number[];
  readonly left: number[];
  readonly right: number[];
  /** Of a leaf what it adds to the score, learning rate included; 0 inside. */
  readonly value: number[];
  /** Training rows that came by. */
  readonly cover: number[];
  /** What the split won in the loss; 0 of leaves. */
  readonly gain: number[];
}

export const LEAF = -1;

export function emptyTree(): Tree {
  return {
    feature: [],
    threshold: [],
    bin: [],
    missingLeft: [],
    left: [],
    right: [],
    value: [],
    cover: [],
    gain: [],
  };
}

/** Adds a leaf and gives its number. */
export function addLeaf(tree: Tree, value: number, cover: number): number {
  tree.feature.push(LEAF);
  tree.threshold.push(0);
  tree.bin.push(0);
  tree.missingLeft.push(0);
  tree.left.push(0);
  tree.right.push(0);
  tree.value.push(value);
  tree.cover.push(cover);
  tree.gain.push(0);
  return tree.feature.length - 1;
}

/** Adds the value of each row's leaf to its score. */
export function addTreeScores(
  tree: Tree,
  { bins }: BinnedFeatures,
  rows: Int32Array,
  scores: Float64Array,
): void {
  const feature = Int32Array.from(tree.feature);
  const bin = Int32Array.from(tree.bin);
  const missingLeft = Uint8Array.from(tree.missingLeft);
  const left = Int32Array.from(tree.left);
  const right = Int32Array.from(tree.right);
  const nothing = new Uint8Array(0);
  for (const row of rows) {
    let node = 0;
    let asked = feature[0] ?? LEAF;
    while (asked !== LEAF) {
      const found = (bins[asked] ?? nothing)[row] ?? MISSING_BIN;
      const goesLeft = found === MISSING_BIN ? missingLeft[node] === 1 : found <= (bin[node] ?? 0);
      node = (goesLeft ? left[node] : right[node]) ?? 0;
      asked = feature[node] ?? LEAF;
    }
    scores[row] = (scores[row] ?? 0) + (tree.value[node] ?? 0);
  }
}
