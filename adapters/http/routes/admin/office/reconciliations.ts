import { z } from 'zod';
import type { App } from '../../../app.ts';
import { identityOf } from '../../../authentication.ts';
import { id } from '../../../schemas.ts';
import type { OfficeRoutesDeps } from './deps.ts';

const RUNS_SHOWN = 20;
const DIFFERENCES_SHOWN = 500;

/** Whether the counters of the stock and the rows beside them tell the same. */
export function reconciliationRoutes(app: App, { office, audit, access }: OfficeRoutesDeps): void {
  const admin = { onRequest: access.admin };
  const tags = ['admin'];

  app.get('/api/admin/inventory/reconciliations', { ...admin, schema: { tags } }, async () => ({
    items: await office.reconciliations.list(RUNS_SHOWN),
  }));

  app.get(
    '/api/admin/inventory/reconciliations/:id/differences',
    { ...admin, schema: { tags, params: z.object({ id }) } },
    async (request) => ({
      items: await office.reconciliations.differences(request.params.id, DIFFERENCES_SHOWN),
    }),
  );

  app.post(
    '/api/admin/inventory/reconciliations',
    {
      ...admin,
      schema: {
        tags,
        summary: 'Compares the counters with ledger, reservations and actors, of every SKU, now',
      },
    },
    async (request, reply) => {
      const by = identityOf(request).user.id;
      await audit.record({ by, action: 'inventory.reconcile', subject: { kind: 'stock', id: 'all' } });
      return reply.code(201).send(await office.reconcile(by));
    },
  );
}
