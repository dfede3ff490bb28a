import type { Logger } from '../../../core/kernel/logger.ts';
import { systemClock } from '../../../core/kernel/clock.ts';
import { errorMessage } from '../../../core/kernel/errors.ts';
import { DemandForecasts } from '../../../core/services/intelligence/demand.ts';
import { isPaymentModel, type PaymentModel } from '../../../core/models/payments/model.ts';
import { ExposureLog } from '../../../core/services/intelligence/exposures.ts';
import type { ModelName } from '../../../core/services/intelligence/ports.ts';
import { PaymentOutlooks } from '../../../core/services/intelligence/payments/outlook.ts';
import { PriceSuggestions } from '../../../core/services/intelligence/pricing.ts';
import { openRecommendations, Recommendations } from '../../../core/services/intelligence/recommendations.ts';
import { ServedModels } from '../../../core/services/intelligence/served-models.ts';
import { STANDING_MODELS } from '../../../core/services/intelligence/standing-models.ts';
import { Shelf } from '../../../core/services/intelligence/shelf.ts';
import type { Guard } from '../../../core/services/intelligence/time-limit.ts';
import { TRAINERS } from '../../../core/services/intelligence/trainers/all.ts';
import type { ChurnContent } from '../../../core/services/intelligence/trainers/churn.ts';
import type { DemandContent } from '../../../core/services/intelligence/trainers/demand.ts';
import type { PricingContent } from '../../../core/services/intelligence/trainers/pricing.ts';
import { createBreaker } from '../../breaker/breaker.ts';
import type { Intelligence } from '../../http/routes/intelligence/deps.ts';
import type { Database } from '../../postgres/database.ts';
import { createSearchSource } from '../../postgres/catalog/search-source.ts';
import { createExposureStore } from '../../postgres/intelligence/exposures.ts';
import { createFraudRows } from '../../postgres/intelligence/fraud-rows.ts';
import { createPaymentAttempts } from '../../postgres/intelligence/payment-attempts.ts';
import { createModelRegistry } from '../../postgres/intelligence/registry.ts';
import { createTrainingQueue } from '../../postgres/intelligence/trainings.ts';
import { createCustomerHistory } from '../../postgres/orders/customer-history.ts';
import { createSalesHistory } from '../../postgres/orders/sales-history.ts';
import type { Job } from '../maintenance.ts';
import type { ServiceName } from '../settings.ts';
import { createShelfFeed } from './shelf-feed.ts';
import { createSources } from './sources.ts';
import { startTraining } from './training.ts';

export interface OpenIntelligence extends Intelligence {
  readonly jobs: readonly Job[];
  /** Products of recent orders, one for each order that holds them; the same array until it is read anew. */
  readonly soldOfLate: () => readonly string[];
  /** Where the gateway is: whether a model is switched off, as it was two seconds ago. */
  readonly isOff: (name: ModelName) => boolean;
  stop(): Promise<void>;
}

/** How late a new version or a switch is seen. */
const MODELS_LOOK_MS = 2_000;
const SHELF_LOOK_MS = 60_000;
/** Orders that popularity is counted over, and from when on. */
const POPULAR_ORDERS = 2_000;
const POPULAR_MS = 28 * 86_400_000;
const EXPOSURES_KEPT_MS = 90 * 86_400_000;

/**
 * Owns: the models of this process. Where the gateway is, they serve from memory, looked up behind what is answered; where
 * the service `intelligence` is, they are trained.
 */
export function openIntelligence(options: {
  readonly database: Database;
  readonly services: readonly ServiceName[];
  /** Unique per process start. */
  readonly owner: string;
  readonly logger: Logger;
}): OpenIntelligence {
  const { database, services, owner, logger } = options;
  const now = () => systemClock.now();
  const registry = createModelRegistry(database);
  const queue = createTrainingQueue(database);
  const sales = createSalesHistory(database);
  const customers = createCustomerHistory(database);
  const store = createExposureStore(database);
  const payments = createPaymentAttempts(database);
  const models = new ServedModels(
    registry,
    {
      recommendations: openRecommendations,
      demand: (content: DemandContent) => content,
      pricing: (content: PricingContent) => content,
      // What it measures itself by is not for those who ask.
      churn: ({ expecting: _expecting, ...content }: ChurnContent): ChurnContent => content,
      payments: openPayments,
    },
    logger,
  );
  const breaker = createBreaker({ name: 'sales history', logger });
  const guard: Guard = (call) => breaker.guard(call);
  const shelf = new Shelf();
  let sold: readonly string[] = [];
  const demand = new DemandForecasts({ model: () => models.get('demand'), sales, guard, now });
  const exposures = new ExposureLog({ store, sales, now, logger });
  const stops: (() => Promise<void>)[] = [];
  if (services.includes('gateway')) {
    const feed = createShelfFeed(shelf, createSearchSource(database));
    stops.push(
      again(() => models.refresh(), MODELS_LOOK_MS, logger),
      again(
        async () => {
          sold = await soldOfLate(sales, now());
          shelf.setSold(sold);
          await feed();
        },
        SHELF_LOOK_MS,
        logger,
      ),
      () => exposures.close(),
    );
  }
  if (services.includes('intelligence')) {
    const sources = createSources({ sales, fraud: createFraudRows(database), payments, customers });
    stops.push(startTraining({ registry, queue, sources, owner, logger }));
  }
  return {
    recommendations: new Recommendations({
      model: () => models.get('recommendations'),
      shelf: () => shelf,
      sales,
      guard,
      now,
      random: Math.random,
    }),
    demand,
    pricing: new PriceSuggestions(() => models.get('pricing'), demand),
    exposures,
    customers: { model: () => models.get('churn'), names: (userIds) => customers.names(userIds) },
    payments: new PaymentOutlooks({ model: () => models.get('payments'), attempts: payments, guard }),
    sales,
    registry,
    queue,
    models: [
      ...TRAINERS.map(({ name, does, data }) => ({ name, does, data, trained: true })),
      ...STANDING_MODELS,
    ],
    isOff: (name) => models.isOff(name),
    soldOfLate: () => sold,
    jobs: [
      {
        name: 'train-models',
        cron: '23 2 * * *',
        run: () =>
          queue.ask(
            TRAINERS.map(({ name }) => name),
            null,
          ),
      },
      {
        name: 'forget-exposures',
        cron: '43 3 * * *',
        run: () => store.forget(Date.now() - EXPOSURES_KEPT_MS),
      },
    ],
    stop: async () => {
      for (const stop of stops) await stop();
      breaker.close();
    },
  };
}

function openPayments(content: unknown): PaymentModel {
  if (!isPaymentModel(content)) throw new Error('it asks for other signals than this build knows');
  return content;
}

async function soldOfLate(
  sales: ReturnType<typeof createSalesHistory>,
  nowMs: number,
): Promise<readonly string[]> {
  const sold: string[] = [];
  for await (const slice of sales.purchases({ most: POPULAR_ORDERS, slice: 500 })) {
    for (const { atMs, productIds } of slice) {
      if (nowMs - atMs < POPULAR_MS) sold.push(...productIds);
    }
  }
  return sold;
}

/** At once and then again and again, never twice at a time. */
function again(work: () => Promise<void>, everyMs: number, logger: Logger): () => Promise<void> {
  let running: Promise<void> | undefined;
  const run = (): void => {
    running ??= work()
      .catch((error: unknown) => {
        logger.warn({ error: errorMessage(error) }, 'what models serve from could not be renewed');
      })
      .finally(() => {
        running = undefined;
      });
  };
  run();
  const timer = setInterval(run, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
