import type { Evaluation } from '../../../../core/models/evaluation/evaluation.ts';

/** Every model that can be graded, by the name that stands behind `npm run evaluate --`. */
export const EVALUATIONS: readonly Evaluation[] = [];
