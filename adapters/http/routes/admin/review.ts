import { z } from 'zod';
import type { App } from '../../app.ts';
import { identityOf } from '../../authentication.ts';
import { visibleOrder } from '../../ownership.ts';
import { HttpProblem } from '../../problem.ts';
import { id, text } from '../../schemas.ts';
import type { AdminRoutesDeps } from './deps.ts';

/** A person's word on an order that was held for its fraud score. */
export function adminReviewRoutes(app: App, { orders, audit, access }: AdminRoutesDeps): void {
  app.post(
    '/api/admin/orders/:id/review',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        params: z.object({ id }),
        body: z.object({
          decision: z.enum(['approve', 'reject'], 'must be approve or reject'),
          reason: text(1, 500),
        }),
      },
    },
    async (request) => {
      const order = await visibleOrder(request, orders, request.params.id);
      if (order.status !== 'in_review') {
        throw new HttpProblem(409, 'not_in_review', `the order is ${order.status}, not in review`, {
          members: { orderStatus: order.status },
        });
      }
      const { decision, reason } = request.body;
      const by = identityOf(request).user.id;
      await audit.record({
        by,
        action: `review.${decision}`,
        subject: { kind: 'order', id: order.id },
        reason,
      });
      await orders.decideReview(order.id, decision, by, reason);
      return { orderId: order.id, decision };
    },
  );
}
