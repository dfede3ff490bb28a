import { anomalyEvaluation } from '../../../../core/models/anomaly/evaluation.ts';
import { churnEvaluation } from '../../../../core/models/churn/evaluation.ts';
import { elasticityEvaluation } from '../../../../core/models/elasticity/evaluation.ts';
import type { Evaluation } from '../../../../core/models/evaluation/evaluation.ts';
import { forecastEvaluation } from '../../../../core/models/forecast/evaluation.ts';
import { fraudEvaluation } from '../../../../core/models/fraud/evaluation.ts';
import { paymentsEvaluation } from '../../../../core/models/payments/evaluation.ts';
import { recommendEvaluation } from '../../../../core/models/recommend/evaluation.ts';
import { searchEvaluation } from '../../../../core/models/search/evaluation.ts';

/** Every model that can be graded, by the name that stands behind `npm run evaluate --`. */
export const EVALUATIONS: readonly Evaluation[] = [
  anomalyEvaluation,
  churnEvaluation,
  elasticityEvaluation,
  forecastEvaluation,
  fraudEvaluation,
  paymentsEvaluation,
  recommendEvaluation,
  searchEvaluation,
];
