import { Readable } from 'node:stream';
import { z } from 'zod';
import type { App } from '../../../app.ts';
import { identityOf } from '../../../authentication.ts';
import { linkOrigin } from '../../../link-origin.ts';
import { orderFilterQuery, ordersFilter } from '../orders.ts';
import { filterBody } from './bulk.ts';
import type { ConsoleRoutesDeps } from './deps.ts';

/** Orders as a CSV file: at once where they are few, by a job where they are many. */
export function exportRoutes(app: App, { console, audit, access }: ConsoleRoutesDeps): void {
  app.get(
    '/api/admin/orders/export',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary: 'Up to 10,000 orders of a filter as CSV, the newest first',
        querystring: orderFilterQuery.strict(),
      },
    },
    async (request, reply) => {
      const filter = ordersFilter(request.query);
      const rows = await console.jobs.download(filter);
      await audit.record({
        by: identityOf(request).user.id,
        action: 'orders.download',
        subject: { kind: 'orders', id: 'by filter' },
        detail: { filter },
      });
      return reply.headers(csvHeaders('orders')).send(Readable.from(rows));
    },
  );

  app.post(
    '/api/admin/orders/export',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary: 'Writes the orders of a filter to a file; a letter tells when it is there',
        body: z.object({ filter: filterBody.optional() }).nullish(),
      },
    },
    async (request, reply) => {
      const filter = ordersFilter(request.body?.filter ?? {});
      const { user } = identityOf(request);
      const origin = linkOrigin(request);
      await audit.record({
        by: user.id,
        action: 'orders.export',
        subject: { kind: 'orders', id: 'by filter' },
        detail: { filter },
      });
      const jobId = await console.jobs.startExport({
        filter,
        by: { id: user.id, email: user.email },
        ...(origin === undefined ? {} : { origin }),
      });
      return reply.code(202).header('location', `/api/admin/jobs/${jobId}`).send({ jobId });
    },
  );
}

/** What makes an answer a file to be kept. */
export function csvHeaders(name: string): Readonly<Record<string, string>> {
  return {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}.csv"`,
    'cache-control': 'no-store',
  };
}
