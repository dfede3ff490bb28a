import type { DemandForecasts } from '../../../../core/services/intelligence/demand.ts';
import type { ExposureLog } from '../../../../core/services/intelligence/exposures.ts';
import type { ModelRegistry, TrainingQueue } from '../../../../core/services/intelligence/ports.ts';
import type { PaymentOutlooks } from '../../../../core/services/intelligence/payments/outlook.ts';
import type { PriceSuggestions } from '../../../../core/services/intelligence/pricing.ts';
import type { Recommendations } from '../../../../core/services/intelligence/recommendations.ts';
import type { CustomerHistory, SalesHistory } from '../../../../core/services/intelligence/rows.ts';
import type { Served } from '../../../../core/services/intelligence/served-models.ts';
import type { ChurnContent } from '../../../../core/services/intelligence/trainers/churn.ts';
import type { DescribedModel } from '../../../../core/services/intelligence/standing-models.ts';

/** What models answer, and how they are kept. */
export interface Intelligence {
  readonly recommendations: Pick<Recommendations, 'together' | 'personalized'>;
  readonly demand: Pick<DemandForecasts, 'forecast'>;
  readonly pricing: Pick<PriceSuggestions, 'suggest'>;
  readonly exposures: Pick<ExposureLog, 'shown' | 'outcomes'>;
  readonly customers: {
    /** Undefined: no model serves. */
    model(): Served<ChurnContent> | undefined;
  } & Pick<CustomerHistory, 'names'>;
  readonly payments: Pick<PaymentOutlooks, 'of'>;
  readonly sales: Pick<SalesHistory, 'daySalesOf'>;
  readonly registry: Pick<ModelRegistry, 'status' | 'switchTo'>;
  readonly queue: Pick<TrainingQueue, 'ask'>;
  readonly models: readonly DescribedModel[];
}
