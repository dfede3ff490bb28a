import type { Trainer } from '../trainer.ts';
import { churnTrainer } from './churn.ts';
import { demandTrainer } from './demand.ts';
import { fraudTrainer } from './fraud.ts';
import { paymentsTrainer } from './payments.ts';
import { pricingTrainer } from './pricing.ts';
import { recommendationsTrainer } from './recommendations.ts';

/** Every model that is trained here. Each has a source of its rows by the same name (adapters/main/intelligence/sources.ts). */
export const TRAINERS: readonly Trainer[] = [
  recommendationsTrainer,
  demandTrainer,
  pricingTrainer,
  fraudTrainer,
  paymentsTrainer,
  churnTrainer,
];
