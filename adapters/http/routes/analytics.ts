import { z } from 'zod';
import type { AnalyticsQueries } from '../../../core/services/analytics/ports.ts';
import type { App } from '../app.ts';
import type { Access } from '../authentication.ts';
import { presentOrder } from '../present.ts';
import { wholeNumber } from '../schemas.ts';

const RECENT_DEFAULT = 20;

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
}
