import { z } from 'zod';
import type { App } from '../../app.ts';
import type { Access } from '../../authentication.ts';
import { id } from '../../schemas.ts';
import type { Intelligence } from './deps.ts';

/** How probable it was that an order's payments would go through; without a model nothing is told of them. */
export function paymentRoutes(
  app: App,
  {
    intelligence,
    access,
  }: { readonly intelligence: Pick<Intelligence, 'payments'>; readonly access: Access },
): void {
  app.get(
    '/api/admin/orders/:id/payment-outlook',
    {
      onRequest: access.admin,
      schema: {
        tags: ['intelligence'],
        summary:
          'Probability of success and of failure of each payment attempt of an order, from what was known before it; degraded while no model serves',
        params: z.object({ id }),
      },
    },
    (request) => intelligence.payments.of(request.params.id),
  );
}
