import { z } from 'zod';
import type { CatalogKeeping } from '../../../../core/services/catalog/keeping.ts';
import {
  dayOf,
  FORECAST_DAYS,
  LEAD_DAYS,
  SERVICE_LEVEL,
} from '../../../../core/services/intelligence/demand.ts';
import { priceOutcomes } from '../../../../core/services/intelligence/price-outcomes.ts';
import type { InventoryQueries } from '../../../../core/services/inventory/ports.ts';
import type { App } from '../../app.ts';
import type { Access } from '../../authentication.ts';
import { HttpProblem } from '../../problem.ts';
import { id, wholeNumber } from '../../schemas.ts';
import type { Intelligence } from './deps.ts';

const tags = ['intelligence'];
const CHANGES_SHOWN = 12;
const HISTORY_DAYS = 400;
const DAY_MS = 86_400_000;
const COMPETITOR_CENTS_MAX = 1_000_000_000;

const serviceLevel = z
  .string()
  .regex(
    /^0?\.\d{1,4}$/,
    `must be a number from ${String(SERVICE_LEVEL.least)} to ${String(SERVICE_LEVEL.most)}`,
  )
  .transform(Number)
  .refine(
    (value) => value >= SERVICE_LEVEL.least && value <= SERVICE_LEVEL.most,
    `must be a number from ${String(SERVICE_LEVEL.least)} to ${String(SERVICE_LEVEL.most)}`,
  );

/** Demand ahead, when to reorder, and what to charge: for those who keep the shop. */
export function forecastRoutes(
  app: App,
  {
    intelligence,
    keeping,
    inventory,
    access,
  }: {
    readonly intelligence: Pick<Intelligence, 'demand' | 'pricing' | 'sales'>;
    readonly keeping: Pick<CatalogKeeping, 'find' | 'prices'>;
    readonly inventory: Pick<InventoryQueries, 'available'>;
    readonly access: Access;
  },
): void {
  const { demand, pricing, sales } = intelligence;

  const existing = async (productId: string) => {
    const product = await keeping.find(productId);
    if (product === undefined) {
      throw new HttpProblem(404, 'unknown_product', 'product_id: there is no such product');
    }
    return { ...product, available: (await inventory.available([product.sku])).get(product.sku) ?? 0 };
  };

  app.get(
    '/api/analytics/demand-forecast',
    {
      onRequest: access.operator,
      schema: {
        tags,
        summary:
          'Units expected on each of the next days with 80 % and 95 % bounds, and when to reorder how much; seasonal naive while no model serves',
        querystring: z.object({
          product_id: id,
          days: wholeNumber(FORECAST_DAYS.least, FORECAST_DAYS.most).optional(),
          lead_days: wholeNumber(LEAD_DAYS.least, LEAD_DAYS.most).optional(),
          service_level: serviceLevel.optional(),
        }),
      },
    },
    async (request) => {
      const {
        product_id: productId,
        days = FORECAST_DAYS.usual,
        lead_days: leadDays = LEAD_DAYS.usual,
        service_level: level = SERVICE_LEVEL.usual,
      } = request.query;
      const { available } = await existing(productId);
      const supply = { available, leadDays, serviceLevel: level };
      const { reorder, ...forecast } = await demand.forecast(productId, days, supply);
      return { productId, ...forecast, reorder: { ...reorder, ...supply } };
    },
  );

  app.get(
    '/api/pricing/suggest',
    {
      onRequest: access.admin,
      schema: {
        tags,
        summary:
          'The price with the highest expected profit over four weeks, why, and what is known of the demand; at most a tenth above competitor_cents',
        querystring: z.object({
          product_id: id,
          competitor_cents: wholeNumber(1, COMPETITOR_CENTS_MAX).optional(),
        }),
      },
    },
    async (request) => {
      const { product_id: productId, competitor_cents: competitorCents } = request.query;
      const product = await existing(productId);
      return { productId: product.id, ...(await pricing.suggest({ ...product, competitorCents })) };
    },
  );

  app.get(
    '/api/admin/products/:id/price-outcomes',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary: 'Prices that held, each with the units a day of the two weeks before and after it began',
        params: z.object({ id }),
      },
    },
    async (request) => {
      const product = await existing(request.params.id);
      const nowMs = Date.now();
      const [changes, days] = await Promise.all([
        keeping.prices(product.id, CHANGES_SHOWN),
        sales.daySalesOf(product.id, { fromDay: dayOf(nowMs - HISTORY_DAYS * DAY_MS), toDay: dayOf(nowMs) }),
      ]);
      return { items: priceOutcomes(changes, days, nowMs) };
    },
  );
}
