import { z } from 'zod';
import { FUNNEL_SORTS } from '../../../core/services/analytics/funnel-ports.ts';
import type { AnalyticsQueries } from '../../../core/services/analytics/ports.ts';
import type { App } from '../app.ts';
import type { Access } from '../authentication.ts';
import { presentOrder } from '../present.ts';
import { invalidFields } from '../problem.ts';
import { wholeNumber } from '../schemas.ts';

const RECENT_DEFAULT = 20;
const FUNNEL_DEFAULT = 20;
const FUNNEL_DAYS_DEFAULT = 7;
const DAY_MS = 86_400_000;

const A_DAY = 'must be a day such as 2026-03-31';
/** Days that every database has. */
const day = z.iso.date(A_DAY).refine((value) => value >= '1970-01-01', A_DAY);

/** What the shop does, for those who run it. */
export function analyticsRoutes(
  app: App,
  { analytics, access }: { readonly analytics: AnalyticsQueries; readonly access: Access },
): void {
  app.get(
    '/api/analytics/metrics',
    {
      onRequest: access.operator,
      schema: {
        tags: ['analytics'],
        summary: 'Orders and revenue: in all, today, the last hour minute by minute',
      },
    },
    () => analytics.metrics(),
  );

  app.get(
    '/api/analytics/events/stats',
    {
      onRequest: access.operator,
      schema: {
        tags: ['analytics'],
        summary: 'How often sagas handled which message and moved between which states',
      },
    },
    () => analytics.eventStats(),
  );

  app.get(
    '/api/analytics/orders/recent',
    {
      onRequest: access.admin,
      schema: {
        tags: ['analytics'],
        summary: 'The newest orders',
        querystring: z.object({ limit: wholeNumber(1, 100).optional() }),
      },
    },
    async (request) => ({
      items: (await analytics.recentOrders(request.query.limit ?? RECENT_DEFAULT)).map((order) =>
        presentOrder(order, true),
      ),
    }),
  );

  app.get(
    '/api/analytics/funnel',
    {
      onRequest: access.admin,
      schema: {
        tags: ['analytics'],
        summary:
          'From looks to orders: how many shoppers opened the page of a product, put it into a cart, ordered it, each counted once a day; approximate, since what shoppers do is told without a promise. Days are UTC; default: the last seven',
        querystring: z.object({
          from: day.optional(),
          to: day.optional(),
          sort: z.enum(FUNNEL_SORTS, `must be one of ${FUNNEL_SORTS.join(', ')}`).optional(),
          limit: wholeNumber(1, 100).optional(),
        }),
      },
    },
    (request) => {
      const { to = dayAt(Date.now()), sort = 'viewed', limit = FUNNEL_DEFAULT } = request.query;
      const { from = dayAt(Date.parse(to) - (FUNNEL_DAYS_DEFAULT - 1) * DAY_MS) } = request.query;
      if (from > to) throw invalidFields([{ path: 'from', message: 'must not be after to' }]);
      return analytics.funnel({ from, to, sort, limit });
    },
  );
}

function dayAt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
