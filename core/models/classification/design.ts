import { binFeatures, type BinnedFeatures } from '../trees/bins.ts';
import type { Column, Features } from '../trees/features.ts';
import { encodeCategory } from './encoding.ts';
import type { Inputs } from './inputs.ts';

/** The features as they are once the training rows are known, and the same in bins. */
export interface DesignedRows {
  readonly features: Features;
  readonly binned: BinnedFeatures;
}

/** Makes features for any choice of training rows. */
export interface Design {
  /** How many features there will be. */
  readonly width: number;
  /** @param rows the training rows: statistics of labels come from them alone */
  of(rows: Int32Array): DesignedRows;
}

/** Numbers as they are, categories by target statistics that are made anew for each choice of training rows. */
export function designOf(
  { numbers, categories }: Inputs,
  positive: Uint8Array,
  trainingSide: Int32Array,
  seed: number,
): Design {
  const plain = featuresFrom(
    numbers.map(({ name }) => name),
    numbers.map(({ values }) => values),
    positive.length,
  );
  // Bins know no label, so those of the numbers serve every fold; their edges are the training side's.
  const plainBinned = binFeatures(plain, trainingSide);
  return {
    width: numbers.length + 2 * categories.length,
    of: (rows) => {
      const encoded = categories.map((category) => encodeCategory(category, positive, rows, seed));
      const extra = featuresFrom(
        encoded.flatMap(({ names }) => names),
        encoded.flatMap(({ columns }) => columns),
        positive.length,
      );
      const extraBinned = binFeatures(extra, rows);
      const names = [...plain.names, ...extra.names];
      return {
        features: { names, columns: [...plain.columns, ...extra.columns], rows: positive.length },
        binned: {
          names,
          rows: positive.length,
          edges: [...plainBinned.edges, ...extraBinned.edges],
          bins: [...plainBinned.bins, ...extraBinned.bins],
        },
      };
    },
  };
}

/** The design of features that need no label: always the same. */
export function fixedDesign(features: Features, trainingSide: Int32Array): Design {
  const designed = { features, binned: binFeatures(features, trainingSide) };
  return { width: features.names.length, of: () => designed };
}

function featuresFrom(names: readonly string[], columns: readonly Column[], rows: number): Features {
  return { names, columns, rows };
}
