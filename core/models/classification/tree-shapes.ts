import type { BoostOptions } from '../trees/boost.ts';

/** A set of hyper-parameters that validation chooses from. */
export interface TreeShape {
  readonly name: string;
  /** Fewer training rows can't feed it. */
  readonly rowsMin: number;
  readonly options: Omit<BoostOptions, 'loss'>;
}

const COMMON = { learningRate: 0.08, rowShare: 0.8, hessianInLeafMin: 0.1, patience: 25 };

/** From few deep questions for little data to many for much. */
export const SHAPES: readonly TreeShape[] = [
  {
    name: 'shallow (8 leaves)',
    rowsMin: 0,
    options: { ...COMMON, leavesMax: 8, depthMax: 4, l2: 5, featureShare: 0.7, rowsInLeafMin: 10 },
  },
  {
    name: 'middling (31 leaves)',
    rowsMin: 2_000,
    options: { ...COMMON, leavesMax: 31, depthMax: 8, l2: 10, featureShare: 0.6, rowsInLeafMin: 20 },
  },
  {
    name: 'deep (96 leaves)',
    rowsMin: 30_000,
    options: { ...COMMON, leavesMax: 96, depthMax: 12, l2: 20, featureShare: 0.4, rowsInLeafMin: 20 },
  },
];
